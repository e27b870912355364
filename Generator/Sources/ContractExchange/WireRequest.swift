/// A request as it came over the wire, independent of who carried it.
public struct WireRequest: Sendable {
    /// The method, in any case.
    public var method: String
    /// Percent-encoded path without query.
    public var path: String
    /// Percent-encoded query without its question mark.
    public var query: String
    /// Header fields, names in lower case.
    public var headers: [(name: String, value: String)]
    /// The body; empty if there is none.
    public var body: [UInt8]

    /// Creates a request; names of header fields are lower-cased.
    public init(
        method: String, path: String, query: String = "", headers: [(name: String, value: String)] = [],
        body: [UInt8] = []
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers.map { ($0.name.lowercased(), $0.value) }
        self.body = body
    }

    /// The value of a header field; several are joined with commas (RFC 9110, 5.3).
    public func header(_ name: String) -> String? {
        let values = headers.filter { $0.name == name }.map(\.value)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }

    /// Names and raw values of the query.
    var pairs: [(name: String, value: String)] {
        query.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (WireText.decoded(parts[0], plusIsSpace: true), parts.count == 2 ? String(parts[1]) : "")
        }
    }

    /// Cookies by name.
    var cookies: [(name: String, value: String)] {
        (header("cookie") ?? "").split(separator: ";").compactMap { part in
            let parts = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { return nil }
            return (WireText.trimmed(parts[0]), WireText.trimmed(parts[1]))
        }
    }
}

/// Percent-encoding and white space.
enum WireText {
    /// The text behind percent-encoding; as it is where that is broken.
    static func decoded(_ text: some StringProtocol, plusIsSpace: Bool = false) -> String {
        var bytes: [UInt8] = []
        let source = Array(text.utf8)
        var index = 0
        while index < source.count {
            let byte = source[index]
            if byte == UInt8(ascii: "%"), index + 2 < source.count,
                let value = UInt8(String(decoding: source[(index + 1)...(index + 2)], as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                index += 3
            } else {
                bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? 32 : byte)
                index += 1
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func trimmed(_ text: some StringProtocol) -> String {
        let isSpace = { (character: Character) in character == " " || character == "\t" }
        return String(text.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }
}
