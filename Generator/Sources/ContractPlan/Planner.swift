public import ContractModel

/// Decides how every schema of a contract set looks in Swift.
///
/// Pure: the same set gives the same plan. Names of components come from the contracts; names of inline schemas from the
/// member they belong to.
public struct Planner {
    let set: ContractSet
    /// What planning asks about schemas.
    public let predicates: SchemaPredicates
    /// Swift names of component schemas.
    let named: [SchemaID: TypeName]
    /// The component that each of these names stands for.
    let components: [TypeName: SchemaID]
    /// How each module treats what its contract does not know.
    public let attitudes: [String: Contract.Attitude]
    var inline: [SchemaID: TypeName] = [:]
    /// The schema that a name of `inline` was given to.
    var inlineSchemas: [TypeName: SchemaID] = [:]
    var nested: [TypeName: [TypePlan]] = [:]
    var memo: [SchemaID: Representation] = [:]
    var inProgress: Set<SchemaID> = []
    /// Names of components' types that are spelled within a type.
    var spelledNames: [TypeName: Set<String>] = [:]
    /// Problems found while planning.
    public internal(set) var diagnostics: [Diagnostic] = []

    /// - Parameter set: The loaded contracts.
    public init(set: ContractSet) {
        self.set = set
        predicates = SchemaPredicates(graph: set.graph)
        attitudes = Dictionary(set.contracts.map { ($0.module, $0.attitude) }, uniquingKeysWith: { $1 })
        (named, diagnostics) = Self.names(in: set)
        components = Dictionary(named.map { ($0.value, $0.key) }, uniquingKeysWith: { first, _ in first })
    }

    /// The Swift name of every component.
    ///
    /// Two of one name are an error where the document is ours; in others the later gets a number, since nobody can
    /// rename them.
    private static func names(in set: ContractSet) -> ([SchemaID: TypeName], [Diagnostic]) {
        var named: [SchemaID: TypeName] = [:]
        var diagnostics: [Diagnostic] = []
        for contract in set.contracts {
            let schemas = contract.namedSchemas
            var owners: [String: SourceLocation] = [:]
            let names = schemas.map { name, schema in
                set.graph[schema].extensions["x-swift-name"]?.string ?? SwiftNaming.typeName(name)
            }
            let written = Set(names)
            for (index, (_, schema)) in schemas.enumerated() where named[schema] == nil {
                var name = names[index]
                let location = set.graph[schema].location
                if let other = owners[name] {
                    let isForeign = contract.attitude == .open
                    if isForeign {
                        let numbered = (2...).lazy.map { "\(names[index])\($0)" }
                        name = numbered.first { owners[$0] == nil && !written.contains($0) } ?? name
                    }
                    diagnostics.append(
                        Diagnostic(
                            isForeign ? .warning : .error, at: location, "the Swift name \(names[index]) is taken",
                            reason: "\(other.file)#\(other.pointer) has the same name in \(contract.module)",
                            remedy: isForeign
                                ? "this one is called \(name); x-swift-name would settle it"
                                : "rename one of the two, or give one x-swift-name"))
                }
                owners[name] = location
                named[schema] = TypeName(module: contract.module, path: [name])
            }
        }
        return (named, diagnostics)
    }

    /// Plans the component types of a contract.
    public mutating func types(of contract: Contract) -> [TypePlan] {
        var plans: [TypePlan] = []
        for (_, schema) in contract.namedSchemas {
            guard let name = named[schema], name.module == contract.module else { continue }
            if let plan = plan(schema, as: name) { plans.append(plan) }
        }
        // Types of inline schemas that belong to no component's type, such as the elements of a component that is a list.
        plans += nested.removeValue(forKey: TypeName(module: contract.module, path: [])) ?? []
        return plans
    }

    /// Plans a type for a schema that stands outside the components, e.g. an inline request body.
    public mutating func inlineType(_ schema: SchemaID, as name: TypeName) -> (Representation, TypePlan?) {
        let target = predicates.resolved(schema)
        let representation = representation(of: schema, as: name)
        guard representation == .generated(name) || isNullable(representation, of: name), named[target] == nil else {
            return (representation, nil)
        }
        return (representation, nested[name.parent]?.first { $0.name == name })
    }

    private func isNullable(_ representation: Representation, of name: TypeName) -> Bool {
        representation == .nullable(.generated(name))
    }

    /// The generated type of a schema, if it has one; known for components, and for inline schemas once they are planned.
    public func typeName(of id: SchemaID) -> TypeName? {
        if let component = named[id] { return isGenerated(id) ? component : nil }
        return inline[id]
    }

    /// The plan of a component.
    mutating func plan(_ schema: SchemaID, as name: TypeName) -> TypePlan? {
        if predicates.isPureReference(schema), let reference = set.graph[schema].reference {
            let target = representation(of: reference, as: name)
            if let own = nested[name.parent]?.firstIndex(where: { $0.name == name }) {
                // The schema that is referred to has no name of its own and took this one.
                return nested[name.parent]?.remove(at: own)
            }
            return TypePlan(name: name, schema: schema, shape: .alias(target))
        }
        if let shape = generatedShape(schema, as: name) {
            return TypePlan(name: name, schema: schema, shape: shape, nested: nested[name] ?? [])
        }
        let underlying =
            nullableTarget(schema).map { wrapped(representation(of: $0, as: valueName(name))) }
            ?? scalarRepresentation(schema, as: name)
        return TypePlan(name: name, schema: schema, shape: .alias(underlying), nested: nested[name] ?? [])
    }

    /// How values of a schema are represented; `name` is used if a type must be generated for it.
    public mutating func representation(of id: SchemaID, as name: TypeName) -> Representation {
        let target = predicates.resolved(id)
        if let known = memo[target] { return known }
        if let component = named[target] {
            if let known = shapeless(target, component) { return known }
            return .generated(component)
        }
        // Merged into another type by allOf, the schema of a member is met again.
        if let known = inline[target] { return allowsNull(target) ? .nullable(.generated(known)) : .generated(known) }
        if let nullable = nullableTarget(target) {
            let inner = representation(of: nullable, as: valueName(name))
            return wrapped(inner)
        }
        inline[target] = name
        inlineSchemas[name] = target
        guard let shape = generatedShape(target, as: name) else {
            inline[target] = nil
            // A list of lists of itself has no type; its checks follow it.
            guard inProgress.insert(target).inserted else { return .any }
            defer { inProgress.remove(target) }
            return scalarRepresentation(target, as: name)
        }
        let plan = TypePlan(name: name, schema: target, shape: shape, nested: nested[name] ?? [])
        nested[name.parent, default: []].append(plan)
        if allowsNull(target) { return .nullable(.generated(name)) }
        return .generated(name)
    }

    /// The name for the value of an optional: at the top level the alias of the optional has the name itself.
    private func valueName(_ name: TypeName) -> TypeName {
        guard name.path.count == 1, let own = name.path.first else { return name }
        return TypeName(module: name.module, path: [own + "Value"])
    }

    private func wrapped(_ inner: Representation) -> Representation {
        if case .nullable = inner { return inner }
        if inner == .any { return .any }
        return .nullable(inner)
    }

    /// The representation of a component that has no type of its own.
    private mutating func shapeless(_ target: SchemaID, _ name: TypeName) -> Representation? {
        guard inProgress.insert(target).inserted else { return .any }
        defer { inProgress.remove(target) }
        if isGenerated(target) { return allowsNull(target) ? .nullable(.generated(name)) : .generated(name) }
        if let nullable = nullableTarget(target) {
            return wrapped(representation(of: nullable, as: valueName(name)))
        }
        let result = scalarRepresentation(target, as: name)
        memo[target] = result
        return result
    }

    /// Whether `null` is one of several types of a schema that otherwise has a generated type.
    public func allowsNull(_ id: SchemaID) -> Bool {
        guard let types = predicates.types(of: id) else { return false }
        return types.contains(.null) && types.count > 1
    }

    /// The other branch of `anyOf`/`oneOf` with exactly one null branch and nothing else.
    public func nullableTarget(_ id: SchemaID) -> SchemaID? {
        let schema = set.graph[id]
        let branches = schema.anyOf.isEmpty ? schema.oneOf : schema.anyOf
        guard branches.count == 2, schema.anyOf.isEmpty || schema.oneOf.isEmpty else { return nil }
        guard predicates.keywords(schema).subtracting(["anyOf", "oneOf"]).isEmpty else { return nil }
        let values = branches.filter { !predicates.isNull($0) }
        guard values.count == 1, let value = values.first else { return nil }
        // `oneOf` must not hold twice for null.
        return schema.oneOf.isEmpty || !(predicates.types(of: value)?.contains(.null) ?? true) ? value : nil
    }
}

extension Contract {
    /// Component schemas with their names, in document order.
    public var namedSchemas: [(name: String, schema: SchemaID)] {
        switch document {
        case .schemas(let schemas), .cache(let schemas): schemas
        case .api(let document): document.schemas
        case .messaging(let document): document.schemas
        }
    }
}

extension TypeName {
    /// The type it is nested in; a name without path for a module-level type.
    var parent: TypeName { TypeName(module: module, path: Array(path.dropLast())) }
}
