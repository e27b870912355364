import AuthServiceContract
import ContractRuntime

extension AuthService {
    /// Fetches a token with a credential that is not stored, so that it can be tried before it replaces another.
    public func tryGenesysCredential(
        _ input: TryGenesysCredential.Input, _ context: RequestContext
    ) async throws -> TryGenesysCredential.Output {
        do {
            return .ok(try await genesysTokens.token(trying: input.body, traceparent: context.traceparent))
        } catch {
            let problem = error.problem(context)
            switch error {
            case .notFound, .refused, .misdirected: return .conflict(problem)
            case .unavailable(_, let seconds): return .serviceUnavailable(problem, retryAfter: seconds)
            }
        }
    }
}
