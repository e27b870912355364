internal import CJSONC

#if canImport(Glibc)
    import Glibc
#endif

/// The kind of a JSON value.
public enum JSONKind: UInt8, Sendable, Hashable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool
    /// A number written without fraction and exponent that fits 64 bits.
    case integer
    /// Any other number.
    case real
    /// A string.
    case string
    /// An array.
    case array
    /// An object.
    case object
}

/// A borrowed place in a ``JSONDocument``; valid only inside its `withRoot`.
public struct JSONNode {
    let handle: OpaquePointer?

    init(handle: OpaquePointer?) { self.handle = handle }

    /// The kind of value.
    public var kind: JSONKind {
        guard let handle else { return .null }
        switch json_object_get_type(handle) {
        case json_type_boolean: return .bool
        case json_type_int: return .integer
        case json_type_double: return .real
        case json_type_string: return .string
        case json_type_array: return .array
        case json_type_object: return .object
        default: return .null
        }
    }

    /// The truth value; false for other kinds.
    public var bool: Bool { json_object_get_boolean(handle) != 0 }

    /// The integer, for kind `integer` within `Int64`; or for a real number with an integer value such as `1.0`.
    public var int64: Int64? {
        switch kind {
        case .integer:
            // Above Int64.max json-c holds an unsigned number and saturates here.
            let value = json_object_get_int64(handle)
            return value == .max && json_object_get_uint64(handle) != UInt64(Int64.max) ? nil : value
        case .real: return number?.int64
        default: return nil
        }
    }

    /// The number as a double; 0 for other kinds.
    public var double: Double { json_object_get_double(handle) }

    /// Whether this is a number without fractional part, of any size.
    public var isInteger: Bool {
        switch kind {
        case .integer: true
        case .real: number?.isInteger ?? false
        default: false
        }
    }

    /// The number as written.
    public var number: JSONNumber? {
        switch kind {
        case .integer:
            let value = json_object_get_int64(handle)
            return value == .max ? JSONNumber(json_object_get_uint64(handle)) : JSONNumber(value)
        case .real:
            guard let text = json_object_get_string(handle) else { return nil }
            return JSONNumber(uncheckedText: Self.unmarked(String(cString: text)))
        default: return nil
        }
    }

    /// The string; nil for other kinds.
    public var string: String? {
        guard kind == .string else { return nil }
        return withUTF8 { String(decoding: $0, as: UTF8.self) }
    }

    /// Calls `body` with the UTF-8 bytes of a string node; with none for other kinds.
    public func withUTF8<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        guard kind == .string, let text = json_object_get_string(handle) else {
            return body(UnsafeBufferPointer(start: nil, count: 0))
        }
        let count = Int(json_object_get_string_len(handle))
        return text.withMemoryRebound(to: UInt8.self, capacity: count) {
            body(UnsafeBufferPointer(start: $0, count: count))
        }
    }

    /// A string's place among known texts; -1 if it is none of them, or no string.
    public func place(in texts: JSONTexts) -> Int {
        guard kind == .string else { return -1 }
        return withUTF8 { texts.place(of: $0) }
    }

    /// How many elements an array has or members an object; 0 for other kinds.
    public var count: Int {
        switch kind {
        case .array: json_object_array_length(handle)
        case .object: Int(json_object_object_length(handle))
        default: 0
        }
    }

    /// The element at `index` of an array; `null` outside.
    public func element(_ index: Int) -> JSONNode { JSONNode(handle: json_object_array_get_idx(handle, index)) }

    /// The members of an object in document order; none for other kinds.
    public var members: JSONMembers {
        JSONMembers(entry: kind == .object ? waba_json_first_entry(handle) : nil)
    }

    /// The member called `name`; nil if this is no object or has none.
    public func member(_ name: String) -> JSONNode? {
        guard kind == .object else { return nil }
        // Swift's own conversion of a short text to a C string allocates.
        var name = name
        return name.withUTF8 { text in
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: text.count + 1) { key in
                for (index, byte) in text.enumerated() { key[index] = CChar(bitPattern: byte) }
                key[text.count] = 0
                var found: OpaquePointer?
                return json_object_object_get_ex(handle, key.baseAddress, &found) != 0 ? JSONNode(handle: found) : nil
            }
        }
    }

    /// The member called `name`, which may hold U+0000 or U+FFFF, which json-c's look-up does not know.
    public func member(exactly name: String) -> JSONNode? {
        members.first { ExactText($0.name) == ExactText(name) }?.value
    }

    /// The whole subtree as a value.
    public var value: JSONValue {
        switch kind {
        case .null: return .null
        case .bool: return .bool(bool)
        case .integer, .real: return number.map(JSONValue.number) ?? .null
        case .string: return .string(string ?? "")
        case .array: return .array((0..<count).map { element($0).value })
        case .object:
            var object = JSONObject()
            var members = members
            while let member = members.next() { object[member.name] = member.value.value }
            return .object(object)
        }
    }

    /// Undoes the mark that ``JSONDocument`` gave to integers too long for json-c.
    private static func unmarked(_ text: String) -> String {
        guard text.utf8.count > 20, text.hasSuffix("e0"), !text.utf8.contains(UInt8(ascii: ".")) else { return text }
        return String(text.dropLast(2))
    }
}

/// Walks the members of an object in document order.
public struct JSONMembers: IteratorProtocol, Sequence {
    var entry: UnsafeMutablePointer<lh_entry>?

    /// The next member, or nil at the end.
    public mutating func next() -> JSONMember? {
        guard let current = entry else { return nil }
        entry = waba_json_next_entry(current)
        return JSONMember(key: waba_json_entry_key(current), value: JSONNode(handle: waba_json_entry_value(current)))
    }
}

/// One member of an object.
public struct JSONMember {
    private let key: UnsafePointer<CChar>
    /// Its value.
    public let value: JSONNode

    init(key: UnsafePointer<CChar>, value: JSONNode) {
        self.key = key
        self.value = value
    }

    /// Its name.
    public var name: String { JSONName.unmarked(String(cString: key)) }

    /// Whether the name is `expected`; cheaper than comparing strings.
    public func isNamed(_ expected: StaticString) -> Bool {
        strncmp(
            key, UnsafeRawPointer(expected.utf8Start).assumingMemoryBound(to: CChar.self),
            expected.utf8CodeUnitCount + 1) == 0
    }

    /// The name's place among known names; -1 if it is none of them.
    public func place(in names: JSONNames) -> Int {
        let count = strlen(key)
        return UnsafeRawPointer(key).withMemoryRebound(to: UInt8.self, capacity: count) {
            names.place(of: UnsafeBufferPointer(start: $0, count: count))
        }
    }
}
