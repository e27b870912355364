import ContractJSON
import ContractModel

extension Planner {
    /// Whether `oneOf` or `anyOf` gives a schema its shape: the branches are values of their own, not mere conditions.
    func isUnion(_ id: SchemaID) -> Bool {
        let schema = set.graph[id]
        guard let (_, branches) = unionBranches(schema), branches.count > 1 else { return false }
        guard schema.reference == nil, schema.allOf.isEmpty, schema.properties.isEmpty, schema.items == nil else {
            return false
        }
        return branches.allSatisfy { predicates.types(of: $0)?.count ?? 0 > 0 && !predicates.isNull($0) }
            && branches.allSatisfy {
                set.graph[predicates.resolved($0)].types != nil || isObjectLike($0) || set.graph[$0].reference != nil
            }
    }

    private func isObjectLike(_ id: SchemaID) -> Bool { predicates.types(of: id) == [.object] }

    private func unionBranches(_ schema: Schema) -> (keyword: String, branches: [SchemaID])? {
        switch (schema.oneOf.isEmpty, schema.anyOf.isEmpty) {
        case (false, true): ("oneOf", schema.oneOf)
        case (true, false): ("anyOf", schema.anyOf)
        default: nil
        }
    }

    mutating func union(_ id: SchemaID, as name: TypeName) -> UnionPlan {
        let schema = set.graph[id]
        let (keyword, schemas) = unionBranches(schema) ?? ("oneOf", [])
        let tag = tagMember(schemas, preferred: schema.discriminator)
        var used: Set<String> = []
        var branches: [UnionBranch] = []
        for (index, branch) in schemas.enumerated() {
            let tagValue = tag.flatMap { tagConstant(branch, $0) }
            var caseName = SwiftNaming.plainMemberName(branchName(branch, tag: tagValue, index: index))
            while !used.insert(caseName).inserted { caseName += "Value" }
            let typeName = name.nesting(uniqueNested(SwiftNaming.typeName(caseName), in: name))
            branches.append(
                UnionBranch(
                    name: caseName, schema: branch, representation: representation(of: branch, as: typeName),
                    tag: tagValue, types: kinds(of: branch)))
        }
        let rest = predicates.keywords(schema).subtracting([keyword])
        let residual = rest.isEmpty ? nil : Residual(schema: id, covered: [keyword])
        return UnionPlan(branches: branches, dispatch: dispatch(branches, tag), keyword: keyword, residual: residual)
    }

    private func dispatch(_ branches: [UnionBranch], _ tag: String?) -> UnionDispatch {
        if let tag { return .tag(member: tag) }
        var seen: Set<JSONType> = []
        for branch in branches {
            guard seen.isDisjoint(with: branch.types) else { return .count }
            seen.formUnion(branch.types)
        }
        return .kind
    }

    private func kinds(of id: SchemaID) -> Set<JSONType> {
        let types = predicates.types(of: id) ?? Set(JSONType.allCases)
        return types.contains(.number) ? types.union([.integer]) : types
    }

    /// A member that every branch requires with a string constant of its own.
    private func tagMember(_ branches: [SchemaID], preferred: String?) -> String? {
        guard branches.allSatisfy({ isObjectLike($0) }), let first = branches.first else { return nil }
        let candidates = StructureCollector(predicates: predicates).collect(first).properties.map(\.name)
        let order = preferred.map { [$0] + candidates.filter { $0 != preferred } } ?? candidates
        return order.first { member in
            let constants = branches.compactMap { tagConstant($0, member) }
            return constants.count == branches.count && Set(constants).count == constants.count
        }
    }

    private func tagConstant(_ branch: SchemaID, _ member: String) -> String? {
        let structure = StructureCollector(predicates: predicates).collect(branch)
        guard structure.required.contains(where: { $0.name == member }) else { return nil }
        return structure.properties.first { $0.name == member }?.schemas.lazy
            .compactMap { predicates.constant(of: $0)?.string }.first
    }

    private func branchName(_ branch: SchemaID, tag: String?, index: Int) -> String {
        if let tag { return tag }
        if let component = named[predicates.resolved(branch)] { return component.path.last ?? "" }
        if let title = set.graph[branch].title { return title }
        if let types = predicates.types(of: branch), types.count == 1, let type = types.first, type != .object {
            return type.rawValue
        }
        return "variant\(index + 1)"
    }
}
