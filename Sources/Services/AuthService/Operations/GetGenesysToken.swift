import AuthServiceContract
import ContractRuntime

extension AuthService {
    /// Hands out a token of the tenant's Genesys organisation.
    public func getGenesysToken(
        _ input: GetGenesysToken.Input,
        _ context: RequestContext
    ) async throws -> GetGenesysToken.Output {
        do {
            let token = try await genesysTokens.token(
                of: input.tenantId,
                refresh: input.refresh ?? false,
                traceparent: context.traceparent
            )
            expiries.note(token.expiresAt, of: input.tenantId)
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
