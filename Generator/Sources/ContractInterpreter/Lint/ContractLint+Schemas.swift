import ContractJSON
import ContractModel
import ContractSource

extension ContractLint {
    /// Checks a schema and everything below it.
    mutating func checkSchema(_ id: SchemaID, _ contract: Contract, needsDescription: Bool) {
        let schema = set.graph[id]
        if needsDescription, !isDescribed(schema) {
            report(
                schema.location,
                "The schema has no description.",
                reason: "It becomes the text of a Swift declaration."
            )
        }
        guard visit(id) else { return }
        checkNames(schema)
        checkBounds(schema)
        checkEnd(id)
        checkValues(schema)
        if let value = schema.defaultValue { checkExample(value, id, "default") }
        for example in schema.examples { checkExample(example, id, "example") }
        switch contract.attitude {
        case .open: checkOpenness(schema)
        case .closed: checkLimits(schema)
        }
        for property in schema.properties { checkSchema(property.schema, contract, needsDescription: true) }
        for child in children(of: schema) { checkSchema(child, contract, needsDescription: false) }
    }

    private func isDescribed(_ schema: Schema) -> Bool {
        if schema.summary != nil || schema.isNever { return true }
        // What a reference leads to has its own description.
        return schema.reference != nil
    }

    func children(of schema: Schema) -> [SchemaID] {
        let single = [
            schema.reference, schema.items, schema.contains, schema.additionalProperties, schema.propertyNames,
            schema.unevaluatedItems, schema.unevaluatedProperties,
        ]
        return single.compactMap(\.self) + schema.prefixItems + schema.patternProperties.map(\.schema)
            + schema.oneOf + schema.anyOf
    }

    // MARK: Rules for all

    /// A required name that no property has is mostly a typo.
    private mutating func checkNames(_ schema: Schema) {
        guard !schema.properties.isEmpty, schema.additionalProperties.map({ set.graph[$0].isNever }) ?? false else {
            return
        }
        let known = schema.properties.map(\.name)
        for name in schema.required where !known.contains(name) && schema.patternProperties.isEmpty {
            report(
                schema.location,
                "\(name) is required but no property.",
                reason: "additionalProperties is false, so no object could satisfy the schema.",
                remedy: NearestName.of(name, among: known).map { "Did you mean \($0)?" }
            )
        }
    }

    private mutating func checkBounds(_ schema: Schema) {
        let pairs: [(String, Int?, String, Int?)] = [
            ("minLength", schema.minLength, "maxLength", schema.maxLength),
            ("minItems", schema.minItems, "maxItems", schema.maxItems),
            ("minProperties", schema.minProperties, "maxProperties", schema.maxProperties),
            ("minContains", schema.minContains, "maxContains", schema.maxContains),
        ]
        for (lowName, low, highName, high) in pairs {
            guard let low, let high, low > high else { continue }
            report(
                schema.location,
                "\(lowName) is \(low) and \(highName) is \(high).",
                reason: "No value satisfies both."
            )
        }
        let lows = [("minimum", schema.minimum, false), ("exclusiveMinimum", schema.exclusiveMinimum, true)]
        let highs = [("maximum", schema.maximum, false), ("exclusiveMaximum", schema.exclusiveMaximum, true)]
        for (lowName, low, isLowExclusive) in lows {
            for (highName, high, isHighExclusive) in highs {
                guard let low, let high, low > high || low == high && (isLowExclusive || isHighExclusive) else {
                    continue
                }
                report(
                    schema.location, "\(lowName) is \(low) and \(highName) is \(high).",
                    reason: "No value satisfies both.", remedy: "Exchange the two, or correct one.")
            }
        }
    }

    /// A listed value that its own types refuse is mostly a value without quotation marks.
    private mutating func checkValues(_ schema: Schema) {
        if schema.enumeration?.isEmpty ?? false {
            report(
                schema.location, "enum lists no value.", reason: "No value satisfies it.", remedy: "List the values.")
        }
        guard let types = schema.types else { return }
        for value in (schema.enumeration ?? []) + [schema.constant].compactMap(\.self) {
            let type = JSONType(of: value)
            if types.contains(type) || type == .integer && types.contains(.number) { continue }
            let names = types.map(\.rawValue).sorted().joined(separator: " or ")
            report(
                schema.location,
                "The listed value \(value.jsonText) is no \(names).",
                reason: "The type refuses it, so it can never stand there.",
                remedy: types.contains(.string)
                    ? "Put it in quotation marks, or correct the type." : "Correct one of the two."
            )
        }
    }

    /// Reports a default or an example that does not satisfy its own schema.
    mutating func checkExample(_ value: JSONValue, _ id: SchemaID, _ what: String) {
        guard let violation = interpreter.violations(of: value, against: id).first else { return }
        let place = violation.instancePointer.isEmpty ? "it" : violation.instancePointer
        report(
            set.graph[id].location,
            "The \(what) does not satisfy the schema.",
            reason: "\(violation.keyword) refuses \(place): \(violation.message).",
            remedy: "Correct one of the two."
        )
    }

    // MARK: Rules by attitude

    /// What comes from outside has to be tolerated where it grows.
    private mutating func checkOpenness(_ schema: Schema) {
        if let additional = schema.additionalProperties, set.graph[additional].isNever {
            report(
                schema.location,
                "additionalProperties is false in a contract about others.",
                reason: "They add members without asking.",
                remedy: "Remove it; unknown members are kept."
            )
        }
        if let values = schema.enumeration, values.count > 1, values.allSatisfy({ $0.string != nil }) {
            report(
                schema.location,
                "A list of strings is closed in a contract about others.",
                as: .warning,
                reason: "A new value would be refused.",
                remedy: "Write type: string and x-known-values."
            )
        }
    }

    /// What is ours is closed and bounded.
    private mutating func checkLimits(_ schema: Schema) {
        let isObject = schema.types?.contains(.object) ?? !schema.properties.isEmpty
        let isClosed =
            schema.additionalProperties != nil || schema.unevaluatedProperties != nil || schema.reference != nil
        if isObject, !schema.properties.isEmpty, !isClosed {
            report(
                schema.location,
                "The object is not closed.",
                reason: "Our contracts say exactly what passes.",
                remedy: "Write additionalProperties: false."
            )
        }
        let isBoundedText =
            schema.maxLength != nil || schema.enumeration != nil || schema.constant != nil
            || ["uuid", "date", "date-time", "time", "ipv4", "ipv6"].contains(schema.format)
        if schema.types == [.string] || schema.types == [.string, .null], !isBoundedText {
            report(schema.location, "The string has no maxLength.", reason: "Everything of ours has a limit.")
        }
        if schema.types?.contains(.array) ?? false, schema.maxItems == nil,
            schema.items.map({ !set.graph[$0].isNever }) ?? true
        {
            report(schema.location, "The array has no maxItems.", reason: "Everything of ours has a limit.")
        }
    }
}
