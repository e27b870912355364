public import ContractRuntime
public import ServiceKit
public import SharedContract
import Synchronization
public import TenantServiceContract

/// tenant-service with tenants in memory; everything but looking them up fails.
public final class FakeTenants: TenantServiceHandler {
    private let tenants = Mutex<[TenantRoute]>([])
    private let failures = Mutex(0)
    private let lookups = Mutex(0)

    /// Without tenants.
    public init() {}

    /// Adds a tenant, or changes it.
    public func add(_ route: TenantRoute) {
        tenants.withLock { tenants in
            tenants.removeAll {
                $0.phoneNumberId == route.phoneNumberId && $0.genesysIntegrationId == route.genesysIntegrationId
            }
            tenants.append(route)
        }
    }

    /// The next so many look-ups are answered 503.
    public func fail(_ count: Int) { failures.withLock { $0 = count } }

    /// How often somebody was looked up.
    public var lookupCount: Int { lookups.withLock { $0 } }

    /// A client that calls it in this process, contract and token checked.
    public var client: TenantServiceClient {
        TenantServiceClient(
            transport: InProcessTransport { [self] in
                RouteTable(routes: self.routes, authenticator: InternalToken.authenticator)
            },
            credentials: InternalToken.credentials)
    }

    private func find(_ isMeant: (TenantRoute) -> Bool) -> TenantRoute?? {
        lookups.withLock { $0 += 1 }
        let isFailing = failures.withLock { failures in
            failures -= 1
            return failures >= 0
        }
        return isFailing ? .none : .some(tenants.withLock { $0.first(where: isMeant) })
    }

    /// Answers the operation.
    public func resolvePhoneNumber(
        _ input: ResolvePhoneNumber.Input, _ context: RequestContext
    ) async throws -> ResolvePhoneNumber.Output {
        switch find({ $0.phoneNumberId == input.phoneNumberId }) {
        case .none: .serviceUnavailable(.unavailable, retryAfter: nil)
        case .some(.none): .notFound(.notFound)
        case .some(.some(let route)): .ok(route)
        }
    }

    /// Answers the operation.
    public func resolveIntegration(
        _ input: ResolveIntegration.Input, _ context: RequestContext
    ) async throws -> ResolveIntegration.Output {
        switch find({ $0.genesysIntegrationId == input.integrationId }) {
        case .none: .serviceUnavailable(.unavailable, retryAfter: nil)
        case .some(.none): .notFound(.notFound)
        case .some(.some(let route)): .ok(route)
        }
    }
}

/// Called although no test expects it.
struct Unexpected: Error {}

extension Problem {
    static let unavailable = Problem(type: "about:blank", title: "Service Unavailable", status: 503)
    static let notFound = Problem(type: "about:blank", title: "Not Found", status: 404)
}

/// The token between services.
public enum InternalToken {
    /// Its value.
    public static let secret = Secret("an-internal-token-of-these-tests")
    /// Accepts the token.
    public static let authenticator = BearerAuthenticator(["internalToken": [secret]])
    /// What a client presents.
    public static let credentials = ClientCredentials(bearerToken: secret.reveal())
}
