import ContractRuntime
import ServiceKit
public import SharedContract
public import TenantServiceContract

/// How tenants want their messages treated, as tenant-service knows it, kept for half a minute.
public struct TenantPolicies: Sendable {
    private let tenants: TenantServiceClient
    private let known = ExpiringCache<String, MessagingPolicy>(capacity: 10_000, lifetime: .seconds(30))

    /// - Parameter tenants: Client with the internal token.
    public init(tenants: TenantServiceClient) { self.tenants = tenants }

    /// The policy of a tenant; the defaults for one that is gone.
    /// - Throws: ``AttemptFailure``, always transient.
    public func policy(of tenantID: String, traceparent: String) async throws -> MessagingPolicy {
        if let policy = known.value(for: tenantID) { return policy }
        let output: ReadPolicy.Output
        do {
            output = try await tenants.readPolicy(.init(tenantId: tenantID), traceparent: traceparent)
        } catch { throw AttemptFailure.unreachable("tenant-service") }
        let policy: MessagingPolicy
        switch output {
        case .ok(let answer): policy = answer
        case .notFound: policy = MessagingPolicy()
        case .badRequest, .unauthorized, .internalServerError, .serviceUnavailable, .undocumented:
            throw AttemptFailure.unreachable("tenant-service")
        }
        known.set(policy, for: tenantID)
        return policy
    }
}
