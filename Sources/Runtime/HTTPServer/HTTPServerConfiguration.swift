import ServiceKit

/// Where a server listens and what it puts up with.
public struct HTTPServerConfiguration: Sendable, Hashable {
    /// Address to listen on.
    public var host: String
    /// Port to listen on; 0: a free one, see ``HTTPServer/port``.
    public var port: Int
    /// Longest silence of a client that is sending a request, and longest life of an idle connection.
    public var idleTimeout: Duration
    /// Least speed of a request body once ``idleTimeout`` has passed since its head, in bytes a second.
    public var minimumBodyRate: Int
    /// Most connections at the same time, and so most requests; more wait in the kernel's queue.
    public var maximumConnections: Int
    /// Most of them that one address may have; further ones are closed at once. Proxies that are trusted have no such limit.
    public var maximumConnectionsPerAddress: Int
    /// Most bytes of one header field.
    public var maximumHeaderFieldBytes: Int
    /// Most bytes of all header fields.
    public var maximumHeaderBytes: Int
    /// Most header fields.
    public var maximumHeaderFields: Int
    /// Proxies whose `X-Forwarded-For` is believed; of all others the peer's address is the client's.
    public var trustedProxies: [AddressRange]

    /// Creates a configuration.
    public init(
        host: String = "127.0.0.1",
        port: Int,
        idleTimeout: Duration = .seconds(30),
        minimumBodyRate: Int = 1_024,
        maximumConnections: Int = 4_096,
        maximumConnectionsPerAddress: Int = .max,
        maximumHeaderFieldBytes: Int = 16_384,
        maximumHeaderBytes: Int = 32_768,
        maximumHeaderFields: Int = 100,
        trustedProxies: [AddressRange] = []
    ) {
        self.host = host
        self.port = port
        self.idleTimeout = idleTimeout
        self.minimumBodyRate = minimumBodyRate
        self.maximumConnections = maximumConnections
        self.maximumConnectionsPerAddress = maximumConnectionsPerAddress
        self.maximumHeaderFieldBytes = maximumHeaderFieldBytes
        self.maximumHeaderBytes = maximumHeaderBytes
        self.maximumHeaderFields = maximumHeaderFields
        self.trustedProxies = trustedProxies
    }

    /// `HOST` and `PORT`, or the service's own port, and `TRUSTED_PROXIES`. Of what the world can reach, gateway and portal,
    /// one address has a quarter of the connections at most.
    public init(_ service: ServiceName, _ configuration: ServiceConfiguration) {
        self.init(
            host: configuration.host, port: configuration.port(for: service),
            trustedProxies: configuration.trustedProxies)
        if service == .apiGateway || service == .agentPortal { maximumConnectionsPerAddress = maximumConnections / 4 }
    }
}
