public import ContractJSON
public import ContractModel
public import ContractRuntime

/// Checks values against schemas with the whole of JSON Schema 2020-12.
public struct SchemaInterpreter: Sendable {
    let graph: SchemaGraph
    let prepared: [PreparedSchema]

    /// - Parameter graph: Schemas without errors; references that the loader could not resolve are left out here.
    public init(graph: SchemaGraph) {
        self.graph = graph
        prepared = graph.schemas.map(PreparedSchema.init)
    }

    /// Every way in which a value does not satisfy a schema; empty if it does.
    public func violations(of value: JSONValue, against schema: SchemaID) -> [ContractViolation] {
        var evaluation = Evaluation(interpreter: self)
        _ = evaluation.evaluate(value, schema)
        return evaluation.violations
    }

    /// Whether a value satisfies a schema.
    public func isValid(_ value: JSONValue, against schema: SchemaID) -> Bool {
        var evaluation = Evaluation(interpreter: self, isSilent: true)
        return evaluation.evaluate(value, schema) != nil
    }
}

/// What is derived from a schema once.
struct PreparedSchema: Sendable {
    let pattern: ContractPattern?
    let patternProperties: [(pattern: ContractPattern, source: String, schema: SchemaID)]
    /// Names in `properties`, where `additionalProperties` needs them.
    let propertyNames: Set<ExactText>
    /// Whether nothing but annotations stands in the schema.
    let isUnconstrained: Bool
    /// Whether `unevaluated…` needs to know what the parts of the schema looked at.
    let needsEvaluated: Bool

    init(_ schema: Schema) {
        pattern = schema.pattern.map { ContractPattern($0) }
        patternProperties = schema.patternProperties.map { (ContractPattern($0.pattern), $0.pattern, $0.schema) }
        propertyNames = schema.additionalProperties == nil ? [] : Set(schema.properties.map { ExactText($0.name) })
        needsEvaluated = schema.unevaluatedItems != nil || schema.unevaluatedProperties != nil
        let hasApplicator =
            schema.reference != nil || schema.dynamicReference != nil || !schema.allOf.isEmpty || !schema.anyOf.isEmpty
            || !schema.oneOf.isEmpty || schema.not != nil || schema.ifSchema != nil || needsEvaluated
        let hasArray =
            !schema.prefixItems.isEmpty || schema.items != nil || schema.contains != nil || schema.minItems != nil
            || schema.maxItems != nil || schema.hasUniqueItems
        let hasObject =
            !schema.properties.isEmpty || !schema.patternProperties.isEmpty || schema.additionalProperties != nil
            || schema.propertyNames != nil || !schema.required.isEmpty || schema.minProperties != nil
            || schema.maxProperties != nil || !schema.dependentRequired.isEmpty || !schema.dependentSchemas.isEmpty
        let hasScalar =
            schema.isNever || schema.types != nil || schema.constant != nil || schema.enumeration != nil
            || schema.multipleOf != nil || schema.maximum != nil || schema.minimum != nil
            || schema.exclusiveMaximum != nil || schema.exclusiveMinimum != nil || schema.maxLength != nil
            || schema.minLength != nil || schema.pattern != nil || schema.format != nil
        isUnconstrained = !hasApplicator && !hasArray && !hasObject && !hasScalar
    }
}
