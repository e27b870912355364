internal import CJSONC

/// One value or member name of a document. A value's parts follow it: the elements of an array, name and value of each member
/// of an object, in document order.
@usableFromInline
struct JSONEntry {
    /// What it is; a name is a string.
    @usableFromInline var kind: JSONKind
    /// Whether ``payload`` is an unsigned number beyond `Int64`.
    @usableFromInline var isUnsigned = false
    /// Bytes of a string or name, elements of an array, members of an object.
    @usableFromInline var count: UInt32 = 0
    /// Entries from here to what follows the value with all its parts.
    @usableFromInline var skip: UInt32 = 1
    /// Names only: ``JSONTexts/hash(_:_:)``.
    @usableFromInline var hash: UInt32 = 0
    /// The address of a string's bytes, in the text or in json-c; a truth value; an integer; the address of a real number in json-c.
    @usableFromInline var payload: UInt64 = 0

    @usableFromInline init(kind: JSONKind) { self.kind = kind }

    /// The bytes of a string or name.
    @inlinable var utf8: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: UnsafePointer(bitPattern: UInt(payload)), count: Int(count))
    }
}

/// The entries of a document in document order. They find each other by distance, so that the table may move while it grows.
struct JSONTape: ~Copyable {
    /// Owned; `count` entries, room for `capacity`.
    private(set) var base: UnsafeMutablePointer<JSONEntry>
    private(set) var count = 0
    private var capacity: Int
    /// Owned; what json-c read of the text, which some entries point into.
    var read: OpaquePointer?

    /// - Parameter capacity: Entries to reserve.
    init(capacity: Int) {
        self.capacity = max(capacity, 4)
        base = .allocate(capacity: self.capacity)
    }

    deinit {
        base.deallocate()
        if let read { json_object_put(read) }
    }

    /// Appends an entry.
    /// - Returns: Its position.
    @inline(__always) mutating func append(_ entry: JSONEntry) -> Int {
        if count == capacity { grow() }
        (base + count).initialize(to: entry)
        count += 1
        return count - 1
    }

    @inline(never)
    private mutating func grow() {
        let larger = UnsafeMutablePointer<JSONEntry>.allocate(capacity: 2 * capacity)
        larger.moveInitialize(from: base, count: count)
        base.deallocate()
        base = larger
        capacity *= 2
    }

    /// Says that the container at `position` ends with the last entry.
    @inline(__always) mutating func close(_ position: Int, count parts: Int) {
        base[position].count = UInt32(truncatingIfNeeded: parts)
        base[position].skip = UInt32(truncatingIfNeeded: count - position)
    }
}
