import AuthServiceContract
import ContractRuntime
import SharedContract

extension AuthService {
    /// Hands out what verifies a tenant's webhooks; read from the credential each time, kept nowhere.
    public func getWebhookSecrets(
        _ input: GetWebhookSecrets.Input,
        _ context: RequestContext
    ) async throws -> GetWebhookSecrets.Output {
        do throws(TokenFailure) {
            return .ok(try await secrets(of: input.tenantId, for: input.platform, context))
        } catch {
            let problem = error.problem(context)
            switch error {
            case .notFound: return .notFound(problem)
            case .refused, .misdirected: return .internalServerError(problem)
            case .unavailable(_, let seconds): return .serviceUnavailable(problem, retryAfter: seconds)
            }
        }
    }

    private func secrets(
        of tenantID: String,
        for platform: Platform,
        _ context: RequestContext
    ) async throws(TokenFailure) -> WebhookSecrets {
        switch platform {
        case .whatsapp:
            let credential = try await credentials.credential(
                of: tenantID,
                for: .whatsapp,
                traceparent: context.traceparent
            ).whatsApp()
            return WebhookSecrets(
                platform: platform,
                secrets: [credential.appSecret, credential.previousAppSecret].compactMap(\.self),
                verifyToken: credential.verifyToken
            )
        case .genesys:
            let credential = try await credentials.credential(
                of: tenantID,
                for: .genesys,
                traceparent: context.traceparent
            ).genesys()
            return WebhookSecrets(
                platform: platform,
                secrets: [credential.webhookSecret, credential.previousWebhookSecret].compactMap(\.self)
            )
        }
    }
}
