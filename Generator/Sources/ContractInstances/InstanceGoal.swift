import ContractJSON
import ContractModel

/// What several schemas ask of one value together, with a branch chosen wherever there is a choice.
struct InstanceGoal {
    var types: Set<JSONType>?
    /// Values to choose from; nil: any.
    var values: [JSONValue]?
    var minimum: Double?
    var maximum: Double?
    var isMinimumExclusive = false
    var isMaximumExclusive = false
    var multiples: [JSONNumber] = []
    var minLength = 0
    var maxLength: Int?
    var patterns: [String] = []
    var formats: [String] = []
    var contentEncoding: String?
    var minItems = 0
    var maxItems: Int?
    var hasUniqueItems = false
    var prefixItems: [[SchemaID]] = []
    var items: [SchemaID] = []
    var contains: [(schema: SchemaID, minimum: Int)] = []
    var properties: [(name: String, schemas: [SchemaID])] = []
    var patternProperties: [(pattern: String, schema: SchemaID)] = []
    var additional: [SchemaID] = []
    var propertyNames: [SchemaID] = []
    var required: [String] = []
    var dependent: [(name: String, required: [String])] = []
    var dependentSchemas: [(name: String, schema: SchemaID)] = []
    var minProperties = 0
    var maxProperties: Int?
    var isNever = false
    private var seen: Set<SchemaID> = []
    /// What is still to be decided.
    private var choices: [Choice] = []

    private enum Choice {
        case branches([SchemaID])
        case condition(SchemaID, then: SchemaID?, otherwise: SchemaID?)
    }

    /// Adds what a schema asks for, and one branch of every choice that it leaves.
    mutating func add(_ id: SchemaID, in graph: SchemaGraph, prefersSimple: Bool, _ random: inout SeededGenerator) {
        gather(id, in: graph)
        // What leaves no choice is known by now and rules out branches; a branch may bring choices of its own.
        while !choices.isEmpty {
            switch choices.removeFirst() {
            case .branches(let branches):
                guard let branch = choose(branches, graph, prefersSimple, &random) else { continue }
                gather(branch, in: graph)
            case .condition(let condition, let then, let otherwise):
                if Bool.random(using: &random), admits(condition, in: graph) {
                    gather(condition, in: graph)
                    if let then { gather(then, in: graph) }
                } else if let otherwise {
                    gather(otherwise, in: graph)
                }
            }
        }
    }

    /// Adds what a schema asks for whatever is chosen.
    private mutating func gather(_ id: SchemaID, in graph: SchemaGraph) {
        guard seen.insert(id).inserted else { return }
        let schema = graph[id]
        isNever = isNever || schema.isNever
        if let own = schema.types { narrow(own) }
        if let constant = schema.constant { narrow([constant]) }
        if let values = schema.enumeration { narrow(values) }
        addNumbers(schema)
        addTexts(schema)
        addItems(schema)
        addMembers(schema)
        for part in schema.allOf { gather(part, in: graph) }
        if let reference = schema.reference ?? schema.dynamicReference?.target { gather(reference, in: graph) }
        for branches in [schema.anyOf, schema.oneOf] where !branches.isEmpty { choices.append(.branches(branches)) }
        if let condition = schema.ifSchema {
            choices.append(.condition(condition, then: schema.thenSchema, otherwise: schema.elseSchema))
        }
    }

    private mutating func narrow(_ other: Set<JSONType>) {
        guard let types else {
            self.types = other
            return
        }
        var result = types.intersection(other)
        if types.contains(.integer) && other.contains(.number) || types.contains(.number) && other.contains(.integer) {
            result.insert(.integer)
        }
        self.types = result
    }

    /// Whether a value is of a type that is asked for; an integer is a number.
    func admits(_ value: JSONValue) -> Bool {
        guard let types else { return true }
        let type = JSONType(of: value)
        return types.contains(type) || type == .integer && types.contains(.number)
    }

    private mutating func narrow(_ other: [JSONValue]) { values = values.map { $0.filter(other.contains) } ?? other }

    private mutating func addNumbers(_ schema: Schema) {
        func raise(_ bound: JSONNumber?, exclusive: Bool) {
            guard let bound = bound?.double, bound > minimum ?? -.infinity || bound == minimum && exclusive else {
                return
            }
            minimum = bound
            isMinimumExclusive = exclusive
        }
        func lower(_ bound: JSONNumber?, exclusive: Bool) {
            guard let bound = bound?.double, bound < maximum ?? .infinity || bound == maximum && exclusive else {
                return
            }
            maximum = bound
            isMaximumExclusive = exclusive
        }
        raise(schema.minimum, exclusive: false)
        raise(schema.exclusiveMinimum, exclusive: true)
        lower(schema.maximum, exclusive: false)
        lower(schema.exclusiveMaximum, exclusive: true)
        if let multiple = schema.multipleOf { multiples.append(multiple) }
    }

    private mutating func addTexts(_ schema: Schema) {
        minLength = max(minLength, schema.minLength ?? 0)
        maxLength = Self.least(maxLength, schema.maxLength)
        if let pattern = schema.pattern { patterns.append(pattern) }
        if let format = schema.format { formats.append(format) }
        contentEncoding = contentEncoding ?? schema.contentEncoding
    }

    private mutating func addItems(_ schema: Schema) {
        minItems = max(minItems, schema.minItems ?? 0)
        maxItems = Self.least(maxItems, schema.maxItems)
        hasUniqueItems = hasUniqueItems || schema.hasUniqueItems
        for (index, item) in schema.prefixItems.enumerated() {
            if index == prefixItems.count { prefixItems.append(index < prefixItems.count ? [] : items) }
            prefixItems[index].append(item)
        }
        if let rest = schema.items ?? schema.unevaluatedItems { items.append(rest) }
        if let contained = schema.contains, schema.minContains != 0 {
            contains.append((contained, schema.minContains ?? 1))
        }
    }

    private mutating func addMembers(_ schema: Schema) {
        for (name, schema) in schema.properties {
            if let index = properties.firstIndex(where: { $0.name == name }) {
                properties[index].schemas.append(schema)
            } else {
                properties.append((name, [schema]))
            }
        }
        patternProperties += schema.patternProperties
        if let rest = schema.additionalProperties ?? schema.unevaluatedProperties { additional.append(rest) }
        if let names = schema.propertyNames { propertyNames.append(names) }
        for name in schema.required where !required.contains(name) { required.append(name) }
        dependent += schema.dependentRequired
        dependentSchemas += schema.dependentSchemas
        minProperties = max(minProperties, schema.minProperties ?? 0)
        maxProperties = Self.least(maxProperties, schema.maxProperties)
    }

    private static func least(_ first: Int?, _ second: Int?) -> Int? {
        guard let first, let second else { return first ?? second }
        return min(first, second)
    }
}
