import ContractJSON
import ContractModel

/// What several schemas that hold for the same value say together: references followed, `allOf` merged.
struct SchemaView {
    /// A limit of a number.
    struct Bound: Equatable {
        var value: JSONNumber
        var isExclusive: Bool
    }

    /// Alternatives of `oneOf` or `anyOf`.
    struct Choice {
        var keyword: String
        var branches: [SchemaID]
    }

    /// The schemas that were merged, the given ones first.
    private(set) var schemas: [SchemaID] = []
    var isNever = false
    /// Allowed types; nil: all.
    var types: Set<JSONType>?
    /// Allowed values; nil: no list.
    var values: [JSONValue]?
    var lower: Bound?
    var upper: Bound?
    var multiples: [JSONNumber] = []
    var minLength = 0
    var maxLength: Int?
    var patterns: [String] = []
    var formats: [String] = []
    var minItems = 0
    var maxItems: Int?
    var hasUniqueItems = false
    var prefixItems: [[SchemaID]] = []
    var items: [SchemaID] = []
    var contains: [SchemaID] = []
    var minProperties = 0
    var maxProperties: Int?
    /// Members by name in document order, with every schema that holds for them.
    var properties: [(name: String, schemas: [SchemaID])] = []
    var required: [String] = []
    /// Names that pass; nil: all do.
    var closedNames: Set<String>?
    /// Schemas of members without a name of their own.
    var others: [SchemaID] = []
    var choices: [Choice] = []
    var examples: [JSONValue] = []
    var patternProperties: [(pattern: String, schema: SchemaID)] = []

    init(_ ids: [SchemaID], in graph: SchemaGraph) {
        var seen: Set<SchemaID> = []
        for id in ids { merge(id, graph, &seen) }
        // A choice whose branch is among the given schemas has been made.
        choices.removeAll { choice in choice.branches.contains { ids.contains($0) } }
    }

    /// Schemas that hold for a member; nil if no member of that name passes.
    func schemas(ofMember name: String) -> [SchemaID]? {
        if let closedNames, !closedNames.contains(name) { return nil }
        return properties.first { $0.name == name }?.schemas ?? others
    }

    /// Schemas that hold for an element.
    func schemas(ofElement index: Int) -> [SchemaID] {
        prefixItems.indices.contains(index) ? prefixItems[index] : items
    }

    /// Whether a type passes; integers are numbers.
    func allows(_ type: JSONType) -> Bool {
        guard let types else { return true }
        return types.contains(type) || type == .integer && types.contains(.number)
    }

    private mutating func merge(_ id: SchemaID, _ graph: SchemaGraph, _ seen: inout Set<SchemaID>) {
        guard seen.insert(id).inserted else { return }
        schemas.append(id)
        let schema = graph[id]
        isNever = isNever || schema.isNever
        mergeScalars(schema)
        mergeContainers(schema, graph)
        examples += schema.examples
        if let value = schema.defaultValue { examples.append(value) }
        if !schema.oneOf.isEmpty { choices.append(Choice(keyword: "oneOf", branches: schema.oneOf)) }
        if !schema.anyOf.isEmpty { choices.append(Choice(keyword: "anyOf", branches: schema.anyOf)) }
        if let target = schema.reference { merge(target, graph, &seen) }
        if let target = schema.dynamicReference?.target { merge(target, graph, &seen) }
        for branch in schema.allOf { merge(branch, graph, &seen) }
    }

    private mutating func mergeScalars(_ schema: Schema) {
        if let other = schema.types { types = types.map { Self.intersection($0, other) } ?? other }
        for list in [schema.enumeration, schema.constant.map { [$0] }].compactMap(\.self) {
            values = values.map { known in known.filter { list.contains($0) } } ?? list
        }
        for (value, isExclusive) in [(schema.minimum, false), (schema.exclusiveMinimum, true)] {
            guard let value else { continue }
            if let lower, value < lower.value || value == lower.value && !isExclusive { continue }
            lower = Bound(value: value, isExclusive: isExclusive)
        }
        for (value, isExclusive) in [(schema.maximum, false), (schema.exclusiveMaximum, true)] {
            guard let value else { continue }
            if let upper, upper.value < value || value == upper.value && !isExclusive { continue }
            upper = Bound(value: value, isExclusive: isExclusive)
        }
        if let step = schema.multipleOf { multiples.append(step) }
        minLength = max(minLength, schema.minLength ?? 0)
        maxLength = Self.least(maxLength, schema.maxLength)
        if let pattern = schema.pattern, !patterns.contains(pattern) { patterns.append(pattern) }
        if let format = schema.format, schema.assertsFormat, !formats.contains(format) { formats.append(format) }
    }

    private mutating func mergeContainers(_ schema: Schema, _ graph: SchemaGraph) {
        minItems = max(minItems, schema.minItems ?? 0)
        maxItems = Self.least(maxItems, schema.maxItems)
        hasUniqueItems = hasUniqueItems || schema.hasUniqueItems
        for (index, item) in schema.prefixItems.enumerated() {
            if index == prefixItems.count { prefixItems.append([]) }
            prefixItems[index].append(item)
        }
        if let items = schema.items { self.items.append(items) }
        if let contained = schema.contains, schema.minContains != 0 { contains.append(contained) }
        minProperties = max(minProperties, schema.minProperties ?? 0)
        maxProperties = Self.least(maxProperties, schema.maxProperties)
        for (name, property) in schema.properties {
            if let index = properties.firstIndex(where: { $0.name == name }) {
                properties[index].schemas.append(property)
            } else {
                properties.append((name, [property]))
            }
        }
        for name in schema.required where !required.contains(name) { required.append(name) }
        patternProperties += schema.patternProperties
        let closing = schema.additionalProperties ?? schema.unevaluatedProperties
        if let closing {
            // Members that a pattern matches pass as well; a closed schema with patterns counts as open here, and the
            // interpreter has the last word anyway.
            if graph[closing].isNever, schema.patternProperties.isEmpty {
                let names = Set(
                    schema.additionalProperties != nil
                        ? schema.properties.map(\.name) : Self.evaluatedNames(schema, graph))
                closedNames = closedNames.map { $0.intersection(names) } ?? names
            } else if !graph[closing].isNever {
                others.append(closing)
            }
        }
    }

    /// Names that a schema and its parts know, for `unevaluatedProperties`.
    private static func evaluatedNames(_ schema: Schema, _ graph: SchemaGraph) -> [String] {
        var names = schema.properties.map(\.name)
        var open = [schema.reference].compactMap(\.self) + schema.allOf + schema.anyOf + schema.oneOf
        var seen: Set<SchemaID> = []
        while let id = open.popLast() {
            guard seen.insert(id).inserted else { continue }
            let part = graph[id]
            names += part.properties.map(\.name)
            open += [part.reference].compactMap(\.self) + part.allOf + part.anyOf + part.oneOf
        }
        return names
    }

    private static func least(_ first: Int?, _ second: Int?) -> Int? {
        guard let first, let second else { return first ?? second }
        return min(first, second)
    }

    private static func intersection(_ first: Set<JSONType>, _ second: Set<JSONType>) -> Set<JSONType> {
        var result = first.intersection(second)
        if first.contains(.integer) && second.contains(.number) || second.contains(.integer) && first.contains(.number)
        {
            result.insert(.integer)
        }
        return result
    }
}
