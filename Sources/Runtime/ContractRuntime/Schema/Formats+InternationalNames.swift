@_spi(_Unicode) import Swift

/// A host name under the rules of IDNA 2008 (RFC 5890 to 5893).
struct InternationalName {
    /// One label: as ASCII and as Unicode.
    private struct Label {
        var ascii: [UInt8]
        var unicode: [Unicode.Scalar]
    }

    private let parts: [[Unicode.Scalar]]

    init(_ text: String) {
        // The ideographic, fullwidth and halfwidth full stops separate labels too (RFC 3490 §3.1, RFC 5895 §2).
        parts = Array(text.unicodeScalars)
            .split(omittingEmptySubsequences: false) { [".", "\u{3002}", "\u{FF0E}", "\u{FF61}"].contains($0) }
            .map(Array.init)
    }

    /// A name of LDH labels and A-labels; each of the latter is known to be LDH.
    var isHostname: Bool { isValid { Self.label($0, isInternational: false) } }

    /// A name of NR-LDH labels, A-labels and U-labels.
    var isInternationalHostname: Bool { isValid { Self.label($0, isInternational: true) } }

    private func isValid(_ read: ([Unicode.Scalar]) -> Label?) -> Bool {
        var labels: [Label] = []
        for part in parts {
            guard let label = read(part) else { return false }
            labels.append(label)
        }
        guard labels.reduce(labels.count - 1, { $0 + $1.ascii.count }) <= 253 else { return false }
        guard labels.contains(where: { $0.unicode.contains { BidirectionalClass($0).isRightToLeft } }) else {
            return true
        }
        return labels.allSatisfy { Self.satisfiesBidiRule($0.unicode) }
    }

    // MARK: Labels

    private static func label(_ part: [Unicode.Scalar], isInternational: Bool) -> Label? {
        if part.allSatisfy(\.isASCII) {
            let ascii = part.map { UInt8($0.value) }
            let isLDH = ascii.withUnsafeBufferPointer { ContractFormat.isLabel($0[...]) }
            guard isLDH else { return nil }
            guard ascii.count >= 4, ascii[2] == UInt8(ascii: "-"), ascii[3] == UInt8(ascii: "-") else {
                return Label(ascii: ascii, unicode: part)
            }
            guard ascii[0] | 32 == UInt8(ascii: "x"), ascii[1] | 32 == UInt8(ascii: "n") else {
                return isInternational ? nil : Label(ascii: ascii, unicode: part)
            }
            return aLabel(ascii)
        }
        guard isULabel(part), let encoded = Punycode.encode(part), encoded.count <= 59 else { return nil }
        return Label(ascii: Array("xn--".utf8) + encoded, unicode: part)
    }

    /// An A-label is what a U-label is encoded to, nothing else.
    private static func aLabel(_ ascii: [UInt8]) -> Label? {
        let lowercase = ascii.map { ContractFormat.isLetter($0) ? $0 | 32 : $0 }
        let encoded = Array(lowercase.dropFirst(4))
        guard let unicode = Punycode.decode(encoded), !unicode.allSatisfy(\.isASCII), isULabel(unicode),
            Punycode.encode(unicode) == encoded
        else { return nil }
        return Label(ascii: ascii, unicode: unicode)
    }

    /// RFC 5891 §4.2, without the bidirectional rule.
    private static func isULabel(_ label: [Unicode.Scalar]) -> Bool {
        guard let first = label.first, first != "-", label.last != "-" else { return false }
        if label.count >= 4, label[2] == "-", label[3] == "-" { return false }
        switch first.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: return false
        default: break
        }
        var text = ""
        text.unicodeScalars.append(contentsOf: label)
        guard Array(text._nfc) == label else { return false }
        return label.indices.allSatisfy { isAllowed(label, at: $0) }
    }

    // MARK: Code points (RFC 5892)

    private static func isAllowed(_ label: [Unicode.Scalar], at index: Int) -> Bool {
        let scalar = label[index]
        switch scalar.value {
        case 0xDF, 0x3C2, 0x6FD, 0x6FE, 0xF0B, 0x3007: return true
        case 0x640, 0x7FA, 0x302E, 0x302F, 0x3031...0x3035, 0x303B: return false
        case 0xB7, 0x375, 0x5F3, 0x5F4, 0x30FB, 0x660...0x669, 0x6F0...0x6F9, 0x200C, 0x200D:
            return satisfiesContext(label, at: index)
        case 0x2D, 0x30...0x39, 0x61...0x7A: return true
        case 0x1100...0x11FF, 0xA960...0xA97C, 0xD7B0...0xD7FB: return false
        case 0x20D0...0x20FF, 0x1D100...0x1D1FF, 0x1D200...0x1D24F: return false
        default: break
        }
        let properties = scalar.properties
        if properties.changesWhenNFKCCaseFolded || properties.isDefaultIgnorableCodePoint || properties.isWhitespace
            || properties.isNoncharacterCodePoint
        {
            return false
        }
        switch properties.generalCategory {
        case .lowercaseLetter, .uppercaseLetter, .otherLetter, .decimalNumber, .modifierLetter, .nonspacingMark,
            .spacingMark:
            return true
        default: return false
        }
    }

    /// Appendix A.
    private static func satisfiesContext(_ label: [Unicode.Scalar], at index: Int) -> Bool {
        let before = index > 0 ? label[index - 1] : nil
        let after = index + 1 < label.count ? label[index + 1] : nil
        switch label[index].value {
        case 0xB7: return before == "l" && after == "l"
        case 0x375: return after.map(isGreek) ?? false
        case 0x5F3, 0x5F4: return before.map(isHebrew) ?? false
        case 0x30FB: return label.contains(where: isJapanese)
        case 0x660...0x669: return !label.contains { (0x6F0...0x6F9).contains($0.value) }
        case 0x6F0...0x6F9: return !label.contains { (0x660...0x669).contains($0.value) }
        default:
            let followsVirama = before?.properties.canonicalCombiningClass.rawValue == 9
            return followsVirama || (label[index].value == 0x200C && joins(label, at: index))
        }
    }

    private static func isGreek(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x37E, 0x385, 0x387: false
        case 0x370...0x3E1, 0x3F0...0x3FF, 0x1D26...0x1D2A, 0x1F00...0x1FFE, 0x10140...0x1018E, 0x1D200...0x1D245: true
        default: false
        }
    }

    private static func isHebrew(_ scalar: Unicode.Scalar) -> Bool {
        (0x591...0x5F4).contains(scalar.value) || (0xFB1D...0xFB4F).contains(scalar.value)
    }

    /// Hiragana, Katakana or Han.
    private static func isJapanese(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x30FB, 0x30A0, 0x30FC, 0x3099...0x309C: false
        case 0x3005, 0x3007, 0x3021...0x3029, 0x3038...0x303B, 0x3041...0x309F, 0x30A1...0x30FF, 0x31F0...0x31FF: true
        case 0x1AFF0...0x1AFFE, 0x1B000...0x1B167, 0x1F200, 0xFF66...0xFF6F, 0xFF71...0xFF9D: true
        default: scalar.properties.isUnifiedIdeograph || (0xF900...0xFAD9).contains(scalar.value)
        }
    }

    /// `(Joining_Type:{L,D})(Joining_Type:T)* ZWNJ (Joining_Type:T)*(Joining_Type:{R,D})`.
    private static func joins(_ label: [Unicode.Scalar], at index: Int) -> Bool {
        func isTransparent(_ scalar: Unicode.Scalar) -> Bool {
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .format: true
            default: false
            }
        }
        func isOne(_ scalar: Unicode.Scalar?, of tables: [ClosedRange<UInt32>]...) -> Bool {
            guard let scalar else { return false }
            return tables.contains { InternationalTables.contains($0, scalar.value) }
        }
        let before = label[..<index].last { !isTransparent($0) }
        let after = label[(index + 1)...].first { !isTransparent($0) }
        return isOne(before, of: InternationalTables.dualJoining, InternationalTables.leftJoining)
            && isOne(after, of: InternationalTables.dualJoining, InternationalTables.rightJoining)
    }

    // MARK: Direction (RFC 5893 §2)

    private static func satisfiesBidiRule(_ label: [Unicode.Scalar]) -> Bool {
        let classes = label.map(BidirectionalClass.init)
        guard let first = classes.first, let last = classes.last(where: { $0 != .mark }) else { return false }
        switch first {
        case .right, .arabicLetter:
            let hasBothNumbers = classes.contains(.europeanNumber) && classes.contains(.arabicNumber)
            let isEnd = [.right, .arabicLetter, .europeanNumber, .arabicNumber].contains(last)
            return !classes.contains(.left) && isEnd && !hasBothNumbers
        case .left:
            return !classes.contains(where: \.isRightToLeft) && [.left, .europeanNumber].contains(last)
        default: return false
        }
    }
}

/// Bidirectional classes, as far as labels can hold them.
private enum BidirectionalClass {
    case left, right, arabicLetter, arabicNumber, europeanNumber, mark, neutral

    init(_ scalar: Unicode.Scalar) {
        let value = scalar.value
        if InternationalTables.contains(InternationalTables.europeanNumber, value) {
            self = .europeanNumber
        } else if value < 128 {
            self = ContractFormat.isLetter(UInt8(value)) ? .left : .neutral
        } else if InternationalTables.contains(InternationalTables.right, value) || (0x5F3...0x5F4).contains(value) {
            self = .right
        } else if InternationalTables.contains(InternationalTables.arabicLetter, value) {
            self = .arabicLetter
        } else if InternationalTables.contains(InternationalTables.arabicNumber, value) {
            self = .arabicNumber
        } else {
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark:
                self = InternationalTables.contains(InternationalTables.leftMark, value) ? .left : .mark
            case .format: self = .neutral
            default:
                let isNeutral = InternationalTables.contains(InternationalTables.other, value)
                self = isNeutral || value == 0xB7 || value == 0x375 || value == 0x30FB ? .neutral : .left
            }
        }
    }

    /// Classes that make a name a bidirectional one.
    var isRightToLeft: Bool { self == .right || self == .arabicLetter || self == .arabicNumber }
}
