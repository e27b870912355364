import ContractJSON
import ContractModel

/// Builds one value from goals; what it makes may still break a keyword that it does not look at.
struct InstanceConstruction {
    let graph: SchemaGraph
    let patterns: InstancePatterns
    let extent: InstanceGenerator.Extent
    var random: SeededGenerator

    /// From here on only what is required is made.
    private static let simpleDepth = 5
    /// From here on nothing is made: a schema that requires itself has no finite value.
    private static let greatestDepth = 20

    init(graph: SchemaGraph, patterns: InstancePatterns, seed: UInt64, extent: InstanceGenerator.Extent) {
        self.graph = graph
        self.patterns = patterns
        self.extent = extent
        random = SeededGenerator(seed: seed)
    }

    /// A value for all of `schemas` at once.
    mutating func value(of schemas: [SchemaID], depth: Int) -> JSONValue {
        var goal = InstanceGoal()
        let isDeep = depth >= Self.simpleDepth
        for schema in schemas { goal.add(schema, in: graph, prefersSimple: isDeep, &random) }
        guard depth < Self.greatestDepth, !goal.isNever else { return .null }
        if let values = goal.values {
            let fitting = values.filter { goal.admits($0) }
            return fitting.randomElement(using: &random) ?? .null
        }
        switch type(for: goal, isDeep: isDeep) {
        case .null: return .null
        case .boolean: return .bool(Bool.random(using: &random))
        case .integer: return .number(integer(goal))
        case .number: return .number(number(goal))
        case .string: return .string(text(goal))
        case .array: return .array(array(&goal, depth: depth))
        case .object: return .object(object(&goal, depth: depth))
        }
    }

    private mutating func type(for goal: InstanceGoal, isDeep: Bool) -> JSONType {
        if let types = goal.types {
            let order = JSONType.allCases.filter(types.contains)
            if isDeep, let simple = order.first(where: { $0 != .array && $0 != .object }) { return simple }
            return order.randomElement(using: &random) ?? .null
        }
        if !goal.properties.isEmpty || !goal.required.isEmpty || goal.minProperties > 0 { return .object }
        if !goal.items.isEmpty || !goal.prefixItems.isEmpty || goal.minItems > 0 { return .array }
        if !goal.patterns.isEmpty || !goal.formats.isEmpty || goal.maxLength != nil || goal.minLength > 0 {
            return .string
        }
        if goal.minimum != nil || goal.maximum != nil { return .number }
        return [.string, .integer, .boolean].randomElement(using: &random) ?? .string
    }

    // MARK: Numbers

    private mutating func integer(_ goal: InstanceGoal) -> JSONNumber {
        let lowest = goal.minimum.map { ($0 + (goal.isMinimumExclusive ? 1e-9 : 0)).rounded(.up) }
        let highest = goal.maximum.map { ($0 - (goal.isMaximumExclusive ? 1e-9 : 0)).rounded(.down) }
        let low = Self.clamped(lowest ?? min(0, (highest ?? 1_000) - 1_000))
        let high = max(low, Self.clamped(highest ?? max(1_000, (lowest ?? 0) + 1_000)))
        var value = Int64.random(in: low...high, using: &random)
        if Int.random(in: 0..<8, using: &random) == 0 { value = Bool.random(using: &random) ? low : high }
        for multiple in goal.multiples {
            guard let step = multiple.int64, step > 0 else { continue }
            let rounded = value - value % step
            value = rounded < low ? rounded + step : rounded
        }
        return JSONNumber(value)
    }

    private static func clamped(_ value: Double) -> Int64 { Int64(max(-9.0e18, min(9.0e18, value))) }

    private mutating func number(_ goal: InstanceGoal) -> JSONNumber {
        if let step = goal.multiples.first {
            let base = ((goal.minimum ?? 0) / step.double).rounded(.up)
            let count = Double(Int.random(in: goal.isMinimumExclusive ? 1...20 : 0...20, using: &random))
            if let exact = Self.product(step, Int64(Self.clamped(base + count))) { return exact }
        }
        let low = goal.minimum ?? min(0, (goal.maximum ?? 1_000) - 1_000)
        let high = max(low, goal.maximum ?? low + 1_000)
        let middle = low + (high - low) * Double.random(in: 0.05...0.95, using: &random)
        let rounded = (middle * 100).rounded() / 100
        let isInside = rounded >= low && rounded <= high && !(goal.isMinimumExclusive && rounded == low)
        return JSONNumber(isInside ? rounded : middle) ?? JSONNumber(0)
    }

    /// `0.01` times `1999` as `19.99`: in decimal digits, not in binary fractions.
    private static func product(_ step: JSONNumber, _ factor: Int64) -> JSONNumber? {
        let parts = step.text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, !step.text.contains(where: { "eE".contains($0) }) else {
            return JSONNumber(step.double * Double(factor))
        }
        let places = parts.count == 2 ? parts[1].count : 0
        guard let digits = Int64(parts.joined()) else { return nil }
        let product = digits.multipliedReportingOverflow(by: factor)
        guard !product.overflow else { return nil }
        guard places > 0 else { return JSONNumber(product.partialValue) }
        let sign = product.partialValue < 0 ? "-" : ""
        let text = String(product.partialValue.magnitude)
        let padded = String(repeating: "0", count: max(0, places + 1 - text.count)) + text
        return JSONNumber("\(sign)\(padded.dropLast(places)).\(padded.suffix(places))")
    }

    // MARK: Arrays

    private mutating func array(_ goal: inout InstanceGoal, depth: Int) -> [JSONValue] {
        let isDeep = depth >= Self.simpleDepth
        let refusesRest = goal.items.contains { graph[$0].isNever }
        let highest = min(goal.maxItems ?? .max, refusesRest ? goal.prefixItems.count : .max)
        let wanted =
            extent == .minimal || isDeep ? 0 : Int.random(in: 0...2, using: &random) + (extent == .full ? 1 : 0)
        let count = max(goal.minItems, min(max(wanted, isDeep ? 0 : goal.prefixItems.count), highest))
        var elements: [JSONValue] = []
        for (schema, minimum) in goal.contains {
            for _ in 0..<min(minimum, 100) { elements.append(value(of: goal.items + [schema], depth: depth + 1)) }
        }
        var attempts = 0
        while elements.count < count, attempts < count + 50 {
            attempts += 1
            let schemas = elements.count < goal.prefixItems.count ? goal.prefixItems[elements.count] : goal.items
            let element = value(of: schemas, depth: depth + 1)
            if goal.hasUniqueItems, elements.contains(element) { continue }
            elements.append(element)
        }
        return elements
    }

    // MARK: Objects

    private mutating func object(_ goal: inout InstanceGoal, depth: Int) -> JSONObject {
        let isDeep = depth >= Self.simpleDepth
        var names = Set(goal.required)
        for (name, _) in goal.properties where !names.contains(name) {
            let isWanted =
                switch extent {
                case .minimal: false
                case .some: Bool.random(using: &random)
                case .full: true
                }
            if isWanted, !isDeep { names.insert(name) }
        }
        if let most = goal.maxProperties {
            for (name, _) in goal.properties where names.count > most && !goal.required.contains(name) {
                names.remove(name)
            }
        }
        for (name, required) in goal.dependent where names.contains(name) { names.formUnion(required) }
        for (name, schema) in goal.dependentSchemas where names.contains(name) {
            goal.add(schema, in: graph, prefersSimple: isDeep, &random)
            names.formUnion(goal.required)
        }
        var object = JSONObject()
        for (name, schemas) in goal.properties where names.contains(name) {
            object[name] = member(name, schemas, goal, depth)
        }
        for name in goal.required where object[name] == nil { object[name] = member(name, [], goal, depth) }
        addMore(&object, goal, depth: depth, isDeep: isDeep)
        return object
    }

    private mutating func member(_ name: String, _ schemas: [SchemaID], _ goal: InstanceGoal, _ depth: Int) -> JSONValue
    {
        var all = schemas
        for (pattern, schema) in goal.patternProperties where patterns[pattern].matches(name) {
            all.append(schema)
        }
        if all.isEmpty { all = goal.additional }
        return value(of: all, depth: depth + 1)
    }

    /// Members that the schema has no name for.
    private mutating func addMore(_ object: inout JSONObject, _ goal: InstanceGoal, depth: Int, isDeep: Bool) {
        let isOpen = !goal.additional.contains { graph[$0].isNever }
        let isMap = goal.properties.isEmpty
        var wanted = goal.minProperties - object.count
        if extent != .minimal, !isDeep {
            wanted = max(wanted, isMap ? Int.random(in: 0...2, using: &random) : extent == .full ? 1 : 0)
        }
        if let most = goal.maxProperties { wanted = min(wanted, most - object.count) }
        guard wanted > 0 else { return }
        for (name, _) in goal.properties where wanted > 0 && object[name] == nil && goal.minProperties > object.count {
            object[name] = member(name, goal.properties.first { $0.name == name }?.schemas ?? [], goal, depth)
            wanted -= 1
        }
        guard isOpen || !goal.patternProperties.isEmpty else { return }
        for _ in 0..<max(0, min(wanted, 100)) {
            var name: String
            if !goal.propertyNames.isEmpty {
                name = value(of: goal.propertyNames, depth: depth + 1).string ?? "x"
            } else if let pattern = goal.patternProperties.randomElement(using: &random)?.pattern {
                name = PatternSampler.sample(patterns[pattern], &random) ?? "x"
            } else {
                name = "extra" + String(Int.random(in: 1...9_999, using: &random))
            }
            if goal.properties.contains(where: { $0.name == name }) { continue }
            if object[name] != nil { name += "2" }
            object[name] = member(name, [], goal, depth)
        }
    }
}
