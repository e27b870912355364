/// Addresses of machines and people.
extension ContractFormat {
    /// Dotted decimal of RFC 2673 §3.2, without leading zeros.
    static func isIPv4(_ bytes: Slice<Bytes>) -> Bool {
        guard bytes.count <= 15 else { return false }
        var parts = 0
        for part in bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            parts += 1
            guard (1...3).contains(part.count), part.allSatisfy(isDigit),
                part.count == 1 || part.first != UInt8(ascii: "0"),
                part.reduce(0, { $0 * 10 + Int($1 - 48) }) <= 255
            else { return false }
        }
        return parts == 4
    }

    /// RFC 4291 §2.2, without zone.
    static func isIPv6(_ bytes: Slice<Bytes>) -> Bool {
        guard bytes.count >= 2, bytes.count <= 45 else { return false }
        var groups = 0
        var hasGap = false
        var rest = bytes
        if rest.first == UInt8(ascii: ":") {
            guard rest.dropFirst().first == UInt8(ascii: ":") else { return false }
            rest = rest.dropFirst(2)
            hasGap = true
        }
        while !rest.isEmpty {
            let digits = rest.prefix(while: isHexadecimal)
            let after = rest[digits.endIndex...]
            if after.first == UInt8(ascii: ".") {
                guard isIPv4(rest) else { return false }
                groups += 2
                break
            }
            guard (1...4).contains(digits.count) else { return false }
            groups += 1
            rest = after
            guard !rest.isEmpty else { break }
            guard rest.popFirst() == UInt8(ascii: ":"), let next = rest.first else { return false }
            if next == UInt8(ascii: ":") {
                guard !hasGap else { return false }
                hasGap = true
                rest = rest.dropFirst()
            }
        }
        return hasGap ? groups <= 7 : groups == 8
    }

    /// RFC 1123 §2.1; labels that start with `xn--` have to be A-labels of RFC 5890.
    static func isHostname(_ bytes: Bytes) -> Bool {
        guard (1...253).contains(bytes.count) else { return false }
        var needsNames = false
        for label in bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            guard isLabel(label) else { return false }
            needsNames = needsNames || isALabel(label)
        }
        return !needsNames || InternationalName(String(decoding: bytes, as: UTF8.self)).isHostname
    }

    /// RFC 5890 §2.3.2.3.
    static func isInternationalHostname(_ bytes: Bytes) -> Bool {
        InternationalName(String(decoding: bytes, as: UTF8.self)).isInternationalHostname
    }

    /// Letters, digits and inner hyphens, 63 at the most.
    static func isLabel(_ label: Slice<Bytes>) -> Bool {
        guard (1...63).contains(label.count), label.first != UInt8(ascii: "-"), label.last != UInt8(ascii: "-") else {
            return false
        }
        return label.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
    }

    private static func isALabel(_ label: Slice<Bytes>) -> Bool {
        let prefix = Array(label.prefix(4))
        return prefix.count == 4 && prefix[0] | 32 == UInt8(ascii: "x") && prefix[1] | 32 == UInt8(ascii: "n")
            && prefix[2] == UInt8(ascii: "-") && prefix[3] == UInt8(ascii: "-")
    }

    // MARK: E-mail

    /// `Mailbox` of RFC 5321 §4.1.2, with the characters of RFC 6531 §3.3 if international.
    static func isEmail(_ bytes: Bytes, isInternational: Bool) -> Bool {
        var rest = bytes[...]
        let isLocalPart =
            rest.first == UInt8(ascii: "\"")
            ? takeQuotedString(&rest, isInternational) : takeDotString(&rest, isInternational)
        guard isLocalPart, rest.startIndex <= 64, rest.popFirst() == UInt8(ascii: "@") else { return false }
        guard (1...255).contains(rest.count) else { return false }
        if rest.first == UInt8(ascii: "[") { return isAddressLiteral(rest) }
        return rest.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            .allSatisfy { isMailLabel($0, isInternational) }
    }

    private static func isMailLabel(_ label: Slice<Bytes>, _ isInternational: Bool) -> Bool {
        guard isInternational, label.contains(where: { $0 >= 128 }) else { return isLabel(label) }
        guard label.first != UInt8(ascii: "-"), label.last != UInt8(ascii: "-") else { return false }
        // Separators of other scripts are mapped before a name is mailed to (RFC 5895); here they divide nothing.
        let text = String(decoding: label, as: UTF8.self)
        guard !text.unicodeScalars.contains(where: { ["\u{3002}", "\u{FF0E}", "\u{FF61}", "\u{FF20}"].contains($0) })
        else { return false }
        return label.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") || $0 >= 128 }
    }

    private static func takeDotString(_ rest: inout Slice<Bytes>, _ isInternational: Bool) -> Bool {
        while true {
            let atom = rest.prefix { isAtomText($0) || (isInternational && $0 >= 128) }
            guard !atom.isEmpty else { return false }
            rest = rest[atom.endIndex...]
            guard rest.first == UInt8(ascii: ".") else { return true }
            rest = rest.dropFirst()
        }
    }

    private static func isAtomText(_ byte: UInt8) -> Bool {
        isLetter(byte) || isDigit(byte) || (byte < 128 && "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte))
    }

    private static func takeQuotedString(_ rest: inout Slice<Bytes>, _ isInternational: Bool) -> Bool {
        rest = rest.dropFirst()
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): return true
            case UInt8(ascii: "\\"):
                guard let next = rest.popFirst(), (32...126).contains(next) else { return false }
            case 32...126: break
            default: guard isInternational, byte >= 128 else { return false }
            }
        }
        return false
    }

    private static func isAddressLiteral(_ bytes: Slice<Bytes>) -> Bool {
        guard bytes.last == UInt8(ascii: "]") else { return false }
        let inner = bytes.dropFirst().dropLast()
        let tag = Array(inner.prefix(5))
        guard tag.count == 5, tag[0] | 32 == 105, tag[1] | 32 == 112, tag[2] | 32 == 118, tag[3] == 54, tag[4] == 58
        else {
            return isIPv4(inner)
        }
        return isIPv6(inner.dropFirst(5))
    }
}
