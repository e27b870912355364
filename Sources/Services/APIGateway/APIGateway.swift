import APIGatewayContract
public import ContractRuntime
import HTTPServer
public import ServiceKit

/// The one public entry: forwards the operations of ``ForwardedOperation/all`` byte for byte, and nothing else.
public struct APIGateway: Sendable {
    private let forwarder: Forwarder
    private let operations: GatewayOperations

    /// Creates the gateway. The table that its routes are put into must judge the scheme `adminKey`
    /// (``BearerAuthenticator``).
    /// - Parameters:
    ///   - operations: Health and metrics of this role.
    ///   - timeout: Longest time until a service begins to answer.
    ///   - trustsForwarded: Whether a load balancer in front sets the `X-Forwarded-*` fields.
    ///   - upstream: Carries requests to a service; must not follow redirects.
    public init(
        operations: OperationsAnswers, timeout: Duration = .seconds(30), trustsForwarded: Bool = false,
        upstream: (ServiceName) throws -> any ClientTransport
    ) rethrows {
        var proxies: [ServiceName: ProxyRoute] = [:]
        for service in Set(ForwardedOperation.all.map(\.service)) {
            proxies[service] = ProxyRoute(
                to: try upstream(service), timeout: timeout, trustsForwarded: trustsForwarded)
        }
        forwarder = Forwarder(proxies: proxies)
        self.operations = GatewayOperations(answers: operations)
    }

    /// Its own three operations and everything that is forwarded.
    public var assembly: ServiceAssembly { ServiceAssembly(routes: operations.routes + forwarder.routes) }
}
