import AuthServiceContract
import ConnectionCheckContract
import ContractJSON
import ContractRuntime
import GenesysWebhookServiceContract
import ServiceKit
import WebhookIntake

extension IntakeReporter {
    /// Delivers an agent's text as Genesys would.
    func sendTestMessage(_ input: SendTestMessage.Input, _ context: RequestContext) async throws
        -> SendTestMessage.Output
    {
        let stored: WebhookSecrets?
        do { stored = try await tenants.stored(of: input.tenantId, traceparent: context.traceparent) } catch {
            throw error.problem
        }
        guard let secret = stored?.secrets.first.map(Secret.init) else {
            return .ok(
                TestMessageResult(
                    accepted: false, cause: "No Genesys credential is stored.",
                    remedy: "Enter the Genesys credential first."))
        }
        let path = "/webhooks/genesys/\(input.tenantId)"
        let outcome = await probe.deliver(Self.notification(input.body).jsonBytes, to: path, .genesys, secret: secret)
        return .ok(
            TestMessageResult(
                accepted: outcome == .accepted,
                cause: outcome == .accepted ? nil : outcome.cause(at: probe.publicBaseURL + path),
                remedy: outcome == .accepted ? nil : outcome.remedy))
    }

    /// As Genesys sends a text.
    private static func notification(_ message: TestMessage) -> JSONValue {
        let channel: JSONValue = [
            "id": .string(message.account), "platform": "Open", "type": "Private",
            "to": ["id": .string(message.customer), "idType": "Phone"],
            "from": ["id": .string(message.account), "idType": "Opaque", "nickname": "Test"],
            "time": .string(WallClock.now.text), "messageId": .string(message.messageId),
        ]
        return [
            "id": .string(message.messageId), "channel": channel, "type": "Text", "text": .string(message.text),
            "originatingEntity": "Human", "direction": "Outbound",
        ]
    }
}
