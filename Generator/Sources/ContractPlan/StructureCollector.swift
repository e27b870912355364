import ContractJSON
import ContractModel

/// Everything that a schema, its references and its `allOf` branches say about the members of an object.
struct CollectedStructure {
    /// Members in document order with every schema that applies.
    var properties: [(name: String, schemas: [SchemaID])] = []
    /// Required names with the schema that says so, in document order.
    var required: [(name: String, at: SourceLocation)] = []
    /// `additionalProperties` of the schemas that were merged.
    var additional: [(schema: SchemaID, value: SchemaID)] = []
    /// Schemas with `unevaluatedProperties`.
    var unevaluated: [SchemaID] = []
    /// What merging does not cover.
    var residuals: [Residual] = []

    mutating func add(_ name: String, _ schema: SchemaID) {
        if let index = properties.firstIndex(where: { ExactText($0.name) == ExactText(name) }) {
            if !properties[index].schemas.contains(schema) { properties[index].schemas.append(schema) }
        } else {
            properties.append((name, [schema]))
        }
    }
}

/// Merges a schema with its references and `allOf` branches where that is exact, and lists the rest as residuals.
struct StructureCollector {
    let predicates: SchemaPredicates

    /// Keywords whose effect is in the merged structure.
    private static let merged: Set<String> = ["type", "properties", "required", "additionalProperties"]

    func collect(_ id: SchemaID) -> CollectedStructure {
        var structure = CollectedStructure()
        var seen: Set<SchemaID> = []
        merge(id, into: &structure, &seen)
        return structure
    }

    private func merge(_ id: SchemaID, into structure: inout CollectedStructure, _ seen: inout Set<SchemaID>) {
        guard seen.insert(id).inserted else { return }
        let schema = predicates.graph[id]
        var covered = Self.merged
        if let target = schema.reference, canMerge(target) {
            merge(target, into: &structure, &seen)
            covered.insert("$ref")
        }
        for property in schema.properties { structure.add(property.name, property.schema) }
        for name in schema.required where !structure.required.contains(where: { ExactText($0.name) == ExactText(name) })
        {
            structure.required.append((name, schema.location))
        }
        if schema.unevaluatedProperties != nil { structure.unevaluated.append(id) }
        if let additional = schema.additionalProperties { structure.additional.append((id, additional)) }
        for branch in schema.allOf {
            if canMerge(branch) {
                merge(branch, into: &structure, &seen)
            } else {
                structure.residuals.append(Residual(schema: branch, covered: []))
            }
        }
        covered.insert("allOf")
        if schema.types != nil, schema.types != [.object] { covered.remove("type") }
        if !predicates.keywords(schema).subtracting(covered).isEmpty {
            structure.residuals.append(Residual(schema: id, covered: covered))
        }
    }

    /// Whether the members that are merged are all that `unevaluatedProperties` of the schema itself counts as evaluated,
    /// whatever the value is.
    func namesAllEvaluated(_ id: SchemaID, _ collected: CollectedStructure) -> Bool {
        guard collected.additional.isEmpty, collected.unevaluated == [id] else { return false }
        return collected.residuals.allSatisfy { residual in
            let schema = predicates.graph[residual.schema]
            let own: Set<String> = residual.schema == id ? ["unevaluatedProperties"] : []
            return schema.evaluatingKeywords.subtracting(residual.covered).subtracting(own).isEmpty
        }
    }

    /// Whether merging a branch says the same as checking it: it must be about objects.
    private func canMerge(_ id: SchemaID) -> Bool {
        let schema = predicates.graph[id]
        let keywords = predicates.keywords(schema)
        if keywords.contains("false") || predicates.dependsOnScope(id) { return false }
        if predicates.types(of: id) == [.object] { return true }
        return schema.types == nil && !keywords.isEmpty
            && keywords.isSubset(of: ["properties", "required", "$ref", "allOf"])
            && keywords != ["$ref"] && keywords != ["allOf"]
    }
}

extension Schema {
    /// Keywords that may evaluate members, as `unevaluatedProperties` sees it.
    fileprivate var evaluatingKeywords: Set<String> {
        var found: Set<String> = []
        if !properties.isEmpty { found.insert("properties") }
        if !patternProperties.isEmpty { found.insert("patternProperties") }
        if additionalProperties != nil { found.insert("additionalProperties") }
        if unevaluatedProperties != nil { found.insert("unevaluatedProperties") }
        if !allOf.isEmpty { found.insert("allOf") }
        if !anyOf.isEmpty { found.insert("anyOf") }
        if !oneOf.isEmpty { found.insert("oneOf") }
        if ifSchema != nil { found.insert("if") }
        if !dependentSchemas.isEmpty { found.insert("dependentSchemas") }
        if reference != nil { found.insert("$ref") }
        if dynamicReference != nil { found.insert("$dynamicRef") }
        return found
    }
}
