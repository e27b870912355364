import ContractRuntime
import HTTPTransport
import ServiceKit
import Synchronization

/// Finds the services: those in the same process by their route tables, the others at their addresses.
///
/// Services call each other in a circle, so a table is looked up at each call and not when a client is made.
final class ServiceDirectory: Sendable {
    private let tables = Mutex<[ServiceName: RouteTable]>([:])
    private let hosted: Set<ServiceName>
    private let configuration: ServiceConfiguration
    private let engine: CurlEngine

    /// - Parameters:
    ///   - hosted: The roles of this process.
    ///   - configuration: Knows the addresses.
    ///   - engine: Carries calls to other processes.
    init(hosted: Set<ServiceName>, configuration: ServiceConfiguration, engine: CurlEngine) {
        self.hosted = hosted
        self.configuration = configuration
        self.engine = engine
    }

    /// Makes the routes of a role known.
    func register(_ table: RouteTable, for service: ServiceName) { tables.withLock { $0[service] = table } }

    /// Carries requests to a service.
    func transport(to service: ServiceName) throws -> any ClientTransport {
        guard hosted.contains(service) else {
            return try CurlTransport(
                baseURL: configuration.url(of: service), engine: engine,
                configuration: TransportConfiguration(inFlightLimit: 256))
        }
        return InProcessTransport { [self] in
            tables.withLock { $0[service] } ?? RouteTable(routes: [], authenticator: BearerAuthenticator([:]))
        }
    }
}
