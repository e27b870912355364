public import ContractRuntime

/// Which hosts a transport may speak to: what stands between a URL in a payload and the network behind this process.
///
/// Names are checked before they are resolved, addresses when a socket is about to connect to them and again before a
/// kept-alive connection is used, so an answer that changes between check and use (DNS rebinding) gains nothing.
public struct EgressPolicy: Sendable, Hashable {
    /// Hosts that may be called; nil allows every one.
    public var allowedHosts: [HostPattern]?
    /// Whether loopback, private and other addresses that are not the public Internet may be connected to.
    public var allowsPrivateAddresses: Bool
    /// Whether `http` without TLS is refused.
    public var requiresTLS: Bool

    /// Creates a policy.
    public init(allowedHosts: [HostPattern]?, allowsPrivateAddresses: Bool, requiresTLS: Bool) {
        self.allowedHosts = allowedHosts
        self.allowsPrivateAddresses = allowsPrivateAddresses
        self.requiresTLS = requiresTLS
    }

    /// No limits: for addresses that come from the operator's configuration.
    public static let unrestricted = EgressPolicy(allowedHosts: nil, allowsPrivateAddresses: true, requiresTLS: false)

    /// Encrypted, public, and one of `hosts`: for URLs that a payload names.
    public static func publicHosts(_ hosts: [HostPattern]) -> EgressPolicy {
        EgressPolicy(allowedHosts: hosts, allowsPrivateAddresses: false, requiresTLS: true)
    }

    /// Checks scheme and host name.
    /// - Throws: ``TransportError/Code/invalidRequest``.
    public func check(_ address: WebAddress) throws(TransportError) {
        if requiresTLS, !address.isSecure {
            throw TransportError(.invalidRequest, reason: "\(address.origin): only https is allowed")
        }
        if let allowedHosts, !allowedHosts.contains(where: { $0.matches(address.host) }) {
            throw TransportError(.invalidRequest, reason: "\(address.origin): this host is not allowed")
        }
    }

    /// Whether a connection to this address may be used.
    func permits(_ address: IPAddress?) -> Bool {
        allowsPrivateAddresses || address?.isPublic == true
    }
}

/// A host name (`login.mypurecloud.de`), or all names below a domain (`*.mypurecloud.de`, any depth, not the domain itself).
public struct HostPattern: Sendable, Hashable, ExpressibleByStringLiteral {
    private let name: String
    private let coversSubdomains: Bool

    /// Reads a pattern; upper and lower case are the same.
    public init(_ pattern: String) {
        let lowered = pattern.lowercased()
        coversSubdomains = lowered.hasPrefix("*.")
        name = coversSubdomains ? String(lowered.dropFirst()) : lowered
    }

    /// Reads a pattern.
    public init(stringLiteral pattern: String) { self.init(pattern) }

    /// Whether the pattern covers a host as ``WebAddress/host`` gives it.
    public func matches(_ host: String) -> Bool {
        coversSubdomains ? host.hasSuffix(name) && host.utf8.count > name.utf8.count : host == name
    }
}
