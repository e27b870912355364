public import ContractJSON

/// One value of a source document with the place where it stands.
public final class SourceNode: Sendable {
    /// What the value is.
    public enum Content: Sendable {
        /// Null, truth value, number or string.
        case scalar(JSONValue)
        /// A sequence.
        case sequence([SourceNode])
        /// A mapping with unique keys in document order.
        case mapping([Member])
    }

    /// One entry of a mapping.
    public struct Member: Sendable {
        /// The key as text.
        public let name: String
        /// Line of the key, from 1.
        public let line: Int
        /// Column of the key, from 1.
        public let column: Int
        /// The value.
        public let node: SourceNode

        /// An entry whose key stands at a place.
        public init(name: String, line: Int, column: Int, node: SourceNode) {
            self.name = name
            self.line = line
            self.column = column
            self.node = node
        }
    }

    /// The value.
    public let content: Content
    /// File that it stands in, as given to the store.
    public let file: String
    /// Line from 1.
    public let line: Int
    /// Column from 1.
    public let column: Int
    /// JSON Pointer from the root of the document (RFC 6901).
    public let pointer: String
    /// JSON Pointer in the file as it was written; another one than ``pointer`` where a stage has converted the document.
    public let writtenPointer: String
    private let positions: [ExactText: Int]

    /// A value at a place.
    /// - Parameter writtenPointer: Where the value stands in the file, if that is elsewhere.
    public init(
        _ content: Content, file: String, line: Int, column: Int, pointer: String, writtenPointer: String? = nil
    ) {
        self.content = content
        self.file = file
        self.line = line
        self.column = column
        self.pointer = pointer
        self.writtenPointer = writtenPointer ?? pointer
        if case .mapping(let members) = content, members.count > 6 {
            var positions = [ExactText: Int](minimumCapacity: members.count)
            for (index, member) in members.enumerated() { positions[ExactText(member.name)] = index }
            self.positions = positions
        } else {
            positions = [:]
        }
    }

    /// The value of a key, if this is a mapping that has it.
    public subscript(name: String) -> SourceNode? { member(name)?.node }

    /// The entry of a key, if this is a mapping that has it.
    public func member(_ name: String) -> Member? {
        guard case .mapping(let members) = content else { return nil }
        if positions.isEmpty { return members.first { ExactText($0.name) == ExactText(name) } }
        return positions[ExactText(name)].map { members[$0] }
    }

    /// The entries, if this is a mapping.
    public var members: [Member]? {
        guard case .mapping(let members) = content else { return nil }
        return members
    }

    /// The elements, if this is a sequence.
    public var elements: [SourceNode]? {
        guard case .sequence(let elements) = content else { return nil }
        return elements
    }

    /// The string, if this is one.
    public var string: String? {
        guard case .scalar(.string(let string)) = content else { return nil }
        return string
    }

    /// The truth value, if this is one.
    public var bool: Bool? {
        guard case .scalar(.bool(let bool)) = content else { return nil }
        return bool
    }

    /// The number, if this is one.
    public var number: JSONNumber? {
        guard case .scalar(.number(let number)) = content else { return nil }
        return number
    }

    /// The value without positions.
    public var value: JSONValue {
        switch content {
        case .scalar(let value): return value
        case .sequence(let elements): return .array(elements.map(\.value))
        case .mapping(let members): return .object(JSONObject(members.map { ($0.name, $0.node.value) }))
        }
    }

    /// The kind of value in plain words, for messages.
    public var kind: String {
        switch content {
        case .scalar(.null): "null"
        case .scalar(.bool): "a truth value"
        case .scalar(.number): "a number"
        case .scalar: "a string"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }

    /// The node that a pointer from here leads to, or the deepest node on the way and the token that it lacks.
    public func resolve(pointer: String) -> Result<SourceNode, PointerMiss> {
        guard !pointer.isEmpty else { return .success(self) }
        var current = self
        for token in pointer.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            let name = JSONPointer.unescape(token)
            let next: SourceNode?
            switch current.content {
            case .mapping: next = current[name]
            case .sequence(let elements):
                next = Int(name).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
            case .scalar: next = nil
            }
            guard let next else { return .failure(PointerMiss(deepest: current, token: name)) }
            current = next
        }
        return .success(current)
    }

    /// Where a pointer stops to lead anywhere.
    public struct PointerMiss: Error, Sendable {
        /// The last node that exists.
        public let deepest: SourceNode
        /// What it lacks.
        public let token: String
    }

    /// A problem at this place.
    public func problem(_ message: String, reason: String? = nil, remedy: String? = nil) -> SourceError {
        SourceError(
            file: file,
            line: line,
            column: column,
            pointer: writtenPointer,
            message: message,
            reason: reason,
            remedy: remedy
        )
    }
}
