/// Where a request came from, as the connection and trusted proxies know it.
public struct RequestOrigin: Sendable, Hashable {
    /// IP address of the client: the peer's, or what a trusted proxy says (``HTTPServerConfiguration/trustedProxies``); nil if
    /// it is unknown.
    public var address: String?
    /// `Host` of the request.
    public var authority: String?

    /// The origin of the request that the running task answers; nil outside of ``HTTPServer``.
    @TaskLocal public static var current: RequestOrigin?

    /// Creates an origin.
    public init(address: String?, authority: String?) {
        self.address = address
        self.authority = authority
    }
}
