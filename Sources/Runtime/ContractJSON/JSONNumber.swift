/// A JSON number kept as it was written, so that integers of any size and decimals of any precision survive.
///
/// Equality, hashing and order are mathematical: `1`, `1.0` and `10e-1` are equal.
public struct JSONNumber: Sendable {
    /// The number as in the document, valid by RFC 8259 §6.
    public let text: String

    /// - Parameter text: A number valid by RFC 8259 §6.
    init(uncheckedText text: String) { self.text = text }

    /// - Parameter text: A number as in RFC 8259 §6; anything else gives nil.
    public init?(_ text: String) {
        let bytes = JSONText(Array(text.utf8))
        var scanner = JSONScanner(bytes)
        guard (try? scanner.number()) != nil, scanner.position == scanner.count else { return nil }
        self.text = text
    }

    /// A number with an integer value.
    public init(_ value: some BinaryInteger) { text = String(value) }

    /// A number with the shortest text that gives `value` back; nil if it is not finite.
    public init?(_ value: Double) {
        guard value.isFinite else { return nil }
        text = value.description
    }

    /// The value, if it is an integer in the range of `Int64`. `1.0` is an integer.
    public var int64: Int64? {
        if let quick = Int64(text) { return quick }
        let decimal = normalized
        if decimal.digits.isEmpty { return 0 }
        guard decimal.exponent >= 0, decimal.exponent <= 19, decimal.digits.count + decimal.exponent <= 19 else {
            return nil
        }
        let digits = String(decoding: decimal.digits.map { $0 + 48 }, as: UTF8.self)
        return Int64((decimal.isNegative ? "-" : "") + digits + String(repeating: "0", count: decimal.exponent))
    }

    /// The nearest double; infinite if it is too large.
    public var double: Double { Double(text) ?? (text.hasPrefix("-") ? -.infinity : .infinity) }

    /// Whether the value has no fractional part, whatever its size.
    public var isInteger: Bool { normalized.exponent >= 0 }

    /// Whether this is an exact multiple of `divisor`, computed in decimal.
    ///
    /// Falls back to binary floating point where the divisor has more than 37 significant digits.
    public func isMultiple(of divisor: JSONNumber) -> Bool {
        let dividend = normalized
        let step = divisor.normalized
        if step.digits.isEmpty { return false }
        if dividend.digits.isEmpty { return true }
        // The digits of both end in none that is zero: a multiple of a power of ten does.
        guard dividend.exponent >= step.exponent else { return false }
        guard step.digits.count <= 37 else {
            let quotient = double / divisor.double
            return quotient.isFinite && quotient == quotient.rounded()
        }
        let modulus = step.digits.reduce(UInt128(0)) { $0 * 10 + UInt128($1) }
        let digits = dividend.digits.reduce(UInt128(0)) { ($0 * 10 + UInt128($1)) % modulus }
        let power = Self.powerOfTen(dividend.exponent - step.exponent, modulo: modulus)
        return Self.product(digits, power, modulo: modulus) == 0
    }

    /// 10 to a power that may be huge, by squaring.
    private static func powerOfTen(_ exponent: Int, modulo modulus: UInt128) -> UInt128 {
        var result = 1 % modulus
        var square = 10 % modulus
        var rest = exponent
        while rest > 0 {
            if rest % 2 == 1 { result = product(result, square, modulo: modulus) }
            square = product(square, square, modulo: modulus)
            rest /= 2
        }
        return result
    }

    private static func product(_ left: UInt128, _ right: UInt128, modulo modulus: UInt128) -> UInt128 {
        modulus.dividingFullWidth(left.multipliedFullWidth(by: right)).remainder
    }

    /// Sign, significant digits without leading or trailing zeros, and the decimal exponent of the last digit.
    struct Decimal: Hashable {
        var isNegative: Bool
        var digits: [UInt8]
        var exponent: Int
    }

    /// The canonical decimal form; zero has no digits, exponent 0 and no sign.
    var normalized: Decimal {
        var isNegative = false
        var digits: [UInt8] = []
        var exponent = 0
        var isFraction = false
        var exponentText = ""
        var inExponent = false
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "-") where !inExponent && digits.isEmpty: isNegative = true
            case UInt8(ascii: "."): isFraction = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"): inExponent = true
            case _ where inExponent: exponentText.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                digits.append(byte &- 48)
                if isFraction { exponent -= 1 }
            }
        }
        if inExponent {
            let saturated = exponentText.hasPrefix("-") ? -1_000_000_000 : 1_000_000_000
            exponent += Int(exponentText) ?? saturated
        }
        while digits.last == 0 {
            digits.removeLast()
            exponent += 1
        }
        let leading = digits.prefix { $0 == 0 }.count
        digits.removeFirst(leading)
        if digits.isEmpty { return Decimal(isNegative: false, digits: [], exponent: 0) }
        return Decimal(isNegative: isNegative, digits: digits, exponent: exponent)
    }
}

extension JSONNumber: Hashable, Comparable {
    /// Mathematical equality.
    public static func == (left: JSONNumber, right: JSONNumber) -> Bool {
        left.text == right.text || left.normalized == right.normalized
    }

    /// Hashes the mathematical value.
    public func hash(into hasher: inout Hasher) { hasher.combine(normalized) }

    /// Mathematical order.
    public static func < (left: JSONNumber, right: JSONNumber) -> Bool {
        let first = left.normalized
        let second = right.normalized
        let firstSign = first.digits.isEmpty ? 0 : (first.isNegative ? -1 : 1)
        let secondSign = second.digits.isEmpty ? 0 : (second.isNegative ? -1 : 1)
        if firstSign != secondSign { return firstSign < secondSign }
        if firstSign == 0 { return false }
        let isLess = magnitudeIsLess(first, second)
        return firstSign > 0 ? isLess : magnitudeIsLess(second, first)
    }

    private static func magnitudeIsLess(_ first: Decimal, _ second: Decimal) -> Bool {
        let firstPlaces = first.digits.count + first.exponent
        let secondPlaces = second.digits.count + second.exponent
        if firstPlaces != secondPlaces { return firstPlaces < secondPlaces }
        return first.digits.lexicographicallyPrecedes(second.digits)
    }
}

extension JSONNumber: CustomStringConvertible {
    /// The number as written.
    public var description: String { text }
}
