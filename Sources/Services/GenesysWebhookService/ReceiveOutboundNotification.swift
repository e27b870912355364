import ContractJSON
import ContractRuntime
import GenesysWebhookContract
import HTTPTypes
import Logging
import ServiceKit
import WebhookIntake

/// Answers what Genesys calls.
struct WebhookReceiver: GenesysWebhookHandler {
    let tenants: WebhookSecretStore
    let transport: any MessageTransport
    let counters: IntakeCounters
    let forgeries: ForgeryLog
    let logger: Logger

    func receiveOutboundNotification(
        _ input: ReceiveOutboundNotification.Input, _ context: RequestContext
    ) async throws -> ReceiveOutboundNotification.Output {
        do {
            try await accept(input, context)
            return .ok
        } catch {
            counters.refused(error)
            if case .forged = error { forgeries.refused(tenantID: input.tenantId.lowercased(), context, logger) }
            let problem = WebhookProblem(error)
            switch error {
            case .unsupportedMediaType: return .unsupportedMediaType(problem)
            case .malformed where problem.status == 413: return .contentTooLarge(problem)
            case .malformed: return .badRequest(problem)
            case .forged: return .unauthorized(problem)
            case .unavailable: return .serviceUnavailable(problem, retryAfter: IntakeRefusal.retryAfterSeconds)
            }
        }
    }

    /// Verifies, decodes and stores in one confirmed publish. Nothing else happens before the answer.
    private func accept(
        _ input: ReceiveOutboundNotification.Input, _ context: RequestContext
    ) async throws(IntakeRefusal) {
        let start = ContinuousClock.now
        let tenantID = input.tenantId.lowercased()
        try IntakeRefusal.checkContentType(context.headers[.contentType])
        let isSigned = try await tenants.secrets(of: tenantID, traceparent: context.traceparent) { secrets in
            WebhookSignature.genesys.isValid(input.xHubSignature256, of: input.body, secrets: secrets.signing)
        }
        guard isSigned else { throw .forged }
        let webhook = AcceptedWebhook(
            id: StableIdentifier.random(), tenantID: tenantID, receivedAt: WallClock.now,
            traceparent: context.traceparent)
        let raw: JSONValue
        do { raw = try JSONValue(parsing: input.body) } catch { throw .malformed(.syntax(error)) }
        let notification: OutboundNotification
        do throws(ContractDecodingError) { notification = try OutboundNotification(json: input.body) } catch {
            // Genesys does not send again what is refused, so it is kept for a person to see.
            try await publish { () throws(ContractDecodingError) in
                try webhook.messages(of: raw, refused: error, body: input.body)
            }
            throw .malformed(error)
        }
        var quarantined = 0
        try await publish { () throws(ContractDecodingError) in
            let batch = try webhook.messages(of: notification, raw: raw, body: input.body)
            quarantined = batch.quarantined
            return batch.messages
        }
        counters.accepted(
            updates: 1, quarantined: quarantined, at: webhook.receivedAt, after: ContinuousClock.now - start)
    }

    private func publish(
        _ messages: () throws(ContractDecodingError) -> [OutgoingMessage]
    ) async throws(IntakeRefusal) {
        do { try await transport.publish(messages()) } catch {
            logger.error("a webhook could not be stored", metadata: ["failure": .string(Disposition(of: error).label)])
            throw .unavailable
        }
    }
}

extension WebhookProblem {
    /// A refusal as the contract of Genesys' webhooks has it.
    fileprivate init(_ refusal: IntakeRefusal) {
        let problem = refusal.problem
        self.init(
            type: "about:blank", title: problem.title, status: problem.status, detail: problem.detail,
            violations: problem.violations.isEmpty
                ? nil
                : problem.violations.map {
                    GenesysWebhookContract.ContractViolation(
                        pointer: $0.instancePointer, keyword: $0.keyword, message: $0.message)
                })
    }
}
