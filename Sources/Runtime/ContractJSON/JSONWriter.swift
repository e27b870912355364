/// Writes JSON text into a byte buffer, member by member, without building a tree.
///
/// Begin and end calls must match; the writer places commas. Strings are written with the fewest escapes RFC 8259 allows.
public struct JSONWriter: ~Copyable {
    /// Owned; holds `count` bytes of text and has room for `capacity`.
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private var count = 0
    private var needsComma = false

    /// An empty writer.
    /// - Parameter capacity: Bytes to reserve.
    public init(capacity: Int = 512) {
        self.capacity = max(capacity, 16)
        base = .allocate(capacity: self.capacity)
    }

    deinit { base.deallocate() }

    /// The text so far.
    public var bytes: [UInt8] { Array(UnsafeBufferPointer(start: base, count: count)) }

    // MARK: The buffer

    private mutating func reserve(_ more: Int) {
        if capacity - count < more { grow(more) }
    }

    @inline(never)
    private mutating func grow(_ more: Int) {
        capacity = max(2 * capacity, count + more)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        larger.update(from: base, count: count)
        base.deallocate()
        base = larger
    }

    /// Room for the byte must have been reserved.
    private mutating func put(_ byte: UInt8) {
        base[count] = byte
        count += 1
    }

    /// Room for the bytes must have been reserved.
    private mutating func put(_ start: UnsafePointer<UInt8>, _ length: Int) {
        (base + count).update(from: start, count: length)
        count += length
    }

    private mutating func append(_ byte: UInt8) {
        reserve(1)
        put(byte)
    }

    private mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { buffer in
            guard let start = buffer.baseAddress else { return }
            reserve(buffer.count)
            put(start, buffer.count)
        }
    }

    /// The comma before a value that is not the first, and room for `more` bytes behind it.
    private mutating func separate(_ more: Int = 1) {
        reserve(more + 1)
        if needsComma { put(UInt8(ascii: ",")) }
        needsComma = true
    }

    // MARK: Structure

    /// Opens an object as the next value.
    public mutating func beginObject() {
        separate()
        put(UInt8(ascii: "{"))
        needsComma = false
    }

    /// Closes the object.
    public mutating func endObject() {
        append(UInt8(ascii: "}"))
        needsComma = true
    }

    /// Opens an array as the next value.
    public mutating func beginArray() {
        separate()
        put(UInt8(ascii: "["))
        needsComma = false
    }

    /// Closes the array.
    public mutating func endArray() {
        append(UInt8(ascii: "]"))
        needsComma = true
    }

    /// Writes a member name known at compile time, plain ASCII without quotation marks and backslashes.
    public mutating func name(_ name: StaticString) {
        let length = name.utf8CodeUnitCount
        separate(length + 3)
        put(UInt8(ascii: "\""))
        put(name.utf8Start, length)
        put(UInt8(ascii: "\""))
        put(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes any member name.
    public mutating func name(dynamic name: String) {
        separate()
        appendQuoted(name)
        append(UInt8(ascii: ":"))
        needsComma = false
    }

    // MARK: Values

    /// Writes a string.
    public mutating func string(_ value: String) {
        separate()
        appendQuoted(value)
    }

    /// Writes an integer of any type.
    public mutating func integer(_ value: some BinaryInteger) {
        separate()
        append(String(value))
    }

    /// Writes an integer.
    public mutating func integer(_ value: Int) {
        // A sign and nineteen digits.
        separate(20)
        if value < 0 { put(UInt8(ascii: "-")) }
        var rest = value.magnitude
        var length = 1
        var power: UInt = 10
        while length < 19, rest >= power {
            length += 1
            power *= 10
        }
        var place = count + length
        count = place
        repeat {
            place -= 1
            base[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
    }

    /// Writes a number as it is.
    public mutating func number(_ value: JSONNumber) {
        separate()
        append(value.text)
    }

    /// Writes a double in its shortest exact form. JSON has no NaN and infinity: they become `null`, which the contract's
    /// validation before sending refuses.
    public mutating func double(_ value: Double) {
        guard value.isFinite else { return null() }
        separate()
        if let integer = Int64(exactly: value), integer.magnitude < 1 << 53 {
            append(String(integer))
        } else {
            append(value.description)
        }
    }

    /// Writes a truth value.
    public mutating func bool(_ value: Bool) {
        separate()
        append(value ? "true" : "false")
    }

    /// Writes `null`.
    public mutating func null() {
        separate()
        append("null")
    }

    /// Writes any value.
    public mutating func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let truth): bool(truth)
        case .number(let number): self.number(number)
        case .string(let text): string(text)
        case .array(let elements):
            beginArray()
            for element in elements { self.value(element) }
            endArray()
        case .object(let object):
            beginObject()
            for member in object {
                name(dynamic: member.name)
                self.value(member.value)
            }
            endObject()
        }
    }

    private mutating func appendQuoted(_ text: String) {
        var text = text
        text.withUTF8 { buffer in
            reserve(buffer.count + 2)
            put(UInt8(ascii: "\""))
            if let start = buffer.baseAddress { appendEscaped(start, buffer.count) }
            append(UInt8(ascii: "\""))
        }
    }

    /// Room for the bytes without escapes must have been reserved.
    private mutating func appendEscaped(_ text: UnsafePointer<UInt8>, _ length: Int) {
        var start = 0
        var index = 0
        while index < length {
            // Eight bytes at once as long as none needs an escape.
            if index + 8 <= length, Self.isPlain(UnsafeRawPointer(text + index).loadUnaligned(as: UInt64.self)) {
                index += 8
                continue
            }
            let byte = text[index]
            index += 1
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            put(text + start, index - 1 - start)
            appendEscape(byte)
            reserve(length - index)
            start = index
        }
        put(text + start, length - start)
    }

    /// Whether none of eight bytes is a control character, a quotation mark or a backslash.
    private static func isPlain(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        let quotes = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
        let backslashes = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
        // A byte less than n has its top bit set in (byte - n) and not in byte itself; n is 1 for "equal to".
        let found =
            (word &- ones &* 0x20) & ~word | (quotes &- ones) & ~quotes | (backslashes &- ones) & ~backslashes
        return found & tops == 0
    }

    private mutating func appendEscape(_ byte: UInt8) {
        reserve(6)
        put(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): put(byte)
        case 0x0A: put(UInt8(ascii: "n"))
        case 0x0D: put(UInt8(ascii: "r"))
        case 0x09: put(UInt8(ascii: "t"))
        default:
            put(UInt8(ascii: "u"))
            put(UInt8(ascii: "0"))
            put(UInt8(ascii: "0"))
            put(Self.digit(byte >> 4))
            put(Self.digit(byte & 15))
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}

extension JSONValue {
    /// The value as JSON text in UTF-8, members in order, no white space.
    public var jsonBytes: [UInt8] {
        var writer = JSONWriter()
        writer.value(self)
        return writer.bytes
    }

    /// The value as JSON text.
    public var jsonText: String { String(decoding: jsonBytes, as: UTF8.self) }
}
