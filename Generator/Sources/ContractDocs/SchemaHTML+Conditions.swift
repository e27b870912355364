import ContractModel

/// What a schema asks for beyond types, limits and members, in sentences.
extension SchemaHTML {
    /// A list of sentences; empty if the schema has no such keyword.
    func conditions(_ schema: Schema) -> String {
        let sentences =
            arrayConditions(schema) + memberConditions(schema) + dependencies(schema) + choices(schema)
        guard !sentences.isEmpty else { return "" }
        return "<ul class=\"conditions\">" + sentences.map { "<li>\($0).</li>" }.joined() + "</ul>"
    }

    private func arrayConditions(_ schema: Schema) -> [String] {
        var found: [String] = []
        if !schema.prefixItems.isEmpty {
            found.append("Elements in this order: " + schema.prefixItems.map { summary($0) }.joined(separator: ", "))
            if let rest = schema.items { found.append("Further elements: \(summary(rest))") }
        }
        if let contained = schema.contains, schema.minContains != 0 || schema.maxContains != nil {
            let most = schema.maxContains.map { " and at most \($0)" } ?? ""
            found.append("At least \(schema.minContains ?? 1)\(most) of the elements: \(phrase(contained))")
        }
        return found
    }

    private func memberConditions(_ schema: Schema) -> [String] {
        let named = schema.properties.map(\.name)
        var found = schema.required.filter { !named.contains($0) }.map { "Has \(HTML.code($0))" }
        found += schema.patternProperties.map { "Members that match \(HTML.code($0.pattern)): \(summary($0.schema))" }
        if let names = schema.propertyNames { found.append("Names of members: \(summary(names))") }
        if let rest = schema.unevaluatedProperties, graph[rest].isNever {
            found.append("No members besides those that the parts above name")
        }
        return found
    }

    private func dependencies(_ schema: Schema) -> [String] {
        schema.dependentRequired.map { name, required in
            "With \(HTML.code(name)) also " + required.map { HTML.code($0) }.joined(separator: ", ")
        } + schema.dependentSchemas.map { "With \(HTML.code($0.name)): \(phrase($0.schema))" }
    }

    private func choices(_ schema: Schema) -> [String] {
        var found: [String] = []
        if let negated = schema.not { found.append("Not: \(phrase(negated))") }
        if let condition = schema.ifSchema {
            let branches = [("then", schema.thenSchema), ("otherwise", schema.elseSchema)].compactMap { word, branch in
                branch.map { "\(word) \(phrase($0))" }
            }
            if !branches.isEmpty { found.append("If \(phrase(condition)), \(branches.joined(separator: ", "))") }
        }
        return found
    }

    /// A schema as part of a sentence: which members there are, and what they are.
    private func phrase(_ id: SchemaID) -> String {
        let schema = graph[id]
        guard index.entry(id) == nil, schema.reference == nil, schema.types == nil || schema.types == [.object] else {
            return summary(id)
        }
        var parts = schema.properties.map { "\(HTML.code($0.name)) is \(summary($0.schema))" }
        let named = schema.properties.map(\.name)
        parts += schema.required.filter { !named.contains($0) }.map { "\(HTML.code($0)) is there" }
        parts += dependencies(schema) + choices(schema)
        parts += (schema.allOf).map { phrase($0) }
        for branches in [schema.anyOf, schema.oneOf] where !branches.isEmpty {
            parts.append(branches.map { phrase($0) }.joined(separator: " or "))
        }
        return parts.isEmpty ? summary(id) : parts.joined(separator: " and ")
    }
}
