public import ContractModel

/// Where dynamic anchors lead, seen from a schema: for each anchor the outermost schema resource on the way here that has it.
///
/// The dynamic scope of JSON Schema is a matter of the way by which a schema was reached. Generated code follows the ways
/// beforehand: a function is generated once for each scope in which a schema is met, and a `$dynamicRef` is a plain call in it.
public struct DynamicScope: Sendable, Hashable {
    private var targets: [String: SchemaID] = [:]

    /// The scope before any schema is entered.
    public init() {}

    /// The scope inside a schema resource: its anchors count where no outer one has the same name.
    public func entering(_ resource: String, of graph: SchemaGraph) -> DynamicScope {
        guard let anchors = graph.dynamicAnchors[resource] else { return self }
        var inner = self
        inner.targets.merge(anchors) { outer, _ in outer }
        return inner
    }

    /// The schema that a dynamic reference means here.
    public func target(of reference: DynamicReference) -> SchemaID {
        reference.anchor.flatMap { targets[$0] } ?? reference.target
    }
}

/// Finds the schemas whose meaning depends on the dynamic scope: those that lead to a `$dynamicRef`.
struct DynamicSchemas {
    private let members: Set<SchemaID>

    init(graph: SchemaGraph) {
        let ids = graph.schemas.indices.map { SchemaID(index: $0) }
        var found = Set(ids.filter { graph[$0].dynamicReference?.anchor != nil })
        guard !found.isEmpty else {
            members = []
            return
        }
        var users: [SchemaID: [SchemaID]] = [:]
        for id in ids { for child in graph[id].subschemas { users[child, default: []].append(id) } }
        var pending = Array(found)
        while let next = pending.popLast() {
            for user in users[next] ?? [] where found.insert(user).inserted { pending.append(user) }
        }
        members = found
    }

    func contains(_ id: SchemaID) -> Bool { members.contains(id) }
}
