/// The tokens of RFC 8259, scanned strictly: UTF-8, escapes, numbers, literals, with the offset of the first error.
struct JSONScanner {
    /// Borrowed from a ``JSONText``; zeros follow the last byte.
    let base: UnsafeMutablePointer<UInt8>
    let count: Int
    var position = 0
    /// Whether the last string had an escape.
    private(set) var hasEscape = false

    init(_ text: borrowing JSONText) {
        base = text.base
        count = text.count
    }

    func malformed(_ expected: String) -> JSONSyntaxError {
        JSONSyntaxError(code: .malformed, offset: position, reason: "expected \(expected)")
    }

    /// The byte at the position; 0 at the end, which no token begins with.
    @inline(__always) var current: UInt8 { base[position] }

    @inline(__always) mutating func skipSpace() {
        while current <= 0x20 {
            switch current {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    mutating func literal(_ text: StaticString) throws(JSONSyntaxError) {
        // A text that ends too early meets the zeros behind it.
        for index in 0..<text.utf8CodeUnitCount where base[position + index] != text.utf8Start[index] {
            throw malformed("true, false or null")
        }
        position += text.utf8CodeUnitCount
    }

    // MARK: Numbers

    /// A number.
    /// - Returns: Its value, if it is an integer of at most 18 digits, and whether it is an integer.
    mutating func number() throws(JSONSyntaxError) -> (value: Int64?, isInteger: Bool) {
        let isNegative = current == UInt8(ascii: "-")
        if isNegative { position += 1 }
        let start = position
        var value: Int64 = 0
        while current &- 48 < 10 {
            value = value &* 10 &+ Int64(current &- 48)
            position += 1
        }
        let digits = position - start
        guard digits > 0 else { throw malformed("a digit") }
        if base[start] == UInt8(ascii: "0"), digits > 1 {
            position = start
            throw malformed("a number without leading zeros")
        }
        var isInteger = true
        if current == UInt8(ascii: ".") {
            isInteger = false
            position += 1
            try self.digits()
        }
        if current | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            position += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
            try self.digits()
        }
        guard isInteger, digits <= 18 else { return (nil, isInteger) }
        return (isNegative ? -value : value, true)
    }

    private mutating func digits() throws(JSONSyntaxError) {
        let start = position
        while current &- 48 < 10 { position += 1 }
        guard position > start else { throw malformed("a digit") }
    }

    // MARK: Strings

    /// A string, from quotation mark to quotation mark.
    mutating func string() throws(JSONSyntaxError) {
        hasEscape = false
        position += 1
        while true {
            // Eight bytes at once as long as none means anything; the zeros behind the text stop it.
            let special = Self.special(UnsafeRawPointer(base + position).loadUnaligned(as: UInt64.self))
            guard special != 0 else {
                position += 8
                continue
            }
            position += special.trailingZeroBitCount >> 3
            switch current {
            case UInt8(ascii: "\""):
                position += 1
                return
            case UInt8(ascii: "\\"): try escape()
            case 0x80...:
                repeat { try multibyte(current) } while current >= 0x80
            default:
                throw malformed(position < count ? "no control character inside a string" : "a closing quotation mark")
            }
        }
    }

    /// Marks, by their top bits, bytes that are control characters, quotation marks, backslashes or not ASCII. The lowest mark
    /// is exact; those above it may be wrong, since the subtractions borrow.
    @inline(__always) private static func special(_ loaded: UInt64) -> UInt64 {
        let word = UInt64(littleEndian: loaded)
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotes = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
        let backslashes = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
        // A byte less than n gets its top bit in (byte - n); bytes with a top bit of their own are marked anyway.
        return (word | (word &- ones &* 0x20) | (quotes &- ones) & ~quotes | (backslashes &- ones) & ~backslashes)
            & 0x8080_8080_8080_8080
    }

    private mutating func escape() throws(JSONSyntaxError) {
        hasEscape = true
        position += 1
        switch current {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 1
        case UInt8(ascii: "u"):
            position += 1
            for _ in 0..<4 {
                switch current {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
                    UInt8(ascii: "A")...UInt8(ascii: "F"):
                    position += 1
                default: throw malformed("four hexadecimal digits")
                }
            }
        default: throw malformed("an escape of RFC 8259")
        }
    }

    /// One scalar of two to four bytes, without overlong forms and surrogates (Unicode, table 3-7).
    private mutating func multibyte(_ lead: UInt8) throws(JSONSyntaxError) {
        let second: ClosedRange<UInt8>
        let length: Int
        switch lead {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xE1...0xEC, 0xEE...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: throw invalidUTF8
        }
        // The zeros behind the text are no continuation.
        guard second.contains(base[position + 1]) else { throw invalidUTF8 }
        if length > 2, base[position + 2] & 0xC0 != 0x80 { throw invalidUTF8 }
        if length > 3, base[position + 3] & 0xC0 != 0x80 { throw invalidUTF8 }
        position += length
    }

    private var invalidUTF8: JSONSyntaxError {
        JSONSyntaxError(code: .invalidUTF8, offset: position, reason: "the bytes here are not UTF-8")
    }
}
