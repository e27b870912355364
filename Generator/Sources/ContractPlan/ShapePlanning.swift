import ContractJSON
import ContractModel

extension Planner {
    /// Whether a schema gets a struct or enum.
    func isGenerated(_ id: SchemaID) -> Bool {
        guard !predicates.dependsOnScope(id), !refusesNull(id) else { return false }
        return isStrings(id) || isUnion(id) || isStructure(id) || unionKinds(id) != nil
    }

    /// Whether `null` is among the types of a schema that may yet refuse it by other keywords; then an optional says too much.
    private func refusesNull(_ id: SchemaID) -> Bool {
        guard allowsNull(id) else { return false }
        let open = predicates.keywords(set.graph[id])
        return !open.isDisjoint(with: ["allOf", "anyOf", "oneOf", "not", "if", "$ref", "$dynamicRef"])
    }

    mutating func generatedShape(_ id: SchemaID, as name: TypeName) -> TypePlan.Shape? {
        if nullableTarget(id) != nil || !isGenerated(id) { return nil }
        if isStrings(id) { return .strings(strings(id)) }
        if isUnion(id) { return .union(union(id, as: name)) }
        if isStructure(id) { return .structure(structure(id, as: name)) }
        if let kinds = unionKinds(id) { return .union(union(id, of: kinds, as: name)) }
        return nil
    }

    private func nonNullTypes(_ id: SchemaID) -> Set<JSONType>? {
        predicates.types(of: id).map { $0.count > 1 ? $0.subtracting([.null]) : $0 }
    }

    func isStrings(_ id: SchemaID) -> Bool {
        let schema = set.graph[id]
        guard nonNullTypes(id) == [.string], schema.reference == nil, schema.allOf.isEmpty else { return false }
        if schema.extensions["x-known-values"]?.array != nil { return schema.constant == nil }
        guard let values = schema.enumeration else { return false }
        let texts = values.compactMap(\.string)
        // Texts that Swift takes for equal cannot be cases of one enum.
        guard Set(texts).count == Set(texts.map { ExactText($0) }).count else { return false }
        return texts.count > 1 && schema.constant == nil
    }

    func strings(_ id: SchemaID) -> StringsPlan {
        let schema = set.graph[id]
        let isOpen = schema.enumeration == nil
        let values = (isOpen ? schema.extensions["x-known-values"]?.array : schema.enumeration) ?? []
        var used: Set<String> = isOpen ? ["unknown"] : []
        var cases: [(value: String, name: String)] = []
        for value in values.compactMap(\.string) where !cases.contains(where: { $0.value == value }) {
            var name = SwiftNaming.plainMemberName(value)
            while !used.insert(name).inserted { name += "Value" }
            cases.append((value, name))
        }
        let rest = predicates.keywords(schema).subtracting(["type", "enum"])
        let residual = rest.isEmpty ? nil : Residual(schema: id, covered: ["type", "enum"])
        return StringsPlan(cases: cases, isOpen: isOpen, residual: residual)
    }

    private func isStructure(_ id: SchemaID) -> Bool {
        guard nonNullTypes(id) == [.object] else { return false }
        let structure = StructureCollector(predicates: predicates).collect(id)
        return !structure.properties.isEmpty || set.graph[id].extensions["x-swift-name"] != nil
    }

    private mutating func structure(_ id: SchemaID, as name: TypeName) -> StructurePlan {
        let collected = StructureCollector(predicates: predicates).collect(id)
        let isClosed = attitudes[name.module] == .closed
        var properties: [PropertyPlan] = []
        var used: Set<String> = []
        for property in collected.properties {
            let exact = ExactText(property.name)
            let plan = self.property(
                property, of: name, requiredAt: collected.required.first { ExactText($0.name) == exact }?.at,
                isClosed: isClosed, used: &used)
            properties.append(plan)
        }
        var residuals = collected.residuals
        let known = Set(properties.map { ExactText($0.name) })
        let otherRequired = collected.required.filter { !known.contains(ExactText($0.name)) }
        var additional = StructurePlan.Additional.kept
        if collected.additional.count == 1, let only = collected.additional.first, covers(only.schema, collected) {
            if set.graph[only.value].isNever {
                additional = .refused(set.graph[only.schema].location, keyword: "additionalProperties")
            } else if !predicates.isTrivial(only.value) {
                additional = .typed(only.value, representation(of: only.value, as: name.nesting("AdditionalMember")))
            }
        } else {
            for entry in collected.additional where !predicates.isTrivial(entry.value) {
                let all = predicates.keywords(set.graph[entry.schema])
                residuals.append(Residual(schema: entry.schema, covered: all.subtracting(["additionalProperties"])))
            }
        }
        if let rest = set.graph[id].unevaluatedProperties, set.graph[rest].isNever,
            StructureCollector(predicates: predicates).namesAllEvaluated(id, collected)
        {
            additional = .refused(set.graph[id].location, keyword: "unevaluatedProperties")
            for index in residuals.indices where residuals[index].schema == id {
                residuals[index].covered.insert("unevaluatedProperties")
            }
            residuals.removeAll { predicates.keywords(set.graph[$0.schema]).isSubset(of: $0.covered) }
        }
        return StructurePlan(
            properties: properties, otherRequired: otherRequired, additional: additional, residuals: residuals)
    }

    /// Whether the properties of one schema are all the properties there are, so that its `additionalProperties` speaks for
    /// the whole struct.
    private func covers(_ id: SchemaID, _ collected: CollectedStructure) -> Bool {
        let schema = set.graph[id]
        return schema.patternProperties.isEmpty && schema.properties.count == collected.properties.count
    }

    private mutating func property(
        _ property: (name: String, schemas: [SchemaID]), of owner: TypeName, requiredAt: SourceLocation?,
        isClosed: Bool, used: inout Set<String>
    ) -> PropertyPlan {
        let schemas = ordered(property.schemas)
        let primary = schemas[0]
        let extensions = set.graph[primary].extensions
        var swiftName = extensions["x-swift-name"]?.string ?? SwiftNaming.plainMemberName(property.name)
        while !used.insert(swiftName).inserted { swiftName += "Value" }
        let typeName = owner.nesting(uniqueNested(SwiftNaming.typeName(property.name), in: owner))
        let constant = requiredAt == nil ? nil : predicates.constant(of: primary)
        let representation = constant == nil ? representation(of: primary, as: typeName) : .any
        let target = set.graph[predicates.resolved(primary)]
        let defaultValue = isClosed && requiredAt == nil ? set.graph[primary].defaultValue ?? target.defaultValue : nil
        var isBoxed = false
        if requiredAt == nil, defaultValue == nil, case .generated = representation {
            isBoxed = isLarge(predicates.resolved(primary))
        }
        return PropertyPlan(
            name: property.name, swiftName: swiftName, schemas: schemas, representation: representation,
            requiredAt: requiredAt, constant: constant, defaultValue: defaultValue,
            isIndirect: !isBoxed && contains(representation, owner), isBoxed: isBoxed)
    }

    /// Most members of a struct that its optional owner holds inline.
    private static let mostInlineMembers = 2

    /// Whether a type takes much more room than a reference: a choice, a struct of more than a few members, or of other structs.
    private func isLarge(_ id: SchemaID) -> Bool {
        if isStrings(id) { return false }
        let members = StructureCollector(predicates: predicates).collect(id).properties
        return isUnion(id) || members.count > Self.mostInlineMembers
            || members.contains { member in
                member.schemas.contains { schema in
                    let target = predicates.resolved(schema)
                    return isGenerated(target) && !isStrings(target)
                }
            }
    }

    /// Schemas of a merged member with the most telling one first.
    private func ordered(_ schemas: [SchemaID]) -> [SchemaID] {
        guard schemas.count > 1, let best = schemas.first(where: { predicates.types(of: $0) != nil }) else {
            return schemas
        }
        return [best] + schemas.filter { $0 != best }
    }

    mutating func uniqueNested(_ name: String, in owner: TypeName) -> String {
        let spelled = componentNames(in: owner)
        var candidate = name
        while owner.path.contains(candidate) || spelled.contains(candidate)
            || nested[owner, default: []].contains(where: { $0.name.path.last == candidate })
        {
            candidate += "Value"
        }
        return candidate
    }

    /// Names of the components' types that are spelled within a type: one of these nested in it would hide the component.
    private mutating func componentNames(in owner: TypeName) -> Set<String> {
        if let known = spelledNames[owner] { return known }
        let names = schema(of: owner).map { componentNames(in: [$0], of: owner.module) } ?? []
        spelledNames[owner] = names
        return names
    }

    /// Names of the components' types of a module that schemas refer to, without going into them.
    func componentNames(in roots: [SchemaID], of module: String) -> Set<String> {
        var found: Set<String> = []
        var seen = Set(roots)
        var pending = roots
        while let next = pending.popLast() {
            for child in set.graph[next].subschemas where seen.insert(child).inserted {
                guard let name = named[child], !predicates.isPureReference(child) else {
                    pending.append(child)
                    continue
                }
                if name.module == module, isGenerated(child), let own = name.path.first { found.insert(own) }
            }
        }
        return found
    }

    /// Whether a value of `representation` stored inline would contain `owner` itself.
    private func contains(_ representation: Representation, _ owner: TypeName) -> Bool {
        var seen: Set<TypeName> = []
        func visit(_ representation: Representation) -> Bool {
            switch representation {
            case .nullable(let inner): return visit(inner)
            case .generated(let name):
                if name == owner { return true }
                guard seen.insert(name).inserted, let schema = schema(of: name) else { return false }
                return inlineMembers(schema).contains(where: visit)
            default: return false
            }
        }
        return visit(representation)
    }

    func schema(of name: TypeName) -> SchemaID? {
        components[name] ?? inlineSchemas[name].flatMap { inline[$0] == name ? $0 : nil }
    }

    private func inlineMembers(_ id: SchemaID) -> [Representation] {
        let structure = StructureCollector(predicates: predicates).collect(id)
        let schemas = structure.properties.compactMap(\.schemas.first) + set.graph[id].oneOf + set.graph[id].anyOf
        return schemas.compactMap { schema in
            let target = predicates.resolved(schema)
            return (named[target] ?? inline[target]).map(Representation.generated)
        }
    }

    /// The representation of a schema that gets no type of its own.
    mutating func scalarRepresentation(_ id: SchemaID, as name: TypeName) -> Representation {
        guard let types = predicates.types(of: id) else { return .any }
        let isNullable = types.contains(.null) && types.count > 1
        let base = representation(of: id, whenOf: isNullable ? types.subtracting([.null]) : types, as: name)
        return isNullable ? wrappedScalar(base) : base
    }

    /// The representation of those values of a schema that are of some kinds.
    mutating func representation(of id: SchemaID, whenOf kinds: Set<JSONType>, as name: TypeName) -> Representation {
        switch kinds {
        case [.string]: format(of: id) == "date-time" ? .dateTime : .string
        case [.boolean]: .bool
        case [.integer]: predicates.fitsInt64(id) ? .integer : .wholeNumber
        case [.number], [.number, .integer]: .number
        case [.array]: array(set.graph[id], as: name)
        case [.object]: object(id, as: name)
        default: .any
        }
    }

    private func wrappedScalar(_ base: Representation) -> Representation { base == .any ? .any : .nullable(base) }

    func format(of id: SchemaID) -> String? {
        let schema = set.graph[id]
        if let format = schema.format { return schema.assertsFormat ? format : nil }
        return schema.reference.flatMap { format(of: $0) }
    }

    private mutating func array(_ schema: Schema, as name: TypeName) -> Representation {
        guard schema.prefixItems.isEmpty, let items = schema.items, !set.graph[items].isNever else {
            return .array(.any, isIsolated: false)
        }
        let elementName = TypeName(
            module: name.module, path: Array(name.path.dropLast()) + [(name.path.last ?? "") + "Element"])
        let isIsolated = schema.extensions["x-isolate"]?.bool ?? false
        return .array(representation(of: items, as: elementName), isIsolated: isIsolated)
    }

    private mutating func object(_ id: SchemaID, as name: TypeName) -> Representation {
        let schema = set.graph[id]
        guard schema.patternProperties.isEmpty, schema.reference == nil, let additional = schema.additionalProperties,
            !set.graph[additional].isNever, !predicates.isTrivial(additional)
        else { return .freeObject }
        // Beside the name, as for elements of arrays: the dictionary itself is no type that others could be nested in.
        let memberName = TypeName(
            module: name.module, path: Array(name.path.dropLast()) + [(name.path.last ?? "") + "Member"])
        return .dictionary(representation(of: additional, as: memberName))
    }
}
