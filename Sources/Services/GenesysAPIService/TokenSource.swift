import AuthServiceContract
import ContractRuntime
import ServiceKit
import SharedContract

/// Tokens of the tenants from auth-service, kept in memory for a minute so that not every message asks for one.
struct TokenSource: Sendable {
    let authService: AuthServiceClient
    /// Code of a failure: not the credential is wrong, but where it was shown.
    static let loginRedirects = "login-redirects"

    private let kept = ExpiringCache<String, GenesysToken>(capacity: 10_000, lifetime: .seconds(60))

    init(authService: AuthServiceClient) {
        self.authService = authService
    }

    /// The tenant's token.
    /// - Throws: ``PlatformFailure``: there is none now, and nothing was sent.
    func token(of tenantID: String, traceparent: String) async throws -> GenesysToken {
        try await kept.value(for: tenantID) { try await fetch(tenantID, traceparent, refresh: nil) }
    }

    /// A new token, after Genesys has refused the one at hand.
    /// - Throws: ``PlatformFailure``.
    func freshToken(of tenantID: String, traceparent: String) async throws -> GenesysToken {
        kept.remove(tenantID)
        let token = try await fetch(tenantID, traceparent, refresh: true)
        kept.set(token, for: tenantID)
        return token
    }

    private func fetch(_ tenantID: String, _ traceparent: String, refresh: Bool?) async throws -> GenesysToken {
        let output: GetGenesysToken.Output
        do {
            output = try await authService.getGenesysToken(
                .init(tenantId: tenantID, refresh: refresh),
                traceparent: traceparent
            )
        } catch {
            throw Self.noAnswer
        }
        switch output {
        case .ok(let token): return token
        case .conflict(let problem): throw Self.refusal(problem)
        case .notFound:
            throw PlatformFailure.authentication(
                code: "credential-missing",
                reason: "no Genesys credential is stored for the tenant"
            )
        case .serviceUnavailable(_, let retryAfter): throw Self.busy(retryAfter)
        case .badRequest, .unauthorized, .internalServerError, .undocumented: throw Self.failed
        }
    }

    /// A token for a credential that is not stored; nothing is kept of it.
    /// - Throws: ``PlatformFailure``.
    func token(trying credential: GenesysCredential, traceparent: String) async throws -> GenesysToken {
        let output: TryGenesysCredential.Output
        do {
            output = try await authService.tryGenesysCredential(.init(body: credential), traceparent: traceparent)
        } catch {
            throw Self.noAnswer
        }
        switch output {
        case .ok(let token): return token
        case .conflict(let problem): throw Self.refusal(problem)
        case .serviceUnavailable(let problem, _):
            throw PlatformFailure.transient(code: "auth-service", reason: problem.detail ?? "auth-service is busy")
        case .badRequest, .unauthorized, .internalServerError, .undocumented: throw Self.failed
        }
    }

    // Asking for a token changes nothing at Genesys, so whatever went wrong may be repeated.
    private static let noAnswer = PlatformFailure.transient(
        code: "auth-service", reason: "auth-service gave no answer")
    private static let failed = PlatformFailure.transient(code: "auth-service", reason: "auth-service failed")

    private static func busy(_ retryAfter: Int?) -> PlatformFailure {
        .transient(
            code: "auth-service",
            reason: "auth-service takes no requests" + (retryAfter.map { ", again in \($0) s" } ?? ""))
    }

    private static func refusal(_ problem: Problem) -> PlatformFailure {
        .authentication(
            code: problem.type.hasSuffix(":login-redirects") ? loginRedirects : "credential-refused",
            reason: problem.detail ?? "Genesys refuses the stored credential")
    }
}
