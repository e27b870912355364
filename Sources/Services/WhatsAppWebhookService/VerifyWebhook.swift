import ContractRuntime
import ServiceKit
import WebhookIntake
import WhatsAppWebhookContract

extension WebhookReceiver {
    func verifyWebhook(
        _ input: VerifyWebhook.Input, _ context: RequestContext
    ) async throws -> VerifyWebhook.Output {
        let isOurs = Self.isToken(input.hubVerifyToken, sharedApp.verifyToken)
        return isOurs && input.hubMode == .subscribe ? .ok(input.hubChallenge) : .forbidden(Self.refusedToken)
    }

    func verifyTenantWebhook(
        _ input: VerifyTenantWebhook.Input, _ context: RequestContext
    ) async throws -> VerifyTenantWebhook.Output {
        let isTheirs: Bool
        do {
            isTheirs = try await tenantApps.secrets(
                of: input.tenantId.lowercased(), traceparent: context.traceparent
            ) { Self.isToken(input.hubVerifyToken, $0.verifyToken) }
        } catch {
            throw error.problem
        }
        return isTheirs && input.hubMode == .subscribe ? .ok(input.hubChallenge) : .forbidden(Self.refusedToken)
    }

    private static func isToken(_ candidate: String, _ token: Secret) -> Bool {
        ConstantTime.areEqual(Array(candidate.utf8), token.bytes)
    }

    private static let refusedToken = Problem(
        type: "about:blank", title: "Forbidden", status: 403, detail: "the mode or the verify token is wrong")
}
