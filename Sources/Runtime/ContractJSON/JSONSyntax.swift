/// What a JSON text may cost.
public struct JSONLimits: Sendable, Hashable {
    /// Most bytes of a text. Default 3 MiB, Meta's largest webhook (facts: webhooks/overview, Dec 2025).
    public var maximumBytes: Int
    /// Deepest nesting of arrays and objects. Default 64.
    public var maximumDepth: Int

    /// Creates limits.
    public init(maximumBytes: Int = 3 << 20, maximumDepth: Int = 64) {
        self.maximumBytes = maximumBytes
        self.maximumDepth = maximumDepth
    }
}

/// Why a text is no acceptable JSON.
public struct JSONSyntaxError: Error, Sendable, Hashable {
    /// The kinds of refusal.
    public enum Code: String, Sendable, Hashable {
        /// Not JSON (RFC 8259).
        case malformed
        /// Not UTF-8.
        case invalidUTF8
        /// More bytes than the limit.
        case tooLarge
        /// Deeper than the limit.
        case tooDeep
        /// An object has the same name twice.
        case duplicateName
    }

    /// What is wrong.
    public let code: Code
    /// Byte offset of the place, from 0.
    public let offset: Int
    /// What was expected; contains nothing of the text.
    public let reason: String
}

/// Strict RFC 8259 syntax check in one pass: UTF-8, grammar, depth and size, with the offset of the first error.
///
/// json-c 0.16 lets control characters, leading zeros and duplicate names pass even in strict mode, so that its tree is
/// built only from text that this accepted.
struct JSONSyntax {
    private let bytes: [UInt8]
    private let limits: JSONLimits
    private var position = 0
    /// Whether the last string had an escape.
    private var hasEscape = false
    /// Whether the last string had U+FFFF.
    private var hasMark = false
    /// What must be replaced before json-c reads the text, in order: integers too long for 64 bits, which it would refuse, get
    /// an exponent, and names with U+0000 a mark.
    private(set) var repairs: [(range: Range<Int>, bytes: [UInt8])] = []

    init(bytes: [UInt8], limits: JSONLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    /// Checks the whole text.
    mutating func check() throws(JSONSyntaxError) {
        guard bytes.count <= limits.maximumBytes else {
            throw JSONSyntaxError(
                code: .tooLarge, offset: limits.maximumBytes, reason: "more than \(limits.maximumBytes) bytes")
        }
        skipSpace()
        try value(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw malformed("nothing after the value") }
    }

    /// Whether the whole text is one number.
    mutating func isWholeNumber() -> Bool {
        do {
            try number()
            return position == bytes.count
        } catch { return false }
    }

    private func malformed(_ expected: String) -> JSONSyntaxError {
        JSONSyntaxError(code: .malformed, offset: position, reason: "expected \(expected)")
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    private mutating func value(depth: Int) throws(JSONSyntaxError) {
        switch current ?? 0 {
        case UInt8(ascii: "{"): try object(depth: depth + 1)
        case UInt8(ascii: "["): try array(depth: depth + 1)
        case UInt8(ascii: "\""): try string()
        case UInt8(ascii: "t"): try literal("true")
        case UInt8(ascii: "f"): try literal("false")
        case UInt8(ascii: "n"): try literal("null")
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
        default: throw malformed("a value")
        }
    }

    private func checkDepth(_ depth: Int) throws(JSONSyntaxError) {
        guard depth <= limits.maximumDepth else {
            throw JSONSyntaxError(
                code: .tooDeep, offset: position, reason: "nested deeper than \(limits.maximumDepth) levels")
        }
    }

    /// A member name. json-c ends names at U+0000, so that one is replaced by a mark (see ``JSONName``).
    /// - Returns: The name's bytes without escapes, where it has any.
    private mutating func name() throws(JSONSyntaxError) -> [UInt8]? {
        let start = position
        (hasEscape, hasMark) = (false, false)
        try string()
        guard hasEscape || hasMark else { return nil }
        let (name, found) = JSONName.read(bytes, (start + 1)..<(position - 1))
        repairs += found
        return hasEscape ? name : nil
    }

    private mutating func object(depth: Int) throws(JSONSyntaxError) {
        try checkDepth(depth)
        position += 1
        skipSpace()
        if current == UInt8(ascii: "}") {
            position += 1
            return
        }
        var names = NameSet()
        while true {
            guard current == UInt8(ascii: "\"") else { throw malformed("a member name") }
            let start = position
            let unescaped = try name()
            if names.insertedBefore(bytes, (start + 1)..<(position - 1), unescaped) {
                throw JSONSyntaxError(code: .duplicateName, offset: start, reason: "the object has this name already")
            }
            skipSpace()
            guard current == UInt8(ascii: ":") else { throw malformed("a colon") }
            position += 1
            skipSpace()
            try value(depth: depth)
            skipSpace()
            switch current {
            case UInt8(ascii: ","):
                position += 1
                skipSpace()
            case UInt8(ascii: "}"):
                position += 1
                return
            default: throw malformed("a comma or a closing brace")
            }
        }
    }

    private mutating func array(depth: Int) throws(JSONSyntaxError) {
        try checkDepth(depth)
        position += 1
        skipSpace()
        if current == UInt8(ascii: "]") {
            position += 1
            return
        }
        while true {
            try value(depth: depth)
            skipSpace()
            switch current {
            case UInt8(ascii: ","):
                position += 1
                skipSpace()
            case UInt8(ascii: "]"):
                position += 1
                return
            default: throw malformed("a comma or a closing bracket")
            }
        }
    }

    private mutating func literal(_ text: StaticString) throws(JSONSyntaxError) {
        let count = text.utf8CodeUnitCount
        guard position + count <= bytes.count else { throw malformed("true, false or null") }
        for index in 0..<count where bytes[position + index] != text.utf8Start[index] {
            throw malformed("true, false or null")
        }
        position += count
    }

    private mutating func number() throws(JSONSyntaxError) {
        if current == UInt8(ascii: "-") { position += 1 }
        let start = position
        try digits()
        if bytes[start] == UInt8(ascii: "0"), position - start > 1 {
            position = start
            throw malformed("a number without leading zeros")
        }
        var isInteger = true
        if current == UInt8(ascii: ".") {
            isInteger = false
            position += 1
            try digits()
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            isInteger = false
            position += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
            try digits()
        }
        if isInteger, position - start > 18 { repairs.append((position..<position, Array("e0".utf8))) }
    }

    private mutating func digits() throws(JSONSyntaxError) {
        let start = position
        while let byte = current, byte &- 48 < 10 { position += 1 }
        guard position > start else { throw malformed("a digit") }
    }

    private mutating func string() throws(JSONSyntaxError) {
        position += 1
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return
            case UInt8(ascii: "\\"): try escape()
            case 0x00..<0x20: throw malformed("no control character inside a string")
            case 0x80...: try multibyte(byte)
            default: position += 1
            }
        }
        throw malformed("a closing quotation mark")
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
                switch current ?? 0 {
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
        let count: Int
        switch lead {
        case 0xC2...0xDF: (count, second) = (2, 0x80...0xBF)
        case 0xE0: (count, second) = (3, 0xA0...0xBF)
        case 0xE1...0xEC, 0xEE...0xEF: (count, second) = (3, 0x80...0xBF)
        case 0xED: (count, second) = (3, 0x80...0x9F)
        case 0xF0: (count, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (count, second) = (4, 0x80...0xBF)
        case 0xF4: (count, second) = (4, 0x80...0x8F)
        default: throw invalidUTF8
        }
        guard position + count <= bytes.count, second.contains(bytes[position + 1]) else { throw invalidUTF8 }
        for index in 2..<max(count, 2) where bytes[position + index] & 0xC0 != 0x80 { throw invalidUTF8 }
        if lead == 0xEF, bytes[position + 1] == 0xBF, bytes[position + 2] == 0xBF { hasMark = true }
        position += count
    }

    private var invalidUTF8: JSONSyntaxError {
        JSONSyntaxError(code: .invalidUTF8, offset: position, reason: "the bytes here are not UTF-8")
    }
}

/// The names of one object met so far, compared byte by byte without escapes.
private struct NameSet {
    private var ranges: [Range<Int>] = []
    private var names: Set<[UInt8]> = []

    /// Whether the name stood there before; remembers it.
    /// - Parameter unescaped: The name's bytes, where they are not those in the text.
    mutating func insertedBefore(_ bytes: [UInt8], _ range: Range<Int>, _ unescaped: [UInt8]?) -> Bool {
        if names.isEmpty, ranges.count < 16, unescaped == nil {
            let count = range.count
            for known in ranges where known.count == count {
                var index = 0
                while index < count, bytes[known.lowerBound + index] == bytes[range.lowerBound + index] { index += 1 }
                if index == count { return true }
            }
            ranges.append(range)
            return false
        }
        if names.isEmpty { names = Set(ranges.map { Array(bytes[$0]) }) }
        return !names.insert(unescaped ?? Array(bytes[range])).inserted
    }
}
