import ContractJSON
import ContractModel
import ContractRuntime

extension Evaluation {
    // MARK: Arrays

    mutating func checkArray(
        _ elements: [JSONValue],
        _ schema: Schema,
        _ collects: Bool,
        _ evaluated: inout Evaluated
    ) -> Bool {
        var isValid = true
        if let minimum = schema.minItems, elements.count < minimum {
            refuse(schema, "minItems", "expected at least \(minimum) elements, found \(elements.count)")
            isValid = false
        }
        if let maximum = schema.maxItems, elements.count > maximum {
            refuse(schema, "maxItems", "expected at most \(maximum) elements, found \(elements.count)")
            isValid = false
        }
        if schema.hasUniqueItems, let (first, second) = Self.duplicate(in: elements) {
            refuse(schema, "uniqueItems", "elements \(first) and \(second) are equal")
            isValid = false
        }
        for (index, (element, item)) in zip(elements, schema.prefixItems).enumerated() {
            isValid = descend(String(index), element, item) && isValid
        }
        evaluated.prefixCount = min(schema.prefixItems.count, elements.count)
        if let items = schema.items {
            for index in elements.indices.dropFirst(schema.prefixItems.count) {
                isValid = descend(String(index), elements[index], items) && isValid
            }
            evaluated.hasAllItems = true
        }
        if let contained = schema.contains {
            isValid = checkContains(elements, contained, schema, &evaluated) && isValid
        }
        return isValid
    }

    private static func duplicate(in elements: [JSONValue]) -> (Int, Int)? {
        var seen: [JSONValue: Int] = [:]
        for (index, element) in elements.enumerated() {
            if let first = seen.updateValue(index, forKey: element) { return (first, index) }
        }
        return nil
    }

    private mutating func checkContains(
        _ elements: [JSONValue],
        _ contained: SchemaID,
        _ schema: Schema,
        _ evaluated: inout Evaluated
    ) -> Bool {
        var count = 0
        for (index, element) in elements.enumerated() where descendQuietly(String(index), element, contained) {
            count += 1
            evaluated.items.insert(index)
        }
        let minimum = schema.minContains ?? 1
        if count < minimum {
            let keyword = schema.minContains == nil ? "contains" : "minContains"
            refuse(schema, keyword, "expected at least \(minimum) matching elements, found \(count)")
            return false
        }
        if let maximum = schema.maxContains, count > maximum {
            refuse(schema, "maxContains", "expected at most \(maximum) matching elements, found \(count)")
            return false
        }
        return true
    }

    // MARK: Objects

    mutating func checkObject(
        _ object: JSONObject,
        _ schema: Schema,
        _ prepared: PreparedSchema,
        _ collects: Bool,
        _ evaluated: inout Evaluated
    ) -> Bool {
        var isValid = checkMembers(object, schema)
        for property in schema.properties {
            guard let value = object[property.name] else { continue }
            isValid = descend(property.name, value, property.schema) && isValid
            if collects { evaluated.properties.insert(ExactText(property.name)) }
        }
        if !prepared.patternProperties.isEmpty || schema.additionalProperties != nil || schema.propertyNames != nil {
            for member in object {
                isValid = checkMember(member, schema, prepared, collects, &evaluated) && isValid
            }
        }
        for dependent in schema.dependentRequired where object[dependent.name] != nil {
            for name in dependent.required where object[name] == nil {
                refuse(
                    schema,
                    schema.dependentRequiredKeyword,
                    "the member \"\(name.shown)\" is missing, which \"\(dependent.name.shown)\" needs"
                )
                isValid = false
            }
        }
        return isValid
    }

    private mutating func checkMembers(_ object: JSONObject, _ schema: Schema) -> Bool {
        var isValid = true
        for name in schema.required where object[name] == nil {
            let near = isRecording ? nearName(name, object, schema) : ""
            refuse(schema, "required", "the member \"\(name.shown)\" is missing\(near)")
            isValid = false
        }
        if let minimum = schema.minProperties, object.count < minimum {
            refuse(schema, "minProperties", "expected at least \(minimum) members, found \(object.count)")
            isValid = false
        }
        if let maximum = schema.maxProperties, object.count > maximum {
            refuse(schema, "maxProperties", "expected at most \(maximum) members, found \(object.count)")
            isValid = false
        }
        return isValid
    }

    /// A member of the value that the missing one could have been written as.
    private func nearName(_ name: String, _ object: JSONObject, _ schema: Schema) -> String {
        let known = Set(schema.properties.map(\.name))
        let unknown = object.names.filter { !known.contains($0) }
        return unknown.first { $0.lowercased() == name.lowercased() }.map { "; \"\($0.shown)\" is there" } ?? ""
    }

    private mutating func checkMember(
        _ member: (name: String, value: JSONValue),
        _ schema: Schema,
        _ prepared: PreparedSchema,
        _ collects: Bool,
        _ evaluated: inout Evaluated
    ) -> Bool {
        var isValid = true
        var isNamed = prepared.propertyNames.contains(ExactText(member.name))
        for property in prepared.patternProperties where property.pattern.matches(member.name) {
            isValid = descend(member.name, member.value, property.schema) && isValid
            isNamed = true
            if collects { evaluated.properties.insert(ExactText(member.name)) }
        }
        if let additional = schema.additionalProperties, !isNamed {
            if interpreter.graph[additional].isNever {
                refuse(schema, "additionalProperties", at: member.name, "the contract has no member of this name")
                isValid = false
            } else {
                isValid = descend(member.name, member.value, additional) && isValid
            }
            if collects { evaluated.properties.insert(ExactText(member.name)) }
        }
        if let names = schema.propertyNames {
            isValid = descend(member.name, .string(member.name), names) && isValid
        }
        return isValid
    }
}

extension String {
    /// The text in a message, cut where it is long.
    var shown: String { unicodeScalars.count <= 64 ? self : "\(prefix(63))…" }
}
