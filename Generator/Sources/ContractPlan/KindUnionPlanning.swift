public import ContractJSON
import ContractModel

/// Schemas whose values are of several JSON kinds, such as `type: [integer, string]`: an enum with a case a kind.
extension Planner {
    /// The kinds of a schema that allows several but not all, besides null; nil for any other.
    ///
    /// No value is of two kinds, so that the kind alone proves which case a value is.
    func unionKinds(_ id: SchemaID) -> [JSONType]? {
        guard let types = predicates.types(of: id) else { return nil }
        var kinds = types.subtracting([.null])
        // Every integer is a number.
        if kinds.contains(.number) { kinds.remove(.integer) }
        guard (2...4).contains(kinds.count) else { return nil }
        return JSONType.allCases.filter(kinds.contains)
    }

    mutating func union(_ id: SchemaID, of kinds: [JSONType], as name: TypeName) -> UnionPlan {
        let branches = kinds.map { kind in
            UnionBranch(
                name: kind.rawValue, schema: id,
                representation: representation(
                    of: id, whenOf: [kind], as: name.nesting(SwiftNaming.typeName(kind.rawValue))),
                types: kind == .number ? [.number, .integer] : [kind])
        }
        return UnionPlan(branches: branches, dispatch: .kind, keyword: predicates.typePlace(of: id).keyword)
    }

    /// The case of a generated enum that a value is, and whether the value is its payload; nil where there is no such case,
    /// or its payload is not the value as a literal.
    public func enumCase(of value: JSONValue, in name: TypeName) -> (name: String, takesValue: Bool)? {
        guard let schema = schema(of: name) else { return nil }
        if isStrings(schema) {
            guard let text = value.string.map({ ExactText($0) }) else { return nil }
            return strings(schema).cases.first { ExactText($0.value) == text }.map { ($0.name, false) }
        }
        guard !isUnion(schema), unionKinds(schema) != nil else { return nil }
        switch value {
        case .string: return format(of: schema) == "date-time" ? nil : (JSONType.string.rawValue, true)
        case .bool: return (JSONType.boolean.rawValue, true)
        default: return nil
        }
    }
}
