public import ContractJSON
public import ContractModel

/// Questions about schemas that planning asks again and again.
public struct SchemaPredicates: Sendable {
    /// The schemas.
    public let graph: SchemaGraph
    private let dynamic: DynamicSchemas

    /// - Parameter graph: The schemas.
    public init(graph: SchemaGraph) {
        self.graph = graph
        dynamic = DynamicSchemas(graph: graph)
    }

    /// Whether it depends on the way to a schema what it means, because it leads to a `$dynamicRef`.
    public func dependsOnScope(_ id: SchemaID) -> Bool { dynamic.contains(id) }

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
        note("unevaluatedItems", schema.unevaluatedItems.map { !isTrivial($0) } ?? false)
        note("properties", !schema.properties.isEmpty)
        note("patternProperties", !schema.patternProperties.isEmpty)
        note("additionalProperties", schema.additionalProperties.map { !isTrivial($0) } ?? false)
        note("propertyNames", schema.propertyNames != nil)
        note("required", !schema.required.isEmpty)
        note("minProperties", (schema.minProperties ?? 0) > 0)
        note("maxProperties", schema.maxProperties != nil)
        note("dependentRequired", !schema.dependentRequired.isEmpty)
        note("dependentSchemas", !schema.dependentSchemas.isEmpty)
        note("unevaluatedProperties", schema.unevaluatedProperties.map { !isTrivial($0) } ?? false)
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
        if let constant = schema.constant { narrow([JSONType(of: constant)]) }
        if let values = schema.enumeration { narrow(Set(values.map { JSONType(of: $0) })) }
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

    /// The schema and keyword that limit the type of values: `type` here, behind references or in `allOf`; where there is
    /// none, the `const` or `enum` that does.
    public func typePlace(of id: SchemaID) -> (location: SourceLocation, keyword: String) {
        if let declared = find(id, where: { $0.types != nil }) { return (declared.location, "type") }
        if let constant = find(id, where: { $0.constant != nil }) { return (constant.location, "const") }
        if let values = find(id, where: { $0.enumeration != nil }) { return (values.location, "enum") }
        return (graph[id].location, "type")
    }

    /// The first schema with a property among a schema, what it refers to and its `allOf` branches.
    private func find(_ id: SchemaID, where hasIt: (Schema) -> Bool) -> Schema? {
        var seen: Set<SchemaID> = []
        var pending = [id]
        while let next = pending.popLast() {
            guard seen.insert(next).inserted else { continue }
            let schema = graph[next]
            if hasIt(schema) { return schema }
            pending += schema.allOf.reversed()
            if let target = schema.reference { pending.append(target) }
        }
        return nil
    }

    /// Whether every integer that satisfies the schema fits 64 bits.
    public func fitsInt64(_ id: SchemaID) -> Bool {
        var hasMinimum = false
        var hasMaximum = false
        _ = find(id) { schema in
            if ["int32", "int64"].contains(schema.format), schema.assertsFormat {
                (hasMinimum, hasMaximum) = (true, true)
            }
            if schema.constant?.int != nil { (hasMinimum, hasMaximum) = (true, true) }
            if let values = schema.enumeration, values.allSatisfy({ $0.int != nil || $0.number == nil }) {
                (hasMinimum, hasMaximum) = (true, true)
            }
            if let limit = schema.minimum ?? schema.exclusiveMinimum, limit >= JSONNumber(Int64.min) {
                hasMinimum = true
            }
            if let limit = schema.maximum ?? schema.exclusiveMaximum, limit <= JSONNumber(Int64.max) {
                hasMaximum = true
            }
            return false
        }
        return hasMinimum && hasMaximum
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
