import AuthServiceContract
import ContractRuntime

extension AuthService {
    /// Hands out the token of the tenant's WhatsApp number.
    public func getWhatsAppToken(
        _ input: GetWhatsAppToken.Input,
        _ context: RequestContext
    ) async throws -> GetWhatsAppToken.Output {
        do {
            let token = try await whatsAppTokens.token(
                of: input.tenantId,
                refresh: input.refresh ?? false,
                traceparent: context.traceparent
            )
            return .ok(token)
        } catch let failure as TokenFailure {
            let problem = failure.problem(context)
            switch failure {
            case .notFound: return .notFound(problem)
            case .refused, .misdirected: return .conflict(problem)
            case .unavailable(_, let seconds): return .serviceUnavailable(problem, retryAfter: seconds)
            }
        }
    }
}
