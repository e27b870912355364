import CCurl
public import ContractRuntime

/// An absolute `http` or `https` URL, taken apart by libcurl's own parser, so that what is checked is what is called.
public struct WebAddress: Sendable, Hashable {
    /// `http` or `https`.
    public let scheme: String
    /// Host name or address literal, lower case, without a trailing dot; a v6 literal keeps its brackets.
    public let host: String
    /// The port, also where the URL leaves it to the scheme.
    public let port: Int
    /// Path and query, starting with `/`.
    public let target: String

    /// Parses a URL.
    /// - Throws: ``TransportError/Code/invalidRequest`` for anything but http and https, for user names and fragments.
    public init(_ text: String) throws(TransportError) {
        guard let parser = curl_url() else { throw TransportError(.invalidRequest, reason: "out of memory") }
        defer { curl_url_cleanup(parser) }
        try Self.set(text, in: parser)
        try self.init(parser)
    }

    /// The address that a `Location` header names, seen from this one.
    /// - Throws: As ``init(_:)``.
    public func resolving(_ reference: String) throws(TransportError) -> WebAddress {
        guard let parser = curl_url() else { throw TransportError(.invalidRequest, reason: "out of memory") }
        defer { curl_url_cleanup(parser) }
        try Self.set(text, in: parser)
        // A browser leaves the fragment to itself; so do we.
        try Self.set(String(reference.prefix { $0 != "#" }), in: parser)
        return try WebAddress(parser)
    }

    /// Scheme, host and port, without a final slash; the port only where it is not the scheme's own.
    public var origin: String { "\(scheme)://\(authority)" }

    /// Host and, where it is not the scheme's own, port: what stands in the `Host` header.
    public var authority: String { port == Self.defaultPort(scheme) ? host : "\(host):\(port)" }

    /// The whole URL.
    public var text: String { origin + target }

    /// Whether the exchange is encrypted.
    public var isSecure: Bool { scheme == "https" }

    /// Another target at the same origin.
    init(base: WebAddress, target: String) {
        scheme = base.scheme
        host = base.host
        port = base.port
        self.target = target
    }

    private init(_ parser: OpaquePointer) throws(TransportError) {
        let scheme = try Self.part(CURLUPART_SCHEME, of: parser).lowercased()
        guard scheme == "http" || scheme == "https" else {
            throw TransportError(.invalidRequest, reason: "a URL must be http or https")
        }
        for (part, name) in [(CURLUPART_USER, "a user name"), (CURLUPART_FRAGMENT, "a fragment")] {
            var found: UnsafeMutablePointer<CChar>?
            guard curl_url_get(parser, part, &found, 0) != CURLUE_OK else {
                curl_free(found)
                throw TransportError(.invalidRequest, reason: "a URL must not have \(name)")
            }
        }
        var host = try Self.part(CURLUPART_HOST, of: parser).lowercased()
        if host.hasSuffix(".") { host.removeLast() }
        guard !host.isEmpty, let port = Int(try Self.part(CURLUPART_PORT, of: parser)) else {
            throw TransportError(.invalidRequest, reason: "a URL must have a host")
        }
        var target = try Self.part(CURLUPART_PATH, of: parser)
        if let query = try? Self.part(CURLUPART_QUERY, of: parser) { target += "?" + query }
        guard Self.isValid(target: target) else {
            throw TransportError(.invalidRequest, reason: "a URL's path and query must be percent-encoded")
        }
        self.scheme = scheme
        self.host = host
        self.port = port
        self.target = target
    }

    /// Whether path and query are in the form that goes into a request line: visible ASCII, no fragment.
    static func isValid(target: String) -> Bool {
        target.utf8.first == UInt8(ascii: "/")
            && target.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "#") }
    }

    private static func defaultPort(_ scheme: String) -> Int { scheme == "https" ? 443 : 80 }

    private static func set(_ text: String, in parser: OpaquePointer) throws(TransportError) {
        let code = curl_url_set(parser, CURLUPART_URL, text, UInt32(CURLU_PATH_AS_IS))
        guard code == CURLUE_OK else {
            throw TransportError(.invalidRequest, reason: "not a URL: " + String(cString: curl_url_strerror(code)))
        }
    }

    private static func part(_ part: CURLUPart, of parser: OpaquePointer) throws(TransportError) -> String {
        var found: UnsafeMutablePointer<CChar>?
        let code = curl_url_get(parser, part, &found, UInt32(CURLU_DEFAULT_PORT))
        guard code == CURLUE_OK, let found else {
            throw TransportError(.invalidRequest, reason: "not a URL: " + String(cString: curl_url_strerror(code)))
        }
        defer { curl_free(found) }
        return String(cString: found)
    }
}
