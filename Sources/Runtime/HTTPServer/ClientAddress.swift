import HTTPTypes
import ServiceKit

/// Whom a request comes from, behind proxies that are trusted to say so.
enum ClientAddress {
    /// The address of whoever spoke to the outermost trusted proxy.
    ///
    /// `X-Forwarded-For` is believed only where the connection comes from a trusted proxy, and there from its end: each proxy
    /// appends whom it spoke to, and what stands before the last address that is not trusted was written by the client.
    static func of(peer: String?, _ headers: HTTPFields, trusted: [AddressRange]) -> String? {
        guard let peer, isTrusted(peer, trusted) else { return peer }
        let hops = headers[values: name].flatMap { $0.split(separator: ",") }.map { hop in
            String(hop.drop(while: \.isWhitespace).prefix { !$0.isWhitespace })
        }
        var client = peer
        for hop in hops.reversed() {
            // An address that nobody can read is not passed on, and what stands before it proves nothing.
            guard AddressRange(hop) != nil, !hop.contains("/") else { break }
            client = hop
            if !isTrusted(hop, trusted) { break }
        }
        return client
    }

    private static func isTrusted(_ address: String, _ trusted: [AddressRange]) -> Bool {
        trusted.contains { $0.contains(address) }
    }

    private static let name: HTTPField.Name = {
        guard let name = HTTPField.Name("X-Forwarded-For") else { preconditionFailure("a field name") }
        return name
    }()
}
