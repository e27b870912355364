import ContractRuntime
import HTTPTypes
import ServiceKit
import WebhookIntake
import WhatsAppWebhookContract

extension WebhookReceiver {
    func receiveWebhook(
        _ input: ReceiveWebhook.Input, _ context: RequestContext
    ) async throws -> ReceiveWebhook.Output {
        do {
            try await accept(input.body, context, tenantID: nil) { () throws(IntakeRefusal) in
                WebhookSignature.meta.isValid(input.xHubSignature256, of: input.body, secrets: sharedApp.secrets)
            }
            return .ok
        } catch {
            let problem = Problem(error)
            switch error {
            case .unsupportedMediaType: return .unsupportedMediaType(problem)
            case .malformed where problem.status == 413: return .contentTooLarge(problem)
            case .malformed: return .badRequest(problem)
            case .forged: return .unauthorized(problem)
            case .unavailable: return .serviceUnavailable(problem, retryAfter: IntakeRefusal.retryAfterSeconds)
            }
        }
    }

    func receiveTenantWebhook(
        _ input: ReceiveTenantWebhook.Input, _ context: RequestContext
    ) async throws -> ReceiveTenantWebhook.Output {
        let tenantID = input.tenantId.lowercased()
        do {
            try await accept(input.body, context, tenantID: tenantID) { () throws(IntakeRefusal) in
                try await tenantApps.secrets(of: tenantID, traceparent: context.traceparent) { secrets in
                    WebhookSignature.meta.isValid(input.xHubSignature256, of: input.body, secrets: secrets.signing)
                }
            }
            return .ok
        } catch {
            let problem = Problem(error)
            switch error {
            case .unsupportedMediaType: return .unsupportedMediaType(problem)
            case .malformed where problem.status == 413: return .contentTooLarge(problem)
            case .malformed: return .badRequest(problem)
            case .forged: return .unauthorized(problem)
            case .unavailable: return .serviceUnavailable(problem, retryAfter: IntakeRefusal.retryAfterSeconds)
            }
        }
    }
}

extension Problem {
    /// A refusal as the contract of Meta's webhooks has it.
    fileprivate init(_ refusal: IntakeRefusal) {
        let problem = refusal.problem
        self.init(
            type: "about:blank", title: problem.title, status: problem.status, detail: problem.detail,
            violations: problem.violations.isEmpty
                ? nil
                : problem.violations.map {
                    Violation(
                        pointer: $0.instancePointer, keyword: $0.keyword, schemaPointer: $0.schemaPointer,
                        message: $0.message)
                })
    }
}
