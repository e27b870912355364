internal import CJSONC

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
    @usableFromInline let entry: UnsafePointer<JSONEntry>

    @inlinable init(entry: UnsafePointer<JSONEntry>) { self.entry = entry }

    /// What stands where nothing is; never changed, never freed.
    private nonisolated(unsafe) static let nothing = {
        let entry = UnsafeMutablePointer<JSONEntry>.allocate(capacity: 1)
        entry.initialize(to: JSONEntry(kind: .null))
        return JSONNode(entry: UnsafePointer(entry))
    }()

    /// The kind of value.
    @inlinable public var kind: JSONKind { entry.pointee.kind }

    /// The truth value; false for other kinds.
    @inlinable public var bool: Bool { kind == .bool && entry.pointee.payload != 0 }

    // MARK: Numbers

    /// The integer, for kind `integer` within `Int64`; or for a real number with an integer value such as `1.0`.
    @inlinable public var int64: Int64? {
        switch kind {
        case .integer: entry.pointee.isUnsigned ? nil : Int64(bitPattern: entry.pointee.payload)
        case .real: number?.int64
        default: nil
        }
    }

    /// The number as a double; 0 for other kinds.
    public var double: Double {
        switch kind {
        case .integer:
            entry.pointee.isUnsigned ? Double(entry.pointee.payload) : Double(Int64(bitPattern: entry.pointee.payload))
        case .real: json_object_get_double(real)
        default: 0
        }
    }

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
            return entry.pointee.isUnsigned
                ? JSONNumber(entry.pointee.payload) : JSONNumber(Int64(bitPattern: entry.pointee.payload))
        case .real:
            guard let text = json_object_get_string(real) else { return nil }
            return JSONNumber(uncheckedText: Self.unmarked(String(cString: text)))
        default: return nil
        }
    }

    /// A real number in json-c.
    private var real: OpaquePointer? { OpaquePointer(bitPattern: UInt(entry.pointee.payload)) }

    /// Undoes the mark that ``JSONDocument`` gave to integers too long for json-c.
    private static func unmarked(_ text: String) -> String {
        guard text.utf8.count > 20, text.hasSuffix("e0"), !text.utf8.contains(UInt8(ascii: ".")) else { return text }
        return String(text.dropLast(2))
    }

    // MARK: Strings

    /// The string; nil for other kinds.
    @inlinable public var string: String? {
        kind == .string ? String(decoding: entry.pointee.utf8, as: UTF8.self) : nil
    }

    /// Calls `body` with the UTF-8 bytes of a string node; with none for other kinds.
    @inlinable public func withUTF8<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        body(kind == .string ? entry.pointee.utf8 : UnsafeBufferPointer(start: nil, count: 0))
    }

    /// A string's place among known texts; -1 if it is none of them, or no string.
    @inlinable public func place(in texts: JSONTexts) -> Int {
        guard kind == .string else { return -1 }
        return texts.place(of: entry.pointee.utf8)
    }

    // MARK: Parts

    /// How many elements an array has or members an object; 0 for other kinds.
    @inlinable public var count: Int { kind == .array || kind == .object ? Int(entry.pointee.count) : 0 }

    /// The elements of an array in order; none for other kinds.
    @inlinable public var elements: JSONElements {
        JSONElements(at: entry + 1, rest: kind == .array ? Int(entry.pointee.count) : 0)
    }

    /// The element at `index` of an array, found by going over those before it; `null` outside.
    public func element(_ index: Int) -> JSONNode {
        guard kind == .array, index >= 0, index < count else { return Self.nothing }
        var place = entry + 1
        for _ in 0..<index { place += Int(place.pointee.skip) }
        return JSONNode(entry: place)
    }

    /// The members of an object in document order; none for other kinds.
    @inlinable public var members: JSONMembers {
        JSONMembers(at: entry + 1, rest: kind == .object ? Int(entry.pointee.count) : 0)
    }

    /// The member called `name`; nil if this is no object or has none.
    @inlinable public func member(_ name: StaticString) -> JSONNode? {
        member(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }

    /// The member called `name`, which is not known at compile time.
    public func member(named name: String) -> JSONNode? {
        var name = name
        return name.withUTF8 { member($0) }
    }

    @usableFromInline func member(_ name: UnsafeBufferPointer<UInt8>) -> JSONNode? {
        let hash = JSONTexts.hash(name)
        var members = members
        while let member = members.next() {
            if member.entry.pointee.hash == hash, JSONTexts.areEqual(member.entry.pointee.utf8, name) {
                return member.value
            }
        }
        return nil
    }

    /// The whole subtree as a value.
    public var value: JSONValue {
        switch kind {
        case .null: return .null
        case .bool: return .bool(bool)
        case .integer, .real: return number.map(JSONValue.number) ?? .null
        case .string: return .string(string ?? "")
        case .array: return .array(elements.map(\.value))
        case .object: return .object(JSONObject(distinct: members.map { ($0.name, $0.value.value) }))
        }
    }
}
