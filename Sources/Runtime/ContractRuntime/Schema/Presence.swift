public import ContractJSON

/// A member that may be absent, `null` or a value, where the contract gives the three different meanings.
public enum Presence<Value: ContractValue>: Sendable, Hashable {
    /// The member is not there.
    case absent
    /// The member is `null`.
    case null
    /// The member has a value.
    case value(Value)

    /// The value, if there is one.
    public var value: Value? {
        guard case .value(let value) = self else { return nil }
        return value
    }

    /// Whether the member is not there.
    public var isAbsent: Bool { self == .absent }
}

/// An element of an array whose broken elements must not cost their neighbours.
public enum Isolated<Element: ContractValue>: ContractValue {
    /// The element satisfies its contract. Stored out of line: messages are large.
    indirect case valid(Element)
    /// It does not; `raw` is what was received.
    case invalid(raw: JSONValue, violations: [ContractViolation])

    /// The element, if it is valid.
    public var value: Element? {
        guard case .valid(let element) = self else { return nil }
        return element
    }

    /// Never fails: violations become part of the value.
    @inlinable public static func decode(_ node: JSONNode, _ context: inout DecodingContext) -> Isolated<Element>? {
        context.isolated(node) { Element.decode($0, &$1) }
    }

    /// Writes the element, or what was received.
    @inlinable public func write(to writer: inout JSONWriter) {
        switch self {
        case .valid(let element): element.write(to: &writer)
        case .invalid(let raw, _): writer.value(raw)
        }
    }
}

/// Stores a value out of line, so that a type can contain itself.
@propertyWrapper
public struct Indirect<Value: Sendable & Hashable>: Sendable, Hashable {
    private var storage: BoxStorage<Value>

    /// Stores a value.
    public init(wrappedValue: Value) { storage = BoxStorage(wrappedValue) }

    /// The value.
    public var wrappedValue: Value {
        get { storage.value }
        set { storage = BoxStorage(newValue) }
    }

    /// Compares the values.
    public static func == (left: Indirect<Value>, right: Indirect<Value>) -> Bool {
        left.storage === right.storage || left.wrappedValue == right.wrappedValue
    }

    /// Hashes the value.
    public func hash(into hasher: inout Hasher) { hasher.combine(wrappedValue) }
}

/// Stores a large value out of line if there is one, so that a type with many optional members stays small.
@propertyWrapper
public struct Boxed<Value: Sendable & Hashable>: Sendable, Hashable {
    @usableFromInline var storage: BoxStorage<Value>?

    /// Stores nothing.
    @inlinable public init() { storage = nil }

    /// Stores a value.
    @inlinable public init(wrappedValue: Value?) { storage = wrappedValue.map { BoxStorage($0) } }

    /// The value, if there is one.
    @inlinable public var wrappedValue: Value? {
        get { storage?.value }
        set { storage = newValue.map { BoxStorage($0) } }
    }

    /// Compares the values.
    public static func == (left: Boxed<Value>, right: Boxed<Value>) -> Bool {
        left.storage === right.storage || left.wrappedValue == right.wrappedValue
    }

    /// Hashes the value.
    public func hash(into hasher: inout Hasher) { hasher.combine(wrappedValue) }
}

/// The members of a large value out of line, so that copies share them. They change only while they have one owner.
public final class MemberStorage<Members: Sendable & Hashable>: @unchecked Sendable, Hashable {
    /// The members. Safe to share: ``own(_:)`` is the only way to storage that is changed.
    public var members: Members

    /// Stores members.
    @inlinable public init(_ members: Members) { self.members = members }

    /// Storage with one owner: `storage`, or a copy in its place if others have it too.
    @inlinable public static func own(_ storage: inout MemberStorage) -> MemberStorage {
        if !isKnownUniquelyReferenced(&storage) { storage = MemberStorage(storage.members) }
        return storage
    }

    /// Compares the members.
    @inlinable public static func == (left: MemberStorage, right: MemberStorage) -> Bool {
        left === right || left.members == right.members
    }

    /// Hashes the members.
    public func hash(into hasher: inout Hasher) { hasher.combine(members) }
}

/// The place of a value out of line; never changed, so that copies share it.
@usableFromInline
final class BoxStorage<Value: Sendable>: Sendable {
    @usableFromInline let value: Value
    @inlinable init(_ value: Value) { self.value = value }
}
