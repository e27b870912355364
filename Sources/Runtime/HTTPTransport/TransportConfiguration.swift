/// How one transport uses its engine.
public struct TransportConfiguration: Sendable {
    /// Time for name resolution, TCP and TLS together; default 3 s.
    public var connectTimeout: Duration
    /// Longest silence of the server within a streamed response while the reader is waiting; default 30 s.
    public var streamIdleTimeout: Duration
    /// Exchanges on the wire at once; more wait in the order of their calls. Default 64.
    public var inFlightLimit: Int
    /// Exchanges that may wait; more fail at once with ``TransportError/Code/notConnected``. Default 10,000.
    public var waitingLimit: Int
    /// Bytes that a streamed body, request or response, may hold in memory beyond one chunk; default 256 KiB.
    public var streamBufferSize: Int
    /// Whether HTTP/2 is offered on TLS connections; default false.
    public var allowsHTTP2: Bool
    /// Where the transport may connect to; default everywhere.
    public var egress: EgressPolicy
    /// What happens to redirects; default: they are the response.
    public var redirects: RedirectPolicy
    /// A PEM file of certificate authorities to trust instead of the system's.
    public var certificateAuthorities: String?

    /// Creates a configuration.
    public init(
        connectTimeout: Duration = .seconds(3),
        streamIdleTimeout: Duration = .seconds(30),
        inFlightLimit: Int = 64,
        waitingLimit: Int = 10_000,
        streamBufferSize: Int = 256 << 10,
        allowsHTTP2: Bool = false,
        egress: EgressPolicy = .unrestricted,
        redirects: RedirectPolicy = .none,
        certificateAuthorities: String? = nil
    ) {
        precondition(inFlightLimit > 0 && waitingLimit >= 0 && streamBufferSize > 0)
        self.connectTimeout = connectTimeout
        self.streamIdleTimeout = streamIdleTimeout
        self.inFlightLimit = inFlightLimit
        self.waitingLimit = waitingLimit
        self.streamBufferSize = streamBufferSize
        self.allowsHTTP2 = allowsHTTP2
        self.egress = egress
        self.redirects = redirects
        self.certificateAuthorities = certificateAuthorities
    }
}
