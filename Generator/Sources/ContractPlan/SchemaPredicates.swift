public import ContractJSON
public import ContractModel

/// Questions about schemas that planning asks again and again.
public struct SchemaPredicates: Sendable {
    /// The schemas.
    public let graph: SchemaGraph

    /// - Parameter graph: The schemas.
    public init(graph: SchemaGraph) { self.graph = graph }

    /// The schema behind references that stand alone, with annotations at the most.
    public func resolved(_ id: SchemaID) -> SchemaID {
        var current = id
        var seen: Set<SchemaID> = []
        while let target = graph[current].reference, isPureReference(current), seen.insert(current).inserted {
            current = target
        }
        return current
    }

    /// Whether the only assertion is `$ref`.
    public func isPureReference(_ id: SchemaID) -> Bool {
        let schema = graph[id]
        return schema.reference != nil && keywords(schema) == ["$ref"]
    }

    /// Whether every value passes.
    public func isTrivial(_ id: SchemaID) -> Bool { keywords(graph[id]).isEmpty }

    /// Names of the assertions and applicators that are present.
    public func keywords(_ schema: Schema) -> Set<String> {
        var found: Set<String> = []
        func note(_ keyword: String, _ isPresent: Bool) { if isPresent { found.insert(keyword) } }
        note("false", schema.isNever)
        note("type", schema.types != nil)
        note("const", schema.constant != nil)
        note("enum", schema.enumeration != nil)
        note("multipleOf", schema.multipleOf != nil)
        note("maximum", schema.maximum != nil)
        note("exclusiveMaximum", schema.exclusiveMaximum != nil)
        note("minimum", schema.minimum != nil)
        note("exclusiveMinimum", schema.exclusiveMinimum != nil)
        note("maxLength", schema.maxLength != nil)
        note("minLength", (schema.minLength ?? 0) > 0)
        note("pattern", schema.pattern != nil)
        note("format", schema.format != nil && schema.assertsFormat)
        note("prefixItems", !schema.prefixItems.isEmpty)
        note("items", schema.items.map { !isTrivial($0) } ?? false)
        note("contains", schema.contains != nil)
        note("minItems", (schema.minItems ?? 0) > 0)
        note("maxItems", schema.maxItems != nil)
        note("uniqueItems", schema.hasUniqueItems)
        note("unevaluatedItems", schema.unevaluatedItems != nil)
        note("properties", !schema.properties.isEmpty)
        note("patternProperties", !schema.patternProperties.isEmpty)
        note("additionalProperties", schema.additionalProperties.map { !isTrivial($0) } ?? false)
        note("propertyNames", schema.propertyNames != nil)
        note("required", !schema.required.isEmpty)
        note("minProperties", (schema.minProperties ?? 0) > 0)
        note("maxProperties", schema.maxProperties != nil)
        note("dependentRequired", !schema.dependentRequired.isEmpty)
        note("dependentSchemas", !schema.dependentSchemas.isEmpty)
        note("unevaluatedProperties", schema.unevaluatedProperties != nil)
        note("allOf", !schema.allOf.isEmpty)
        note("anyOf", !schema.anyOf.isEmpty)
        note("oneOf", !schema.oneOf.isEmpty)
        note("not", schema.not != nil)
        note("if", schema.ifSchema != nil && (schema.thenSchema != nil || schema.elseSchema != nil))
        note("$ref", schema.reference != nil)
        note("$dynamicRef", schema.dynamicReference != nil)
        return found
    }

    /// The JSON types that a schema allows, as far as `type`, `const`, `enum`, references and `allOf` say; nil: any.
    public func types(of id: SchemaID) -> Set<JSONType>? {
        var visiting: Set<SchemaID> = []
        return types(of: id, &visiting)
    }

    private func types(of id: SchemaID, _ visiting: inout Set<SchemaID>) -> Set<JSONType>? {
        guard visiting.insert(id).inserted else { return nil }
        defer { visiting.remove(id) }
        let schema = graph[id]
        var result = schema.types
        func narrow(_ other: Set<JSONType>?) {
            guard let other else { return }
            result = result.map { narrowed($0, other) } ?? other
        }
        if let constant = schema.constant { narrow([jsonType(constant)]) }
        if let values = schema.enumeration { narrow(Set(values.map { jsonType($0) })) }
        if let target = schema.reference { narrow(types(of: target, &visiting)) }
        for branch in schema.allOf { narrow(types(of: branch, &visiting)) }
        return result
    }

    private func narrowed(_ first: Set<JSONType>, _ second: Set<JSONType>) -> Set<JSONType> {
        var result = first.intersection(second)
        // Every integer is a number.
        if first.contains(.integer), second.contains(.number) || first.contains(.number) && second.contains(.integer) {
            result.insert(.integer)
        }
        if second.contains(.integer), first.contains(.number) { result.insert(.integer) }
        return result
    }

    /// Whether a value can only be `null`.
    public func isNull(_ id: SchemaID) -> Bool { types(of: id) == [.null] }

    /// The constant of a schema, through references.
    public func constant(of id: SchemaID) -> JSONValue? {
        let schema = graph[resolved(id)]
        if let constant = schema.constant { return constant }
        if let values = schema.enumeration, values.count == 1 { return values.first }
        return nil
    }
}

/// The JSON type of a value; an integral number is an integer.
func jsonType(_ value: JSONValue) -> JSONType {
    switch value {
    case .null: .null
    case .bool: .boolean
    case .number(let number): number.isInteger ? .integer : .number
    case .string: .string
    case .array: .array
    case .object: .object
    }
}
