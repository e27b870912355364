public import AuthServiceContract
import ContractRuntime
public import ServiceKit
public import SharedContract

/// What verifies the webhooks of one tenant.
public struct TenantSecrets: Sendable {
    /// Secrets of which one has to match; several while one rotates. Never empty: for a tenant that is unknown or has none
    /// there is one that nobody knows, so that the answer takes the same work.
    public let signing: [Secret]
    /// Verify token of the tenant's own Meta app, or one that nobody knows.
    public let verifyToken: Secret
}

/// Gets the webhook secrets of tenants from auth-service and keeps them in memory for a minute.
///
/// A signature that does not match may be due to a secret that has just changed: then the secrets are fetched again, at
/// most once in five seconds a tenant.
public struct WebhookSecretStore: Sendable {
    /// Most tenants whose secrets are kept.
    private static let capacity = 10_000
    /// Longest time to wait for auth-service; the platform waits meanwhile.
    private static let timeout = Duration.seconds(3)

    private let authService: AuthServiceClient
    private let platform: SharedContract.Platform
    private let kept: ExpiringCache<String, TenantSecrets>
    private let recent: ExpiringCache<String, TenantSecrets>
    /// Made for this process alone.
    private let nobodys = Secret(StableIdentifier.random() + StableIdentifier.random())

    /// Creates a store that has fetched nothing yet.
    /// - Parameters:
    ///   - authService: Where secrets come from.
    ///   - platform: Whose webhooks they verify.
    ///   - now: The time.
    public init(
        authService: AuthServiceClient, platform: SharedContract.Platform,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.authService = authService
        self.platform = platform
        kept = ExpiringCache(capacity: Self.capacity, lifetime: .seconds(60), now: now)
        recent = ExpiringCache(capacity: Self.capacity, lifetime: .seconds(5), now: now)
    }

    /// Whether the tenant's secrets pass a test.
    /// - Parameters:
    ///   - tenantID: The tenant, in lower case; unknown ones fail the test like a wrong secret.
    ///   - traceparent: Trace of the request.
    ///   - test: Must compare in constant time.
    /// - Throws: ``IntakeRefusal/unavailable`` if auth-service gave no answer.
    public func secrets(
        of tenantID: String, traceparent: String, pass test: (TenantSecrets) -> Bool
    ) async throws(IntakeRefusal) -> Bool {
        if let secrets = kept.value(for: tenantID), test(secrets) { return true }
        return test(try await newest(tenantID, traceparent))
    }

    /// What is stored for a tenant, asked for anew; nil if there is nothing.
    /// - Throws: ``IntakeRefusal/unavailable`` if auth-service gave no answer.
    public func stored(of tenantID: String, traceparent: String) async throws(IntakeRefusal) -> WebhookSecrets? {
        let answer: GetWebhookSecrets.Output
        do throws(ClientError) {
            answer = try await authService.getWebhookSecrets(
                GetWebhookSecrets.Input(tenantId: tenantID, platform: platform), traceparent: traceparent,
                options: RequestOptions(timeout: Self.timeout))
        } catch {
            throw .unavailable
        }
        switch answer {
        case .ok(let found): return found
        case .notFound, .badRequest: return nil
        case .unauthorized, .internalServerError, .serviceUnavailable, .undocumented: throw .unavailable
        }
    }

    private func newest(_ tenantID: String, _ traceparent: String) async throws(IntakeRefusal) -> TenantSecrets {
        do {
            return try await recent.value(for: tenantID) {
                let secrets = try await fetch(tenantID, traceparent)
                kept.set(secrets, for: tenantID)
                return secrets
            }
        } catch {
            throw .unavailable
        }
    }

    private func fetch(_ tenantID: String, _ traceparent: String) async throws -> TenantSecrets {
        let answer = try await authService.getWebhookSecrets(
            GetWebhookSecrets.Input(tenantId: tenantID, platform: platform), traceparent: traceparent,
            options: RequestOptions(timeout: Self.timeout))
        switch answer {
        case .ok(let found):
            let signing = found.secrets.map(Secret.init)
            return TenantSecrets(
                signing: signing.isEmpty ? [nobodys] : signing,
                verifyToken: found.verifyToken.map(Secret.init) ?? nobodys)
        // A path that is no tenant id is refused as such.
        case .notFound, .badRequest: return TenantSecrets(signing: [nobodys], verifyToken: nobodys)
        case .unauthorized, .internalServerError, .serviceUnavailable, .undocumented: throw IntakeRefusal.unavailable
        }
    }
}
