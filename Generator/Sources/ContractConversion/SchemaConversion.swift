import ContractJSON
import ContractSource

/// Rewrites Schema Objects of OpenAPI 3.0 and Swagger 2.0 as JSON Schema 2020-12.
struct SchemaConversion {
    let version: DocumentConversion.Version
    let notes: NoteLog
    /// Rewrites the text of a `$ref`.
    let reference: (String) -> String
    /// Which way the schemas of the document go.
    let directions: SchemaDirections

    /// The schema at a node.
    func schema(_ node: SourceNode) -> DraftNode { schema(node, enclosing: []) }

    /// - Parameter enclosing: Schemas whose `allOf` it stands in.
    private func schema(_ node: SourceNode, enclosing: [SourceNode]) -> DraftNode {
        guard let members = node.members else { return .kept(node) }
        if let target = node["$ref"], let text = target.string {
            for member in members where member.name != "$ref" && !member.name.hasPrefix("x-") {
                if ["description", "summary", "title"].contains(member.name) { continue }
                notes.add(
                    member.node, "\(member.name) beside $ref is left out.",
                    reason: "Neighbours of $ref have no effect in \(version.rawValue).")
            }
            return .map([DraftMember("$ref", .scalar(.string(reference(text)), from: target))], from: node)
        }
        var result: [DraftMember] = []
        for member in members { append(member, of: node, enclosing, to: &result) }
        return nullable(node) ? allowingNull(result, node) : .map(result, from: node)
    }

    private func append(
        _ member: SourceNode.Member, of node: SourceNode, _ enclosing: [SourceNode], to result: inout [DraftMember]
    ) {
        let value = member.node
        func keep(_ draft: DraftNode) { result.append(DraftMember(member.name, draft, key: member)) }
        switch member.name {
        case "nullable", "x-nullable", "x-isnullable":
            if value.bool == nil {
                notes.add(
                    value, "\(member.name) is left out.", reason: "It is \(value.kind); it has to be true or false.")
            }
        case "properties", "patternProperties", "definitions":
            // What is no mapping or list is kept as it is, so that it is refused.
            let entries = value.members?.map { DraftMember($0.name, schema($0.node), key: $0) }
            keep(entries.map { .map($0, from: value) } ?? .kept(value))
        case "allOf":
            let parts = value.elements?.map { schema($0, enclosing: [node] + enclosing) }
            keep(parts.map { .list($0, from: value) } ?? .kept(value))
        case "anyOf", "oneOf":
            keep(value.elements.map { .list($0.map(schema), from: value) } ?? .kept(value))
        case "items", "additionalProperties", "not": keep(value.members == nil ? .kept(value) : schema(value))
        case "exclusiveMinimum" where value.bool != nil: exclusive(member, "minimum", node, &result)
        case "exclusiveMaximum" where value.bool != nil: exclusive(member, "maximum", node, &result)
        case "minimum" where node["exclusiveMinimum"]?.bool == true: break
        case "maximum" where node["exclusiveMaximum"]?.bool == true: break
        case "example": result.append(DraftMember("examples", .list([.kept(value)], from: value), key: member))
        case "type" where value.string == "file":
            result.append(DraftMember("type", .scalar(.string("string"), from: value), key: member))
            result.append(binary(value, member))
        case "format" where value.string == "binary": result.append(binary(value, member))
        case "format" where value.string == "byte":
            result.append(DraftMember("contentEncoding", .scalar(.string("base64"), from: value), key: member))
        case "discriminator" where value.string != nil:
            keep(.map([DraftMember("propertyName", .kept(value))], from: value))
        case "discriminator": keep(discriminator(value))
        case "required" where value.bool != nil:
            notes.add(value, "required is left out.", reason: "It is a list of names in a schema.")
        case "required":
            if let list = required(value, of: node, enclosing: enclosing) { keep(list) }
        case "collectionFormat", "allowEmptyValue": break
        default: keep(.kept(value))
        }
    }

    private func binary(_ value: SourceNode, _ member: SourceNode.Member) -> DraftMember {
        DraftMember("contentMediaType", .scalar(.string("application/octet-stream"), from: value), key: member)
    }

    /// `minimum: 5, exclusiveMinimum: true` becomes `exclusiveMinimum: 5`.
    private func exclusive(
        _ member: SourceNode.Member, _ bound: String, _ node: SourceNode, _ result: inout [DraftMember]
    ) {
        guard member.node.bool == true else { return }
        guard let limit = node[bound] else {
            notes.add(member.node, "\(member.name) is left out.", reason: "There is no \(bound) that it could change.")
            return
        }
        result.append(DraftMember(member.name, .kept(limit), key: member))
    }

    private func discriminator(_ node: SourceNode) -> DraftNode {
        guard let members = node.members else { return .kept(node) }
        return .map(
            members.map { member in
                guard member.name == "mapping", let entries = member.node.members else { return DraftMember(member) }
                let mapping = entries.map { entry in
                    guard let text = entry.node.string else { return DraftMember(entry) }
                    return DraftMember(entry.name, .scalar(.string(reference(text)), from: entry.node), key: entry)
                }
                return DraftMember(member.name, .map(mapping, from: member.node), key: member)
            }, from: node)
    }

    // MARK: Null

    private func nullable(_ node: SourceNode) -> Bool {
        ["nullable", "x-nullable", "x-isnullable"].contains { node[$0]?.bool == true }
    }

    /// Null beside what the schema says. `enum` keeps its values: by OpenAPI 3.0.3 null has to stand there too, but
    /// documents that leave it out mean that null is sent.
    private func allowingNull(_ members: [DraftMember], _ node: SourceNode) -> DraftNode {
        guard let type = node["type"], type.string != nil, node["enum"] == nil || hasNull(node["enum"]) else {
            if node["type"] == nil, node["$ref"] == nil, !members.contains(where: { Self.assertions.contains($0.name) })
            {
                return .map(members, from: node)
            }
            notes.add(
                node, "nullable becomes anyOf with null.",
                reason:
                    "\(version.rawValue) gives it no effect here, but documents that write it mean that null is sent.")
            let annotations = members.filter { Self.annotations.contains($0.name) }
            let rest = members.filter { !Self.annotations.contains($0.name) }
            let null = DraftNode.map([DraftMember("type", .scalar(.string("null"), from: node))], from: node)
            return .map(
                annotations + [DraftMember("anyOf", .list([.map(rest, from: node), null], from: node))], from: node)
        }
        return .map(
            members.map { member in
                guard member.name == "type" else { return member }
                return DraftMember(
                    "type", .list([member.value, .scalar(.string("null"), from: type)], from: type), key: member.key)
            }, from: node)
    }

    private func hasNull(_ node: SourceNode?) -> Bool {
        node?.elements?.contains { if case .scalar(.null) = $0.content { true } else { false } } ?? false
    }

    private static let annotations: Set<String> = [
        "title", "description", "default", "deprecated", "readOnly", "writeOnly", "examples", "externalDocs", "xml",
    ]
    private static let assertions: Set<String> = ["allOf", "anyOf", "oneOf", "not", "enum", "properties", "items"]
}
