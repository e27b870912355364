import ContractRuntime

/// Where a RabbitMQ node listens and who connects to it, as written in an `amqp://` or `amqps://` address.
public struct BrokerAddress: Sendable, Hashable, CustomStringConvertible {
    /// Host name or IP address, without the brackets of an IPv6 literal.
    public var host: String
    /// TCP port; 5672 for `amqp`, 5671 for `amqps` unless given.
    public var port: Int
    /// User name; `guest` unless given.
    public var user: String
    /// Password; `guest` unless given.
    public var password: String
    /// Virtual host; `/` unless given.
    public var virtualHost: String
    /// Whether the connection is TLS with the certificate and host name verified.
    public var usesTLS: Bool

    /// Reads an address such as `amqp://user:p%40ss@host:5672/vhost`; user, password and virtual host may be
    /// percent-encoded.
    /// - Throws: ``MessagingError`` with code `misconfigured`; its reason never repeats the address.
    public init(_ url: String) throws(MessagingError) {
        guard let schemeEnd = url.firstRange(of: "://") else { throw Self.malformed("no scheme") }
        switch url[..<schemeEnd.lowerBound].lowercased() {
        case "amqp": usesTLS = false
        case "amqps": usesTLS = true
        default: throw Self.malformed("the scheme is neither amqp nor amqps")
        }
        let rest = url[schemeEnd.upperBound...]
        guard !rest.contains("?"), !rest.contains("#") else {
            throw Self.malformed("a query or fragment is not supported")
        }
        let authority = rest.prefix { $0 != "/" }
        let path = rest.dropFirst(authority.count + 1)
        let at = authority.lastIndex(of: "@")
        let credentials = at.map { authority[..<$0] } ?? ""
        let location = at.map { authority[authority.index(after: $0)...] } ?? authority

        let userPart = credentials.prefix { $0 != ":" }
        let passwordPart = credentials.dropFirst(userPart.count + 1)
        user = userPart.isEmpty ? "guest" : try Self.percentDecoded(userPart)
        password = credentials.contains(":") ? try Self.percentDecoded(passwordPart) : "guest"
        virtualHost = path.isEmpty ? "/" : try Self.percentDecoded(path)
        (host, port) = try Self.hostAndPort(location, defaultPort: usesTLS ? 5671 : 5672)
    }

    /// The address without credentials, for logs.
    public var description: String {
        "\(usesTLS ? "amqps" : "amqp")://\(host.contains(":") ? "[\(host)]" : host):\(port), virtual host \(virtualHost)"
    }

    private static func hostAndPort(_ text: Substring, defaultPort: Int) throws(MessagingError) -> (String, Int) {
        let host: Substring
        let tail: Substring
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else { throw malformed("an IPv6 host lacks its closing bracket") }
            host = text[text.index(after: text.startIndex)..<end]
            tail = text[text.index(after: end)...]
        } else {
            host = text.prefix { $0 != ":" }
            tail = text.dropFirst(host.count)
        }
        guard !host.isEmpty else { throw malformed("no host") }
        guard !tail.isEmpty else { return (String(host), defaultPort) }
        guard tail.first == ":", let port = Int(tail.dropFirst()), (1...65_535).contains(port) else {
            throw malformed("the port is not a number from 1 to 65535")
        }
        return (String(host), port)
    }

    private static func percentDecoded(_ text: Substring) throws(MessagingError) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16), rest.count >= 2 else {
                throw malformed("a percent sign is not followed by two hexadecimal digits")
            }
            rest = rest.dropFirst(2)
            bytes.append(value)
        }
        guard let decoded = String(validating: bytes, as: UTF8.self), !decoded.utf8.contains(0) else {
            throw malformed("a percent-encoded part is no valid text")
        }
        return decoded
    }

    private static func malformed(_ detail: String) -> MessagingError {
        MessagingError(.misconfigured, reason: "The broker address can't be used: \(detail).")
    }
}
