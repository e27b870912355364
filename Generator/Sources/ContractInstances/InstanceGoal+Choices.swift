import ContractJSON
import ContractModel

/// Which branches are worth trying: those that the goal does not rule out already. Without that a member that is `9` by its
/// `enum` and one of fourteen listed values by its `allOf` would be found once in fourteen attempts, three of them in one value
/// once in three thousand.
extension InstanceGoal {
    /// References and alternatives are followed so far; what lies deeper counts as possible.
    private static let maximumDepth = 6

    /// One branch that may still hold; where things have gone deep, one that does not go deeper.
    func choose(
        _ branches: [SchemaID], _ graph: SchemaGraph, _ prefersSimple: Bool, _ random: inout SeededGenerator
    ) -> SchemaID? {
        let possible = branches.filter { admits($0, in: graph) }
        let candidates = possible.isEmpty ? branches : possible
        if prefersSimple, let simple = candidates.first(where: { isScalar($0, graph) }) { return simple }
        return candidates.randomElement(using: &random)
    }

    private func isScalar(_ id: SchemaID, _ graph: SchemaGraph) -> Bool {
        let schema = graph[id]
        guard let types = schema.types else { return schema.constant != nil || schema.enumeration != nil }
        return types.isDisjoint(with: [.array, .object])
    }

    /// Whether a schema can hold beside what was gathered: a look at types, listed values and the listed values of members, not
    /// a proof.
    func admits(_ id: SchemaID, in graph: SchemaGraph, depth: Int = 0) -> Bool {
        let schema = graph[id]
        guard !schema.isNever else { return false }
        if let own = schema.types, let types, Self.isDisjoint(own, types) { return false }
        if let values {
            if let constant = schema.constant, !values.contains(constant) { return false }
            if let listed = schema.enumeration, !values.contains(where: listed.contains) { return false }
            if let own = schema.types, !values.contains(where: { Self.allows(own, $0) }) { return false }
        }
        for (name, member) in schema.properties where required.contains(name) || schema.required.contains(name) {
            guard let known = properties.first(where: { $0.name == name }) else { continue }
            guard let own = listed(member, graph), !own.isEmpty else { continue }
            for other in known.schemas {
                if let values = listed(other, graph), !values.contains(where: own.contains) { return false }
            }
        }
        guard depth < Self.maximumDepth else { return true }
        let parts = schema.allOf + [schema.reference ?? schema.dynamicReference?.target].compactMap(\.self)
        guard parts.allSatisfy({ admits($0, in: graph, depth: depth + 1) }) else { return false }
        return [schema.anyOf, schema.oneOf].allSatisfy { branches in
            branches.isEmpty || branches.contains { admits($0, in: graph, depth: depth + 1) }
        }
    }

    /// The values that a schema lists, itself or through what it refers to; nil if it lists none.
    private func listed(_ id: SchemaID, _ graph: SchemaGraph, depth: Int = 0) -> [JSONValue]? {
        let schema = graph[id]
        if let constant = schema.constant { return [constant] }
        if let values = schema.enumeration { return values }
        guard depth < Self.maximumDepth else { return nil }
        for part in schema.allOf + [schema.reference].compactMap(\.self) {
            if let values = listed(part, graph, depth: depth + 1) { return values }
        }
        return nil
    }

    private static func isDisjoint(_ first: Set<JSONType>, _ second: Set<JSONType>) -> Bool {
        first.isDisjoint(with: second)
            && !(first.contains(.number) && second.contains(.integer))
            && !(first.contains(.integer) && second.contains(.number))
    }

    private static func allows(_ types: Set<JSONType>, _ value: JSONValue) -> Bool {
        let type = JSONType(of: value)
        return types.contains(type) || type == .integer && types.contains(.number)
    }
}
