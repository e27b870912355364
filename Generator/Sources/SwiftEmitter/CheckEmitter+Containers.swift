import ContractJSON
import ContractModel
import ContractPlan

/// Checks of arrays and objects.
extension DecoderEmitter {
    mutating func arrayChecks(_ writer: inout CodeWriter, _ schema: Schema, _ open: Set<String>, _ hint: String) {
        var body = CodeWriter()
        let limits = limits(
            ("minimum", open.contains("minItems") ? schema.minItems : nil, "minItems"),
            ("maximum", open.contains("maxItems") ? schema.maxItems : nil, "maxItems"), schema)
        if !limits.isEmpty { body.line("context.itemCount(node.count\(limits))") }
        if open.contains("uniqueItems") {
            body.line("context.unique(node, \(schema.location.pointer("uniqueItems")))")
        }
        for (index, prefix) in schema.prefixItems.enumerated() where open.contains("prefixItems") {
            guard let statement = check(prefix, node: "node.element(\(index))", hint: hint + "Item\(index + 1)")
            else { continue }
            body.block("if node.count > \(index)") {
                $0.line("context.at(index: \(index)) { context in \(statement) }")
            }
        }
        if open.contains("items"), let items = schema.items,
            let statement = check(items, node: "element", hint: hint + "Element")
        {
            let start = schema.prefixItems.count
            let rest = start == 0 ? "" : " where index >= \(start)"
            body.block("for (index, element) in node.elements.enumerated()\(rest)") {
                $0.line("context.at(index: index) { context in \(statement) }")
            }
        }
        if open.contains("contains"), let contains = schema.contains {
            let statement = check(contains, node: "node", hint: hint + "Contained") ?? "_ = node"
            let keyword = schema.minContains == nil ? "contains" : "minContains"
            var limits = ", minimum: \(schema.minContains ?? 1), \(schema.location.pointer(keyword))"
            if let maximum = schema.maxContains {
                limits += ", maximum: \(maximum), \(schema.location.pointer("maxContains"))"
            }
            body.line("context.contains(node, \(keyword.literal)\(limits)) { node, context in \(statement) }")
        }
        writer.block("if node.kind == .array", ifAny: body)
    }

    mutating func objectChecks(_ writer: inout CodeWriter, _ schema: Schema, _ open: Set<String>, _ hint: String) {
        var body = CodeWriter()
        let limits = limits(
            ("minimum", open.contains("minProperties") ? schema.minProperties : nil, "minProperties"),
            ("maximum", open.contains("maxProperties") ? schema.maxProperties : nil, "maxProperties"), schema)
        if !limits.isEmpty { body.line("context.memberCount(node.count\(limits))") }
        for name in schema.required where open.contains("required") {
            body.line(missing(name, schema.location))
        }
        for (name, required) in schema.dependentRequired where open.contains("dependentRequired") {
            let names = required.map(\.literal).joined(separator: ", ")
            let pointer = schema.location.pointer(schema.dependentRequiredKeyword)
            let keyword = schema.dependentRequiredKeyword.literal
            body.line("context.dependent(node, \(name.literal), [\(names)], \(keyword), \(pointer))")
        }
        for (name, dependent) in schema.dependentSchemas where open.contains("dependentSchemas") {
            if let statement = check(dependent, node: "node", hint: hint + "With" + SwiftNaming.typeName(name)) {
                body.block("if \(name.lookup) != nil") { $0.line(statement) }
            }
        }
        if open.contains("propertyNames"), let names = schema.propertyNames,
            let statement = check(names, node: "node", hint: hint + "Name")
        {
            let pointer = schema.location.pointer("propertyNames")
            body.line("context.names(node, \(pointer)) { node, context in \(statement) }")
        }
        memberChecks(&body, schema, open, hint)
        writer.block("if node.kind == .object", ifAny: body)
    }

    /// A statement that refuses an object without a member.
    func missing(_ name: String, _ location: SourceLocation) -> String {
        "if \(name.lookup) == nil { context.missing(\(name.literal), \(location.pointer("required"))) }"
    }

    private mutating func memberChecks(
        _ writer: inout CodeWriter, _ schema: Schema, _ open: Set<String>, _ hint: String
    ) {
        guard !open.isDisjoint(with: ["properties", "patternProperties", "additionalProperties"]) else { return }
        let hasNames = !schema.properties.isEmpty || !schema.patternProperties.isEmpty
        let needsNames = open.contains("additionalProperties") && hasNames
        var body = CodeWriter()
        if needsNames { body.line("var isNamed = false") }
        for (name, property) in schema.properties {
            let statement =
                open.contains("properties")
                ? check(property, node: "member.value", hint: hint + SwiftNaming.typeName(name)) : nil
            guard statement != nil || needsNames else { continue }
            body.block("if \(name.nameTest)") {
                if needsNames { $0.line("isNamed = true") }
                if let statement { $0.line("context.at(\(name.literal)) { context in \(statement) }") }
            }
        }
        for (pattern, property) in schema.patternProperties {
            let statement =
                open.contains("patternProperties")
                ? check(property, node: "member.value", hint: hint + "Matching") : nil
            guard statement != nil || needsNames else { continue }
            body.block("if \(patternConstant(pattern)).matches(member.name)") {
                if needsNames { $0.line("isNamed = true") }
                if let statement { $0.line("context.at(dynamic: member.name) { context in \(statement) }") }
            }
        }
        if open.contains("additionalProperties"), let additional = schema.additionalProperties {
            var rest = CodeWriter()
            if graph[additional].isNever {
                rest.line("context.unexpected(member.name, \(schema.location.pointer("additionalProperties")))")
            } else if let statement = check(additional, node: "member.value", hint: hint + "Additional") {
                rest.line("context.at(dynamic: member.name) { context in \(statement) }")
            }
            if needsNames { body.block("if !isNamed", ifAny: rest) } else { for line in rest.lines { body.line(line) } }
        }
        writer.block("for member in node.members", ifAny: body)
    }
}

extension String {
    /// An expression that says whether `member` has this name.
    var nameTest: String { "member.isNamed(\(literal))" }

    /// An expression for the member of `node` with this name.
    var lookup: String { "node.member(\(literal))" }
}
