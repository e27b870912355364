extension PatternParser {
    /// An escape outside a character class.
    mutating func atomEscape() throws(PatternError) -> (PatternNode, Bool) {
        let start = position
        position += 1
        switch current {
        case "b":
            position += 1
            return (.wordBoundary(isNegated: false), false)
        case "B":
            position += 1
            return (.wordBoundary(isNegated: true), false)
        default: break
        }
        if let reference = try reference() { return (reference, true) }
        if var set = try classEscape() {
            if flags.ignoresCase { set.ignoreCase() }
            return (.set(set), true)
        }
        return (literal(try characterEscape(start: start, isInClass: false)), true)
    }

    /// `\d`, `\D`, `\s`, `\S`, `\w`, `\W`, `\p{…}`, `\P{…}`.
    private mutating func classEscape() throws(PatternError) -> PatternSet? {
        let set: PatternSet
        switch current {
        case "d": set = .digit
        case "D": set = .digit.negated
        case "s": set = .space
        case "S": set = .space.negated
        case "w": set = .word
        case "W": set = .word.negated
        case "p", "P": return try property()
        default: return nil
        }
        position += 1
        return set
    }

    private mutating func property() throws(PatternError) -> PatternSet {
        let isNegated = current == "P"
        position += 1
        guard take("{") else { throw error("\\p needs the name of a property in braces") }
        var text = ""
        while let scalar = current, scalar != "}" {
            text.unicodeScalars.append(scalar)
            position += 1
        }
        guard let property = PatternProperty(named: text) else {
            throw error("there is no Unicode property \(text)")
        }
        guard take("}") else { throw error("\\p{ is not closed") }
        var set = PatternSet()
        set.insert(property)
        return isNegated ? set.negated : set
    }

    /// The scalar of an escape; `position` is behind the backslash.
    private mutating func characterEscape(start: Int, isInClass: Bool) throws(PatternError) -> UInt32 {
        func refuse(_ reason: String) -> PatternError { PatternError(offset: start, reason: reason) }
        guard let scalar = current else { throw refuse("a backslash stands at the end") }
        position += 1
        switch scalar {
        case "f": return 0x0C
        case "n": return 0x0A
        case "r": return 0x0D
        case "t": return 0x09
        case "v": return 0x0B
        case "b" where isInClass: return 0x08
        case "-" where isInClass: return 0x2D
        case "0":
            if let next = current, ("0"..."9").contains(next) { throw refuse("octal escapes are not allowed") }
            return 0
        case "c":
            guard let letter = current, ("A"..."Z").contains(letter) || ("a"..."z").contains(letter) else {
                throw refuse("\\c needs a letter from A to Z")
            }
            position += 1
            return letter.value & 31
        case "x":
            guard let value = hexadecimal(2) else { throw refuse("\\x needs two hexadecimal digits") }
            return value
        case "u":
            guard let value = unicodeEscape() else {
                throw refuse("\\u needs four hexadecimal digits, or up to 10FFFF in braces")
            }
            return value
        case "^", "$", "\\", ".", "*", "+", "?", "(", ")", "[", "]", "{", "}", "|", "/": return scalar.value
        default:
            throw refuse("\\\(scalar) is no escape of ECMA-262; write \(scalar) without the backslash if it is meant")
        }
    }

    private mutating func hexadecimal(_ count: Int) -> UInt32? {
        guard position + count <= scalars.count else { return nil }
        var value: UInt32 = 0
        for scalar in scalars[position..<(position + count)] {
            guard scalar.isASCII, let digit = Character(scalar).hexDigitValue else { return nil }
            value = value << 4 | UInt32(digit)
        }
        position += count
        return value
    }

    private mutating func unicodeEscape() -> UInt32? {
        if take("{") {
            var value: UInt32 = 0
            let start = position
            while let scalar = current, scalar != "}" {
                guard scalar.isASCII, let digit = Character(scalar).hexDigitValue else { return nil }
                value = value << 4 | UInt32(digit)
                guard value <= 0x10FFFF else { return nil }
                position += 1
            }
            return position > start && take("}") ? value : nil
        }
        guard let first = hexadecimal(4) else { return nil }
        guard (0xD800...0xDBFF).contains(first), current == "\\", peek() == "u" else { return first }
        let before = position
        position += 2
        guard let second = hexadecimal(4), (0xDC00...0xDFFF).contains(second) else {
            position = before
            return first
        }
        return 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
    }

    // MARK: Classes

    mutating func characterClass() throws(PatternError) -> PatternSet {
        let start = position
        position += 1
        let isNegated = take("^")
        var set = PatternSet()
        while current != "]" {
            guard current != nil else {
                throw PatternError(offset: start, reason: "a character class is not closed")
            }
            let first = try classAtom()
            guard current == "-", let next = peek(), next != "]" else {
                insert(first, into: &set)
                continue
            }
            position += 1
            let last = try classAtom()
            guard case .scalar(let low) = first, case .scalar(let high) = last else {
                throw error("a range in a character class has a class as its end")
            }
            guard low <= high else { throw error("a range in a character class is out of order") }
            set.insert(low...high)
        }
        position += 1
        if flags.ignoresCase { set.ignoreCase() }
        return isNegated ? set.negated : set
    }

    private enum ClassAtom {
        case scalar(UInt32)
        case set(PatternSet)
    }

    private func insert(_ atom: ClassAtom, into set: inout PatternSet) {
        switch atom {
        case .scalar(let value): set.insert(value...value)
        case .set(let other): set.insert(other)
        }
    }

    private mutating func classAtom() throws(PatternError) -> ClassAtom {
        guard let scalar = current else { throw error("a character class is not closed") }
        guard scalar == "\\" else {
            position += 1
            return .scalar(scalar.value)
        }
        let start = position
        position += 1
        if let set = try classEscape() { return .set(set) }
        return .scalar(try characterEscape(start: start, isInClass: true))
    }
}
