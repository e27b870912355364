/// A URI reference (RFC 3986) in its five parts, and the resolution of relative ones (§5.2).
public struct URIReference: Sendable, Hashable {
    /// Before the first colon, if there is one.
    public var scheme: String?
    /// Between `//` and the path.
    public var authority: String?
    /// The path, possibly empty.
    public var path: String
    /// Behind `?`.
    public var query: String?
    /// Behind `#`, still percent-encoded.
    public var fragment: String?

    /// Splits a reference; never fails (RFC 3986, appendix B).
    public init(_ text: String) {
        var rest = Substring(text)
        if let hash = rest.firstIndex(of: "#") {
            fragment = String(rest[rest.index(after: hash)...])
            rest = rest[..<hash]
        }
        if let mark = rest.firstIndex(of: "?") {
            query = String(rest[rest.index(after: mark)...])
            rest = rest[..<mark]
        }
        if let colon = rest.firstIndex(of: ":"), Self.isScheme(rest[..<colon]) {
            scheme = rest[..<colon].lowercased()
            rest = rest[rest.index(after: colon)...]
        }
        if rest.hasPrefix("//") {
            rest = rest.dropFirst(2)
            let end = rest.firstIndex(of: "/") ?? rest.endIndex
            authority = String(rest[..<end])
            rest = rest[end...]
        }
        path = String(rest)
    }

    private static func isScheme(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, isLetter(first) else { return false }
        return text.utf8.allSatisfy { isLetter($0) || (48...57).contains($0) || $0 == 43 || $0 == 45 || $0 == 46 }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte & 0xDF) }

    /// The reference as text.
    public var text: String {
        var text = ""
        if let scheme { text += scheme + ":" }
        if let authority { text += "//" + authority }
        text += path
        if let query { text += "?" + query }
        if let fragment { text += "#" + fragment }
        return text
    }

    /// The reference without its fragment, as text.
    public var withoutFragment: String {
        var copy = self
        copy.fragment = nil
        return copy.text
    }

    /// The fragment with percent escapes undone; nil if there is none or it is no UTF-8.
    public var decodedFragment: String? { fragment.flatMap(Self.percentDecoded) }

    /// This reference as seen from `base`.
    public func resolved(against base: URIReference) -> URIReference {
        if scheme != nil {
            var copy = self
            if path.hasPrefix("/") { copy.path = Self.withoutDotSegments(path) }
            return copy
        }
        var result = base
        result.fragment = fragment
        if authority != nil {
            result.authority = authority
            result.path = Self.withoutDotSegments(path)
            result.query = query
        } else if path.isEmpty {
            if query != nil { result.query = query }
        } else {
            if path.hasPrefix("/") {
                result.path = Self.withoutDotSegments(path)
            } else if base.authority != nil, base.path.isEmpty {
                result.path = Self.withoutDotSegments("/" + path)
            } else {
                let folder = base.path.lastIndex(of: "/").map { base.path[...$0] } ?? ""
                result.path = Self.withoutDotSegments(folder + path)
            }
            result.query = query
        }
        return result
    }

    private static func withoutDotSegments(_ path: String) -> String {
        var output: [Substring] = []
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        for (index, segment) in segments.enumerated() {
            let isLast = index == segments.count - 1
            switch segment {
            case ".": if isLast { output.append("") }
            case "..":
                if output.count > 1 || (output.first.map { !$0.isEmpty } ?? false) { output.removeLast() }
                if isLast { output.append("") }
            default: output.append(segment)
            }
        }
        return output.joined(separator: "/")
    }

    /// Undoes percent escapes; nil if the result is no UTF-8 or an escape is broken.
    public static func percentDecoded(_ text: String) -> String? {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let decoded = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            else {
                return nil
            }
            bytes.append(decoded)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// Escapes what a URI path may not hold (spaces, controls, non-ASCII and the like).
    public static func percentEncodedPath(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122: result.unicodeScalars.append(Unicode.Scalar(byte))
            case _ where "-._~!$&'()*+,;=:@/".utf8.contains(byte): result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += digits.count == 1 ? "%0" + digits : "%" + digits
            }
        }
        return result
    }
}
