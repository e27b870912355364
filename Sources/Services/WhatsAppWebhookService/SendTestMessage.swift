import AuthServiceContract
import ConnectionCheckContract
import ContractJSON
import ContractRuntime
import ServiceKit
import WebhookIntake
import WhatsAppWebhookServiceContract

extension IntakeReporter {
    /// Delivers a customer's text as Meta would.
    func sendTestMessage(_ input: SendTestMessage.Input, _ context: RequestContext) async throws
        -> SendTestMessage.Output
    {
        let own: WebhookSecrets?
        do { own = try await tenantApps.stored(of: input.tenantId, traceparent: context.traceparent) } catch {
            throw error.problem
        }
        let ownSecret = own?.secrets.first.map(Secret.init)
        let path = ownSecret == nil ? "/webhooks/whatsapp" : "/webhooks/whatsapp/\(input.tenantId)"
        guard let secret = ownSecret ?? sharedApp.secrets.first else {
            return .ok(
                TestMessageResult(
                    accepted: false, cause: "Neither the tenant nor this installation has an app secret.",
                    remedy: "Enter the app secret of the tenant's Meta app, or set META_APP_SECRET for the shared one.")
            )
        }
        let outcome = await probe.deliver(
            Self.notification(input.body).jsonBytes, to: path, .meta, secret: secret)
        return .ok(TestMessageResult(outcome, at: probe.publicBaseURL + path))
    }

    /// As Meta sends a text.
    private static func notification(_ message: TestMessage) -> JSONValue {
        let value: JSONValue = [
            "messaging_product": "whatsapp",
            "metadata": [
                "display_phone_number": .string(message.account), "phone_number_id": .string(message.account),
            ],
            "contacts": [["profile": ["name": "Test"], "wa_id": .string(message.customer)]],
            "messages": [
                [
                    "from": .string(message.customer), "id": .string("wamid.\(message.messageId)"),
                    "timestamp": .string(String(WallClock.millisecondsSinceEpoch / 1_000)), "type": "text",
                    "text": ["body": .string(message.text)],
                ]
            ],
        ]
        return [
            "object": "whatsapp_business_account",
            "entry": [
                [
                    "id": .string(message.business ?? message.account),
                    "changes": [["field": "messages", "value": value]],
                ]
            ],
        ]
    }
}

extension TestMessageResult {
    fileprivate init(_ outcome: WebhookProbe.Outcome, at address: String) {
        self.init(
            accepted: outcome == .accepted, cause: outcome == .accepted ? nil : outcome.cause(at: address),
            remedy: outcome == .accepted ? nil : outcome.remedy)
    }
}
