import ContractJSON
import ContractModel

extension Planner {
    /// What the text of a schema's values becomes; nil if a value has no place in a text: a container within a container.
    /// - Parameter isDeep: Whether objects and lists may stand in objects, as `deepObject` has it.
    func shape(of id: SchemaID, isDeep: Bool = false) -> ParameterShape? {
        var visiting: Set<SchemaID> = []
        return shape(of: id, isDeep: isDeep, isInside: false, &visiting)
    }

    private func shape(
        of id: SchemaID, isDeep: Bool, isInside: Bool, _ visiting: inout Set<SchemaID>
    ) -> ParameterShape? {
        let target = predicates.resolved(id)
        // A schema that contains itself has values of any depth.
        guard visiting.insert(target).inserted else { return nil }
        defer { visiting.remove(target) }
        let schema = set.graph[target]
        guard let types = predicates.types(of: target) else {
            let branches = (schema.oneOf + schema.anyOf).filter { !predicates.isNull($0) }
            var shapes: [ParameterShape] = []
            for branch in branches {
                guard let shape = shape(of: branch, isDeep: isDeep, isInside: isInside, &visiting) else { return nil }
                if !shapes.contains(shape) { shapes.append(shape) }
            }
            return shapes.isEmpty ? .text : shapes.count == 1 ? shapes[0] : .choice(shapes)
        }
        let kinds = types.subtracting([.null])
        var shapes: [ParameterShape] = []
        if !kinds.isDisjoint(with: [.integer, .number, .boolean]) { shapes.append(.literal) }
        if kinds.contains(.string) || kinds.isEmpty { shapes.append(.text) }
        if kinds.contains(.array) {
            guard !isInside || isDeep, let list = list(target, &visiting) else { return nil }
            shapes.append(list)
        }
        if kinds.contains(.object) {
            guard !isInside || isDeep, let object = object(target, isDeep: isDeep, &visiting) else { return nil }
            shapes.append(object)
        }
        return shapes.count == 1 ? shapes[0] : .choice(shapes)
    }

    private func list(_ id: SchemaID, _ visiting: inout Set<SchemaID>) -> ParameterShape? {
        let schema = set.graph[id]
        guard schema.prefixItems.isEmpty else { return nil }
        let items = schema.items ?? schema.allOf.lazy.compactMap { set.graph[predicates.resolved($0)].items }.first
        guard let items else { return .list(.text) }
        let element = shape(of: items, isDeep: false, isInside: true, &visiting)
        return element.flatMap { $0.isScalar ? .list($0) : nil }
    }

    private func object(_ id: SchemaID, isDeep: Bool, _ visiting: inout Set<SchemaID>) -> ParameterShape? {
        let structure = StructureCollector(predicates: predicates).collect(id)
        var members: [ParameterShape.Member] = []
        for (name, schemas) in structure.properties {
            let typed = schemas.first { predicates.types(of: $0) != nil } ?? schemas[0]
            guard let shape = shape(of: typed, isDeep: isDeep, isInside: true, &visiting) else { return nil }
            members.append(ParameterShape.Member(name: name, shape: shape))
        }
        guard let additional = structure.additional.first?.value else {
            return .object(members, rest: members.isEmpty ? .text : nil)
        }
        if set.graph[additional].isNever { return .object(members, rest: nil) }
        return shape(of: additional, isDeep: isDeep, isInside: true, &visiting).map { .object(members, rest: $0) }
    }
}
