import ContractJSON
import ContractSource

/// OpenAPI 3.0 as 3.1: the documents differ in their schemas only.
struct OpenAPI30Conversion {
    let notes: NoteLog
    let directions: SchemaDirections

    /// The document.
    func document(_ root: SourceNode) -> DraftNode {
        mapping(root) { member in
            switch member.name {
            case "openapi": .scalar(.string("3.1.0"), from: member.node)
            case "paths": values(member.node) { pathItem($0) }
            case "components": components(member.node)
            default: .kept(member.node)
            }
        }
    }

    private var schemas: SchemaConversion {
        SchemaConversion(version: .openAPI30, notes: notes, reference: { $0 }, directions: directions)
    }

    private func mapping(_ node: SourceNode, _ convert: (SourceNode.Member) -> DraftNode) -> DraftNode {
        guard let members = node.members, node["$ref"] == nil else { return .kept(node) }
        return .map(
            members.map { member in
                member.name.hasPrefix("x-")
                    ? DraftMember(member) : DraftMember(member.name, convert(member), key: member)
            }, from: node)
    }

    /// Every value of a mapping with free keys.
    private func values(_ node: SourceNode?, _ convert: (SourceNode) -> DraftNode) -> DraftNode {
        guard let node, let members = node.members else { return .kept(node ?? Self.nothing) }
        return .map(members.map { DraftMember($0.name, convert($0.node), key: $0) }, from: node)
    }

    private static let nothing = SourceNode(.scalar(.null), file: "", line: 1, column: 1, pointer: "")

    private func elements(_ node: SourceNode, _ convert: (SourceNode) -> DraftNode) -> DraftNode {
        node.elements.map { .list($0.map(convert), from: node) } ?? .kept(node)
    }

    private func components(_ node: SourceNode) -> DraftNode {
        mapping(node) { member in
            switch member.name {
            case "schemas": values(member.node) { schemas.schema($0) }
            case "responses": values(member.node) { response($0) }
            case "parameters", "headers": values(member.node) { parameter($0) }
            case "requestBodies": values(member.node) { body($0) }
            case "callbacks": values(member.node) { callback($0) }
            default: .kept(member.node)
            }
        }
    }

    private func callback(_ node: SourceNode) -> DraftNode { mapping(node) { pathItem($0.node) } }

    private func pathItem(_ node: SourceNode) -> DraftNode {
        guard let members = node.members else { return .kept(node) }
        return .map(
            members.map { member in
                switch member.name {
                case "parameters":
                    DraftMember(member.name, elements(member.node) { parameter($0) }, key: member)
                case "get", "put", "post", "delete", "options", "head", "patch", "trace":
                    DraftMember(member.name, operation(member.node), key: member)
                default: DraftMember(member)
                }
            }, from: node)
    }

    private func operation(_ node: SourceNode) -> DraftNode {
        mapping(node) { member in
            switch member.name {
            case "parameters": elements(member.node) { parameter($0) }
            case "requestBody": body(member.node)
            case "responses": mapping(member.node) { response($0.node) }
            case "callbacks": values(member.node) { callback($0) }
            default: .kept(member.node)
            }
        }
    }

    private func parameter(_ node: SourceNode) -> DraftNode {
        mapping(node) { member in
            switch member.name {
            case "schema": schemas.schema(member.node)
            case "content": values(member.node) { content($0) }
            default: .kept(member.node)
            }
        }
    }

    private func body(_ node: SourceNode) -> DraftNode {
        mapping(node) { $0.name == "content" ? values($0.node) { content($0) } : .kept($0.node) }
    }

    private func response(_ node: SourceNode) -> DraftNode {
        mapping(node) { member in
            switch member.name {
            case "content": values(member.node) { content($0) }
            case "headers": values(member.node) { parameter($0) }
            default: .kept(member.node)
            }
        }
    }

    private func content(_ node: SourceNode) -> DraftNode {
        mapping(node) { member in
            switch member.name {
            case "schema": schemas.schema(member.node)
            case "encoding":
                values(member.node) { encoding in
                    mapping(encoding) { member in
                        member.name == "headers" ? values(member.node) { parameter($0) } : .kept(member.node)
                    }
                }
            default: .kept(member.node)
            }
        }
    }
}
