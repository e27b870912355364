/// Addresses of resources: RFC 3986, RFC 3987, RFC 6570.
extension ContractFormat {
    /// `URI`, `URI-reference`, or their international forms.
    static func isURI(_ bytes: Bytes, isInternational: Bool, needsScheme: Bool) -> Bool {
        var rest = bytes[...]
        let scheme = rest.prefix { isLetter($0) || isDigit($0) || "+-.".utf8.contains($0) }
        let hasScheme =
            scheme.first.map(isLetter) == true && rest[scheme.endIndex...].first == UInt8(ascii: ":")
        if hasScheme {
            rest = rest[(scheme.endIndex + 1)...]
        } else if needsScheme {
            return false
        }
        if let hash = rest.firstIndex(of: UInt8(ascii: "#")) {
            guard isText(rest[(hash + 1)...], "/?", isInternational) else { return false }
            rest = rest[..<hash]
        }
        if let mark = rest.firstIndex(of: UInt8(ascii: "?")) {
            guard isText(rest[(mark + 1)...], "/?", isInternational, allowsPrivate: true) else { return false }
            rest = rest[..<mark]
        }
        if rest.starts(with: "//".utf8) {
            rest = rest.dropFirst(2)
            let end = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
            guard isAuthority(rest[..<end], isInternational) else { return false }
            rest = rest[end...]
        } else if !hasScheme {
            // `path-noscheme`: a colon in the first segment would make it a scheme.
            let segment = rest.prefix { $0 != UInt8(ascii: "/") }
            guard !segment.contains(UInt8(ascii: ":")) else { return false }
        }
        return isText(rest, "/", isInternational)
    }

    private static func isAuthority(_ bytes: Slice<Bytes>, _ isInternational: Bool) -> Bool {
        var host = bytes
        if let at = bytes.firstIndex(of: UInt8(ascii: "@")) {
            guard isText(bytes[..<at], "", isInternational, allowsAt: false) else { return false }
            host = bytes[(at + 1)...]
        }
        if host.first == UInt8(ascii: "[") {
            guard let close = host.firstIndex(of: UInt8(ascii: "]")), isPort(host[(close + 1)...]) else { return false }
            let literal = host[(host.startIndex + 1)..<close]
            return isIPv6(literal) || isFutureAddress(literal)
        }
        let colon = host.firstIndex(of: UInt8(ascii: ":")) ?? host.endIndex
        guard isPort(host[colon...]) else { return false }
        return isText(host[..<colon], "", isInternational, allowsAt: false, allowsColon: false)
    }

    private static func isPort(_ bytes: Slice<Bytes>) -> Bool {
        bytes.isEmpty || (bytes.first == UInt8(ascii: ":") && bytes.dropFirst().allSatisfy(isDigit))
    }

    /// `IPvFuture`.
    private static func isFutureAddress(_ bytes: Slice<Bytes>) -> Bool {
        guard let first = bytes.first, first | 32 == UInt8(ascii: "v") else { return false }
        let version = bytes.dropFirst().prefix(while: isHexadecimal)
        let rest = bytes[version.endIndex...]
        guard !version.isEmpty, rest.first == UInt8(ascii: "."), rest.count > 1 else { return false }
        return rest.dropFirst().allSatisfy { isUnreserved($0) || isSubDelimiter($0) || $0 == UInt8(ascii: ":") }
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        isLetter(byte) || isDigit(byte) || "-._~".utf8.contains(byte)
    }

    private static func isSubDelimiter(_ byte: UInt8) -> Bool { "!$&'()*+,;=".utf8.contains(byte) }

    /// Characters of `pchar`, some more, and complete percent escapes.
    private static func isText(
        _ bytes: Slice<Bytes>,
        _ more: StaticString,
        _ isInternational: Bool,
        allowsPrivate: Bool = false,
        allowsAt: Bool = true,
        allowsColon: Bool = true
    ) -> Bool {
        var hasOther = false
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            index += 1
            if isUnreserved(byte) || isSubDelimiter(byte) { continue }
            switch byte {
            case UInt8(ascii: ":"): guard allowsColon else { return false }
            case UInt8(ascii: "@"): guard allowsAt else { return false }
            case UInt8(ascii: "%"):
                guard index + 1 < bytes.endIndex, isHexadecimal(bytes[index]), isHexadecimal(bytes[index + 1]) else {
                    return false
                }
                index += 2
            case 128...:
                guard isInternational else { return false }
                hasOther = true
            default:
                guard UnsafeBufferPointer(start: more.utf8Start, count: more.utf8CodeUnitCount).contains(byte) else {
                    return false
                }
            }
        }
        guard hasOther else { return true }
        return String(decoding: bytes, as: UTF8.self).unicodeScalars
            .allSatisfy { $0.isASCII || isInternationalText($0.value) || (allowsPrivate && isPrivate($0.value)) }
    }

    /// `ucschar` of RFC 3987 §2.2.
    private static func isInternationalText(_ value: UInt32) -> Bool {
        switch value {
        case 0xA0...0xD7FF, 0xF900...0xFDCF, 0xFDF0...0xFFEF: true
        case 0xE0000..<0xE1000: false
        case 0x10000...0xEFFFF: value & 0xFFFF <= 0xFFFD
        default: false
        }
    }

    /// `iprivate` of RFC 3987 §2.2.
    private static func isPrivate(_ value: UInt32) -> Bool {
        switch value {
        case 0xE000...0xF8FF, 0xF0000...0xFFFFD, 0x100000...0x10FFFD: true
        default: false
        }
    }

    // MARK: Templates

    /// RFC 6570 §2.
    static func isURITemplate(_ bytes: Bytes) -> Bool {
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "{"):
                guard let close = bytes[index...].firstIndex(of: UInt8(ascii: "}")),
                    isExpression(bytes[(index + 1)..<close])
                else { return false }
                index = close
            case UInt8(ascii: "%"):
                guard index + 2 < bytes.count, isHexadecimal(bytes[index + 1]), isHexadecimal(bytes[index + 2]) else {
                    return false
                }
                index += 2
            case 0...0x20, 0x7F: return false
            case UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\\"), UInt8(ascii: "^"),
                UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "}"):
                return false
            default: break
            }
            index += 1
        }
        return String(decoding: bytes, as: UTF8.self).unicodeScalars
            .allSatisfy { $0.isASCII || isInternationalText($0.value) || isPrivate($0.value) }
    }

    private static func isExpression(_ bytes: Slice<Bytes>) -> Bool {
        var variables = bytes
        if let first = bytes.first, "+#./;?&=,!@|".utf8.contains(first) { variables = bytes.dropFirst() }
        return variables.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).allSatisfy(isVariable)
    }

    private static func isVariable(_ bytes: Slice<Bytes>) -> Bool {
        var name = bytes
        if name.last == UInt8(ascii: "*") {
            name = name.dropLast()
        } else if let colon = name.firstIndex(of: UInt8(ascii: ":")) {
            let length = name[(colon + 1)...]
            guard (1...4).contains(length.count), length.allSatisfy(isDigit), length.first != UInt8(ascii: "0") else {
                return false
            }
            name = name[..<colon]
        }
        return name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy(isVariableName)
    }

    private static func isVariableName(_ bytes: Slice<Bytes>) -> Bool {
        guard !bytes.isEmpty else { return false }
        var index = bytes.startIndex
        while index < bytes.endIndex {
            if bytes[index] == UInt8(ascii: "%") {
                guard index + 2 < bytes.endIndex, isHexadecimal(bytes[index + 1]), isHexadecimal(bytes[index + 2])
                else {
                    return false
                }
                index += 3
            } else {
                guard isLetter(bytes[index]) || isDigit(bytes[index]) || bytes[index] == UInt8(ascii: "_") else {
                    return false
                }
                index += 1
            }
        }
        return true
    }
}
