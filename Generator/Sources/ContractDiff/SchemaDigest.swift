import ContractJSON
import ContractModel

/// What a schema asserts as text without places, so that two versions can be compared.
struct SchemaDigest {
    let graph: SchemaGraph

    /// A schema that lets everything pass.
    static let anything = "true"

    func text(_ ids: [SchemaID]) -> String {
        var open: [SchemaID] = []
        return ids.map { text($0, &open) }.joined(separator: " & ")
    }

    private func text(_ id: SchemaID, _ open: inout [SchemaID]) -> String {
        // A way back up the tree is named by its length, which is the same in both versions.
        if let index = open.lastIndex(of: id) { return "^\(open.count - index)" }
        open.append(id)
        defer { open.removeLast() }
        let schema = graph[id]
        if schema.isNever { return "false" }
        var parts: [String] = []
        func add(_ name: String, _ value: String?) { if let value { parts.append("\(name):\(value)") } }
        func add(_ name: String, _ ids: [SchemaID]) {
            if !ids.isEmpty { parts.append("\(name):[\(ids.map { text($0, &open) }.joined(separator: ","))]") }
        }
        func add(_ name: String, _ id: SchemaID?) { add(name, id.map { [$0] } ?? []) }
        func add(_ name: String, _ map: [(String, SchemaID)]) {
            for (key, id) in map.sorted(by: { $0.0 < $1.0 }) { parts.append("\(name)/\(key):\(text(id, &open))") }
        }
        add("type", schema.types.map { $0.map(\.rawValue).sorted().joined(separator: ",") })
        add("const", schema.constant?.jsonText)
        add("enum", schema.enumeration.map { $0.map(\.jsonText).sorted().joined(separator: ",") })
        for (name, number) in [
            ("multipleOf", schema.multipleOf), ("maximum", schema.maximum), ("minimum", schema.minimum),
            ("exclusiveMaximum", schema.exclusiveMaximum), ("exclusiveMinimum", schema.exclusiveMinimum),
        ] { add(name, number?.text) }
        for (name, count) in [
            ("maxLength", schema.maxLength), ("minLength", schema.minLength), ("minItems", schema.minItems),
            ("maxItems", schema.maxItems), ("minContains", schema.minContains), ("maxContains", schema.maxContains),
            ("minProperties", schema.minProperties), ("maxProperties", schema.maxProperties),
        ] { add(name, count.map { String($0) }) }
        add("pattern", schema.pattern)
        if schema.assertsFormat { add("format", schema.format) }
        if schema.hasUniqueItems { parts.append("unique") }
        add("prefixItems", schema.prefixItems)
        add("items", schema.items)
        add("contains", schema.contains)
        add("unevaluatedItems", schema.unevaluatedItems)
        add("properties", schema.properties.map { ($0.name, $0.schema) })
        add("patternProperties", schema.patternProperties.map { ($0.pattern, $0.schema) })
        add("additionalProperties", schema.additionalProperties)
        add("propertyNames", schema.propertyNames)
        if !schema.required.isEmpty { add("required", schema.required.sorted().joined(separator: ",")) }
        for (name, required) in schema.dependentRequired.sorted(by: { $0.name < $1.name }) {
            add("dependentRequired/\(name)", required.sorted().joined(separator: ","))
        }
        add("dependentSchemas", schema.dependentSchemas.map { ($0.name, $0.schema) })
        add("unevaluatedProperties", schema.unevaluatedProperties)
        add("allOf", schema.allOf)
        add("anyOf", schema.anyOf)
        add("oneOf", schema.oneOf)
        add("not", schema.not)
        add("if", schema.ifSchema)
        add("then", schema.thenSchema)
        add("else", schema.elseSchema)
        add("$ref", schema.reference)
        add("$dynamicRef", schema.dynamicReference?.target)
        return parts.isEmpty ? Self.anything : "{\(parts.joined(separator: ";"))}"
    }
}
