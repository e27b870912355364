import ContractJSON
import ContractModel
import ContractRuntime

extension Evaluation {
    /// Subschemas that are applied to the value itself.
    mutating func applyInPlace(
        _ value: JSONValue,
        _ schema: Schema,
        _ collects: Bool,
        _ evaluated: inout Evaluated
    ) -> Bool {
        var isValid = true
        if let reference = schema.reference { isValid = apply(value, reference, collects, &evaluated) }
        if let reference = schema.dynamicReference {
            isValid = apply(value, target(of: reference), collects, &evaluated) && isValid
        }
        for part in schema.allOf { isValid = apply(value, part, collects, &evaluated) && isValid }
        if !schema.anyOf.isEmpty { isValid = checkAnyOf(value, schema, collects, &evaluated) && isValid }
        if !schema.oneOf.isEmpty { isValid = checkOneOf(value, schema, collects, &evaluated) && isValid }
        if let negated = schema.not, quietly(value, negated, collects: false) != nil {
            refuse(schema, "not", "the value must not satisfy the schema here")
            isValid = false
        }
        if let condition = schema.ifSchema {
            let result = quietly(value, condition, collects: collects)
            if let result { evaluated.merge(result) }
            if let branch = result == nil ? schema.elseSchema : schema.thenSchema {
                isValid = apply(value, branch, collects, &evaluated) && isValid
            }
        }
        if case .object(let object) = value {
            for dependent in schema.dependentSchemas where object[dependent.name] != nil {
                isValid = apply(value, dependent.schema, collects, &evaluated) && isValid
            }
        }
        return isValid
    }

    private mutating func apply(
        _ value: JSONValue,
        _ id: SchemaID,
        _ collects: Bool,
        _ evaluated: inout Evaluated
    ) -> Bool {
        guard let result = evaluate(value, id, collects: collects) else { return false }
        evaluated.merge(result)
        return true
    }

    private mutating func checkAnyOf(
        _ value: JSONValue,
        _ schema: Schema,
        _ collects: Bool,
        _ evaluated: inout Evaluated
    ) -> Bool {
        var isValid = false
        var failures: [[ContractViolation]] = []
        for branch in schema.anyOf {
            let (result, found) = separately(value, branch, collects: collects)
            if let result {
                evaluated.merge(result)
                isValid = true
                if !collects { return true }
            } else {
                failures.append(found)
            }
        }
        if !isValid {
            refuse(schema, "anyOf", "none of the \(schema.anyOf.count) alternatives is satisfied")
            explain(failures)
        }
        return isValid
    }

    private mutating func checkOneOf(
        _ value: JSONValue,
        _ schema: Schema,
        _ collects: Bool,
        _ evaluated: inout Evaluated
    ) -> Bool {
        var matches: [(index: Int, result: Evaluated)] = []
        var failures: [[ContractViolation]] = []
        for (index, branch) in schema.oneOf.enumerated() {
            let (result, found) = separately(value, branch, collects: collects)
            if let result {
                matches.append((index, result))
            } else {
                failures.append(found)
            }
        }
        switch matches.count {
        case 1:
            evaluated.merge(matches[0].result)
            return true
        case 0:
            refuse(schema, "oneOf", "none of the \(schema.oneOf.count) alternatives is satisfied")
            explain(failures)
            return false
        default:
            let list = matches.map { String($0.index) }.joined(separator: ", ")
            refuse(schema, "oneOf", "expected exactly one alternative, but alternatives \(list) are satisfied")
            return false
        }
    }

    /// Adds the violations of the one alternative that was meant, if kind and tag of the value rule the others out.
    private mutating func explain(_ failures: [[ContractViolation]]) {
        guard isRecording else { return }
        let here = place.pointer
        let meant = failures.filter { found in
            !found.contains { violation in
                let isHere = violation.instancePointer == here
                let isMember =
                    violation.instancePointer.hasPrefix(here + "/")
                    && !violation.instancePointer.dropFirst(here.count + 1).contains("/")
                return (isHere && violation.keyword == "type")
                    || ((isHere || isMember) && ["const", "enum"].contains(violation.keyword))
            }
        }
        if meant.count == 1 { violations += meant[0] }
    }

    // MARK: What is left over

    /// `unevaluatedItems` and `unevaluatedProperties`, after everything else.
    mutating func checkUnevaluated(_ value: JSONValue, _ schema: Schema, _ evaluated: inout Evaluated) -> Bool {
        var isValid = true
        switch value {
        case .array(let elements):
            guard let rest = schema.unevaluatedItems else { return true }
            for (index, element) in elements.enumerated() where !evaluated.contains(item: index) {
                isValid = checkRest(String(index), element, rest, schema, "unevaluatedItems") && isValid
            }
            evaluated.hasAllItems = true
        case .object(let object):
            guard let rest = schema.unevaluatedProperties else { return true }
            for member in object where !evaluated.contains(property: member.name) {
                isValid = checkRest(member.name, member.value, rest, schema, "unevaluatedProperties") && isValid
            }
            evaluated.hasAllProperties = true
        default: break
        }
        return isValid
    }

    private mutating func checkRest(
        _ token: String,
        _ value: JSONValue,
        _ rest: SchemaID,
        _ schema: Schema,
        _ keyword: String
    ) -> Bool {
        guard interpreter.graph[rest].isNever else { return descend(token, value, rest) }
        let what = keyword == "unevaluatedItems" ? "element at this position" : "member of this name"
        refuse(schema, keyword, at: token, "the contract has no \(what)")
        return false
    }
}
