import ContractJSON
import ContractSource

/// A value of a converted document that does not know its place yet.
///
/// Every part keeps the node that it comes from, so that a message about the converted document names file, line, column
/// and pointer of the written one.
indirect enum DraftNode {
    /// A value taken over as it is.
    case kept(SourceNode)
    /// A value made from a node.
    case scalar(JSONValue, from: SourceNode)
    /// A list made from a node.
    case list([DraftNode], from: SourceNode)
    /// A mapping made from a node.
    case map([DraftMember], from: SourceNode)

    /// The node with places of the converted document.
    /// - Parameter pointer: Where it stands there.
    func placed(at pointer: String = "") -> SourceNode {
        switch self {
        case .kept(let node): Self.moved(node, to: pointer)
        case .scalar(let value, let origin): Self.node(.scalar(value), origin, pointer)
        case .list(let elements, let origin):
            Self.node(
                .sequence(elements.enumerated().map { $0.element.placed(at: "\(pointer)/\($0.offset)") }), origin,
                pointer)
        case .map(let members, let origin):
            Self.node(
                .mapping(
                    members.map { member in
                        SourceNode.Member(
                            name: member.name, line: member.key?.line ?? origin.line,
                            column: member.key?.column ?? origin.column,
                            node: member.value.placed(at: "\(pointer)/\(JSONPointer.escape(member.name))"))
                    }), origin, pointer)
        }
    }

    private static func node(_ content: SourceNode.Content, _ origin: SourceNode, _ pointer: String) -> SourceNode {
        SourceNode(
            content, file: origin.file, line: origin.line, column: origin.column, pointer: pointer,
            writtenPointer: origin.writtenPointer)
    }

    private static func moved(_ node: SourceNode, to pointer: String) -> SourceNode {
        switch node.content {
        case .scalar: return Self.node(node.content, node, pointer)
        case .sequence(let elements):
            let moved = elements.enumerated().map { Self.moved($0.element, to: "\(pointer)/\($0.offset)") }
            return Self.node(.sequence(moved), node, pointer)
        case .mapping(let members):
            let moved = members.map { member in
                SourceNode.Member(
                    name: member.name, line: member.line, column: member.column,
                    node: Self.moved(member.node, to: "\(pointer)/\(JSONPointer.escape(member.name))"))
            }
            return Self.node(.mapping(moved), node, pointer)
        }
    }
}

/// One entry of a ``DraftNode/map(_:from:)``.
struct DraftMember {
    var name: String
    var value: DraftNode
    /// The key that it comes from.
    var key: SourceNode.Member?

    init(_ name: String, _ value: DraftNode, key: SourceNode.Member? = nil) {
        self.name = name
        self.value = value
        self.key = key
    }

    /// An entry taken over as it is.
    init(_ member: SourceNode.Member) { self.init(member.name, .kept(member.node), key: member) }
}
