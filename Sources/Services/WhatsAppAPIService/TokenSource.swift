import AuthServiceContract
import ContractRuntime
import ServiceKit
import SharedContract

/// Tokens of the tenants from auth-service, kept in memory for a minute so that not every message asks for one.
struct TokenSource: Sendable {
    let authService: AuthServiceClient
    private let kept = ExpiringCache<String, WhatsAppToken>(capacity: 10_000, lifetime: .seconds(60))

    init(authService: AuthServiceClient) {
        self.authService = authService
    }

    /// The tenant's token.
    /// - Throws: ``PlatformFailure``: there is none now, and nothing was sent.
    func token(of tenantID: String, traceparent: String) async throws -> WhatsAppToken {
        try await kept.value(for: tenantID) { try await fetch(tenantID, traceparent, refresh: nil) }
    }

    /// A new token, after WhatsApp has refused the one at hand.
    /// - Throws: ``PlatformFailure``.
    func freshToken(of tenantID: String, traceparent: String) async throws -> WhatsAppToken {
        kept.remove(tenantID)
        let token = try await fetch(tenantID, traceparent, refresh: true)
        kept.set(token, for: tenantID)
        return token
    }

    private func fetch(_ tenantID: String, _ traceparent: String, refresh: Bool?) async throws -> WhatsAppToken {
        let output: GetWhatsAppToken.Output
        do {
            output = try await authService.getWhatsAppToken(
                .init(tenantId: tenantID, refresh: refresh),
                traceparent: traceparent
            )
        } catch {
            // Asking for a token changes nothing at WhatsApp, so whatever went wrong may be repeated.
            throw PlatformFailure.transient(code: "auth-service", reason: "auth-service gave no answer")
        }
        switch output {
        case .ok(let token): return token
        case .conflict:
            throw PlatformFailure.authentication(
                code: "credential-refused",
                reason: "WhatsApp refuses the stored credential"
            )
        case .notFound:
            throw PlatformFailure.authentication(
                code: "credential-missing",
                reason: "no WhatsApp credential is stored for the tenant"
            )
        case .serviceUnavailable(_, let retryAfter):
            throw PlatformFailure.transient(
                code: "auth-service",
                reason: "auth-service takes no requests" + (retryAfter.map { ", again in \($0) s" } ?? "")
            )
        case .badRequest, .unauthorized, .internalServerError, .undocumented:
            throw PlatformFailure.transient(code: "auth-service", reason: "auth-service failed")
        }
    }
}
