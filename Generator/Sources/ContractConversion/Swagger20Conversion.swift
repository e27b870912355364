import ContractJSON
import ContractSource

/// Swagger 2.0 as OpenAPI 3.1.
struct Swagger20Conversion {
    let root: SourceNode
    let notes: NoteLog
    let directions: SchemaDirections

    /// The document.
    func document() -> DraftNode {
        var members = [DraftMember("openapi", .scalar(.string("3.1.0"), from: root["swagger"] ?? root))]
        for member in root.members ?? [] {
            switch member.name {
            case "swagger", "host", "basePath", "schemes", "consumes", "produces", "definitions", "parameters",
                "responses", "securityDefinitions":
                break
            case "paths":
                let items = (member.node.members ?? []).map { entry in
                    entry.name.hasPrefix("x-")
                        ? DraftMember(entry) : DraftMember(entry.name, item(entry.node), key: entry)
                }
                members.append(DraftMember("paths", .map(items, from: member.node), key: member))
            default: members.append(DraftMember(member))
            }
        }
        if let servers = servers() { members.append(DraftMember("servers", servers)) }
        members.append(DraftMember("components", components()))
        return .map(members, from: root)
    }

    /// `schemes`, `host` and `basePath` in one address each.
    private func servers() -> DraftNode? {
        guard let origin = root["host"] ?? root["basePath"] else { return nil }
        let path = root["basePath"]?.string ?? "/"
        guard let host = root["host"]?.string else {
            return .list([.map([DraftMember("url", .scalar(.string(path), from: origin))], from: origin)], from: origin)
        }
        let schemes = root["schemes"]?.elements?.compactMap(\.string) ?? ["https"]
        return .list(
            schemes.map { scheme in
                .map([DraftMember("url", .scalar(.string("\(scheme)://\(host)\(path)"), from: origin))], from: origin)
            }, from: origin)
    }

    // MARK: Components

    private var schemas: SchemaConversion {
        SchemaConversion(
            version: .swagger20, notes: notes, reference: Self.reference, directions: directions)
    }

    /// Where a reference of Swagger 2.0 leads in OpenAPI 3.1.
    static func reference(_ text: String) -> String {
        guard let hash = text.firstIndex(of: "#") else { return text }
        let file = text[..<hash]
        let pointer = text[text.index(after: hash)...]
        for (old, new) in [
            ("/definitions/", "/components/schemas/"), ("/parameters/", "/components/parameters/"),
            ("/responses/", "/components/responses/"),
        ] where pointer.hasPrefix(old) {
            let rest = pointer.dropFirst(old.count)
            let name = rest.prefix { $0 != "/" }
            let decoded = JSONPointer.unescape(Substring(URIReference.percentDecoded(String(name)) ?? String(name)))
            return "\(file)#\(new)\(componentName(decoded))\(rest.dropFirst(name.count))"
        }
        return text
    }

    /// A name as OpenAPI 3.1 allows it: letters, digits, `.`, `-` and `_`.
    static func componentName(_ name: String) -> String {
        let isAllowed: (Character) -> Bool = { $0.isASCII && ($0.isLetter || $0.isNumber) || ".-_".contains($0) }
        return String(name.map { isAllowed($0) ? $0 : "_" })
    }

    private func components() -> DraftNode {
        var sections: [DraftMember] = []
        func section(_ name: String, _ source: String, _ convert: (SourceNode) -> DraftNode?) {
            guard let node = root[source], let members = node.members else { return }
            let entries = members.compactMap { member in
                convert(member.node).map { DraftMember(named(member), $0, key: member) }
            }
            if !entries.isEmpty { sections.append(DraftMember(name, .map(entries, from: node))) }
        }
        section("schemas", "definitions") { schemas.schema($0) }
        // Bodies and form fields have no place of their own in 3.1: operations that refer to them get a copy.
        section("parameters", "parameters") { Self.isBody($0) ? nil : parameter($0) }
        section("responses", "responses") { response($0, produces: types("produces", root)) }
        section("securitySchemes", "securityDefinitions") { securityScheme($0) }
        return .map(sections, from: root)
    }

    private func named(_ member: SourceNode.Member) -> String {
        let name = Self.componentName(member.name)
        if name != member.name {
            notes.add(
                member.node, "The name \(member.name) becomes \(name).",
                reason: "Names of components hold letters, digits, '.', '-' and '_' in OpenAPI 3.1.")
        }
        return name
    }

    private static func isBody(_ node: SourceNode) -> Bool {
        node["in"]?.string == "body" || node["in"]?.string == "formData"
    }

    private func securityScheme(_ node: SourceNode) -> DraftNode {
        let type = node["type"]?.string
        var members: [DraftMember] = []
        for member in node.members ?? [] {
            switch member.name {
            case "type" where type == "basic":
                members.append(DraftMember("type", .scalar(.string("http"), from: member.node), key: member))
                members.append(DraftMember("scheme", .scalar(.string("basic"), from: member.node)))
            case "flow", "authorizationUrl", "tokenUrl", "scopes": break
            default: members.append(DraftMember(member))
            }
        }
        guard type == "oauth2", let flow = node["flow"] else { return .map(members, from: node) }
        let names = ["application": "clientCredentials", "accessCode": "authorizationCode"]
        let name = flow.string.map { names[$0] ?? $0 } ?? ""
        let parts = ["authorizationUrl", "tokenUrl", "scopes"].compactMap { node.member($0).map(DraftMember.init) }
        members.append(DraftMember("flows", .map([DraftMember(name, .map(parts, from: flow))], from: flow)))
        return .map(members, from: node)
    }

    // MARK: Operations

    private func types(_ name: String, _ node: SourceNode) -> [String] {
        (node[name] ?? root[name])?.elements?.compactMap(\.string) ?? []
    }

    private func item(_ node: SourceNode) -> DraftNode {
        let shared = node["parameters"]?.elements ?? []
        let members = (node.members ?? []).compactMap { member -> DraftMember? in
            switch member.name {
            case "get", "put", "post", "delete", "options", "head", "patch":
                return DraftMember(member.name, operation(member.node, shared: shared), key: member)
            case "parameters":
                let own = (member.node.elements ?? []).filter { !Self.isBody(target($0)) }
                return DraftMember("parameters", .list(own.map(parameter), from: member.node), key: member)
            default: return DraftMember(member)
            }
        }
        return .map(members, from: node)
    }

    /// The parameter behind a reference into this document.
    private func target(_ node: SourceNode) -> SourceNode {
        guard let text = node["$ref"]?.string, text.hasPrefix("#/parameters/") else { return node }
        return root["parameters"]?[JSONPointer.unescape(text.dropFirst("#/parameters/".count))] ?? node
    }

    private func operation(_ node: SourceNode, shared: [SourceNode]) -> DraftNode {
        let own = node["parameters"]?.elements ?? []
        let names = Set(own.map { target($0) }.map { "\($0["in"]?.string ?? ""):\($0["name"]?.string ?? "")" })
        let inherited = shared.filter { shared in
            let other = target(shared)
            return !names.contains("\(other["in"]?.string ?? ""):\(other["name"]?.string ?? "")")
        }
        let bodies = (own + inherited).map { target($0) }.filter(Self.isBody)
        var members: [DraftMember] = []
        for member in node.members ?? [] {
            switch member.name {
            case "consumes", "produces", "schemes": break
            case "parameters":
                let kept = own.filter { !Self.isBody(target($0)) }
                members.append(DraftMember("parameters", .list(kept.map(parameter), from: member.node), key: member))
            case "responses":
                let responses = (member.node.members ?? []).map { entry in
                    entry.name.hasPrefix("x-")
                        ? DraftMember(entry)
                        : DraftMember(entry.name, response(entry.node, produces: types("produces", node)), key: entry)
                }
                members.append(DraftMember("responses", .map(responses, from: member.node), key: member))
            default: members.append(DraftMember(member))
            }
        }
        if let body = requestBody(bodies, consumes: types("consumes", node)) {
            members.append(DraftMember("requestBody", body))
        }
        return .map(members, from: node)
    }

    private static let schemaFields: Set<String> = [
        "type", "format", "items", "default", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength",
        "minLength", "pattern", "maxItems", "minItems", "uniqueItems", "enum", "multipleOf", "collectionFormat",
        "x-nullable", "x-example", "x-enum-varnames",
    ]

    /// A parameter, whose schema 2.0 writes between its other fields.
    private func parameter(_ node: SourceNode) -> DraftNode {
        if let reference = node["$ref"], let text = reference.string {
            return .map([DraftMember("$ref", .scalar(.string(Self.reference(text)), from: reference))], from: node)
        }
        var members = (node.members ?? []).filter { !Self.schemaFields.contains($0.name) && $0.name != "schema" }
            .map(DraftMember.init)
        members.append(DraftMember("schema", inlineSchema(node)))
        members += style(node)
        return .map(members, from: node)
    }

    /// The schema that the fields of a parameter, form field or header make.
    private func inlineSchema(_ node: SourceNode) -> DraftNode {
        if let schema = node["schema"] { return schemas.schema(schema) }
        let fields = (node.members ?? []).filter { Self.schemaFields.contains($0.name) }
        return schemas.schema(
            SourceNode(
                .mapping(fields), file: node.file, line: node.line, column: node.column, pointer: node.pointer,
                writtenPointer: node.writtenPointer))
    }

    /// `collectionFormat` as style and explode.
    private func style(_ node: SourceNode) -> [DraftMember] {
        guard node["type"]?.string == "array" else { return [] }
        let format = node["collectionFormat"]
        let origin = format ?? node
        let isQuery = node["in"]?.string == "query"
        func members(_ style: String?, _ explodes: Bool) -> [DraftMember] {
            (style.map { [DraftMember("style", .scalar(.string($0), from: origin))] } ?? [])
                + [DraftMember("explode", .scalar(.bool(explodes), from: origin))]
        }
        switch format?.string ?? "csv" {
        case "multi": return members(nil, true)
        case "ssv" where isQuery: return members("spaceDelimited", false)
        case "pipes" where isQuery: return members("pipeDelimited", false)
        case "csv": return members(nil, false)
        case let other:
            notes.add(
                origin, "collectionFormat \(other) becomes comma-separated values.",
                reason: "OpenAPI 3.1 has no such form for \(node["in"]?.string ?? "this") parameters.")
            return members(nil, false)
        }
    }

    // MARK: Bodies

    private func requestBody(_ parameters: [SourceNode], consumes: [String]) -> DraftNode? {
        guard let first = parameters.first else { return nil }
        if first["in"]?.string == "body" {
            let schema = first["schema"].map { schemas.schema($0) }
            let content = (consumes.isEmpty ? ["application/json"] : consumes).map { type in
                DraftMember(type, .map(schema.map { [DraftMember("schema", $0)] } ?? [], from: first))
            }
            return .map(
                ["description", "required"].compactMap { first.member($0).map(DraftMember.init) }
                    + [DraftMember("content", .map(content, from: first))], from: first)
        }
        return form(parameters, consumes: consumes)
    }

    /// Form fields as the members of one object.
    private func form(_ parameters: [SourceNode], consumes: [String]) -> DraftNode {
        let first = parameters[0]
        let hasFile = parameters.contains { $0["type"]?.string == "file" }
        let asked = consumes.filter { $0 == "multipart/form-data" || $0 == "application/x-www-form-urlencoded" }
        let types = hasFile ? ["multipart/form-data"] : asked.isEmpty ? ["application/x-www-form-urlencoded"] : asked
        var properties: [DraftMember] = []
        var encoding: [DraftMember] = []
        for parameter in parameters {
            guard let name = parameter["name"]?.string else { continue }
            var schema = inlineSchema(parameter)
            if let description = parameter.member("description"), case .map(let members, let origin) = schema {
                schema = .map([DraftMember(description)] + members, from: origin)
            }
            properties.append(DraftMember(name, schema))
            let style = style(parameter)
            if !style.isEmpty { encoding.append(DraftMember(name, .map(style, from: parameter))) }
        }
        let required = parameters.filter { $0["required"]?.bool == true }.compactMap { $0["name"] }
        var object = [
            DraftMember("type", .scalar(.string("object"), from: first)),
            DraftMember("properties", .map(properties, from: first)),
        ]
        if !required.isEmpty {
            object.append(DraftMember("required", .list(required.map(DraftNode.kept), from: first)))
        }
        var content = [DraftMember("schema", .map(object, from: first))]
        if !encoding.isEmpty { content.append(DraftMember("encoding", .map(encoding, from: first))) }
        let contents = types.map { DraftMember($0, .map(content, from: first)) }
        return .map(
            [
                DraftMember("content", .map(contents, from: first)),
                DraftMember("required", .scalar(.bool(!required.isEmpty), from: first)),
            ], from: first)
    }

    private func response(_ node: SourceNode, produces: [String]) -> DraftNode {
        if let reference = node["$ref"], let text = reference.string {
            return .map([DraftMember("$ref", .scalar(.string(Self.reference(text)), from: reference))], from: node)
        }
        let examples = node["examples"]
        var members: [DraftMember] = []
        for member in node.members ?? [] {
            switch member.name {
            case "schema", "examples": break
            case "headers":
                let headers = (member.node.members ?? []).map { entry in
                    DraftMember(entry.name, header(entry.node), key: entry)
                }
                members.append(DraftMember("headers", .map(headers, from: member.node), key: member))
            default: members.append(DraftMember(member))
            }
        }
        guard let schema = node["schema"] else {
            if let examples {
                notes.add(examples, "examples are left out.", reason: "The response has no schema.")
            }
            return .map(members, from: node)
        }
        let converted = schemas.schema(schema)
        let types = produces.isEmpty ? ["application/json"] : produces
        let contents = types.map { type in
            let example = examples?.member(type).map { [DraftMember("example", .kept($0.node), key: $0)] } ?? []
            return DraftMember(type, .map([DraftMember("schema", converted)] + example, from: schema))
        }
        members.append(DraftMember("content", .map(contents, from: schema)))
        return .map(members, from: node)
    }

    private func header(_ node: SourceNode) -> DraftNode {
        var members = ["description"].compactMap { node.member($0).map(DraftMember.init) }
        members += (node.members ?? []).filter { $0.name.hasPrefix("x-") && !Self.schemaFields.contains($0.name) }
            .map(DraftMember.init)
        members.append(DraftMember("schema", inlineSchema(node)))
        return .map(members, from: node)
    }
}
