/// Walks the elements of an array.
public struct JSONElements: IteratorProtocol, Sequence {
    @usableFromInline var place: UnsafePointer<JSONEntry>
    @usableFromInline var rest: Int

    @inlinable init(at place: UnsafePointer<JSONEntry>, rest: Int) {
        self.place = place
        self.rest = rest
    }

    /// The next element, or nil at the end.
    @inlinable public mutating func next() -> JSONNode? {
        guard rest > 0 else { return nil }
        rest -= 1
        let node = JSONNode(entry: place)
        place += Int(place.pointee.skip)
        return node
    }

    /// How many are left.
    @inlinable public var underestimatedCount: Int { rest }
}

/// Walks the members of an object in document order.
public struct JSONMembers: IteratorProtocol, Sequence {
    @usableFromInline var place: UnsafePointer<JSONEntry>
    @usableFromInline var rest: Int

    @inlinable init(at place: UnsafePointer<JSONEntry>, rest: Int) {
        self.place = place
        self.rest = rest
    }

    /// The next member, or nil at the end.
    @inlinable public mutating func next() -> JSONMember? {
        guard rest > 0 else { return nil }
        rest -= 1
        let member = JSONMember(entry: place)
        place += 1 + Int(place[1].skip)
        return member
    }

    /// How many are left.
    @inlinable public var underestimatedCount: Int { rest }
}

/// One member of an object.
public struct JSONMember {
    /// Its name; the value follows.
    @usableFromInline let entry: UnsafePointer<JSONEntry>

    @inlinable init(entry: UnsafePointer<JSONEntry>) { self.entry = entry }

    /// Its value.
    @inlinable public var value: JSONNode { JSONNode(entry: entry + 1) }

    /// Its name.
    @inlinable public var name: String { String(decoding: entry.pointee.utf8, as: UTF8.self) }

    /// Whether the name is `expected`; cheaper than comparing strings.
    @inlinable public func isNamed(_ expected: StaticString) -> Bool {
        JSONTexts.areEqual(
            entry.pointee.utf8, UnsafeBufferPointer(start: expected.utf8Start, count: expected.utf8CodeUnitCount))
    }

    /// The name's place among known names; -1 if it is none of them.
    @inlinable public func place(in names: JSONTexts) -> Int {
        names.place(of: entry.pointee.utf8, hash: entry.pointee.hash)
    }
}
