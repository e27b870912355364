/// Tells authors who mean inheritance what becomes of it: a `discriminator` at a schema that others include with `allOf`.
struct Inheritance {
    let graph: SchemaGraph
    let log: DiagnosticLog

    /// Warns where a discriminator chooses among schemas that it does not list.
    /// - Parameter discriminated: Schemas with a discriminator.
    func report(_ discriminated: [SchemaID]) {
        let parents = Set(discriminated.filter { graph[$0].oneOf.isEmpty && graph[$0].anyOf.isEmpty })
        guard !parents.isEmpty else { return }
        var children: [SchemaID: [String]] = [:]
        for schema in graph.schemas {
            for parent in schema.allOf.compactMap({ graph[$0].reference ?? $0 }) where parents.contains(parent) {
                let name = name(schema.location)
                if !(children[parent]?.contains(name) ?? false) { children[parent, default: []].append(name) }
            }
        }
        for parent in discriminated {
            guard let names = children[parent], let member = graph[parent].discriminator else { continue }
            let name = name(graph[parent].location)
            let list = names.sorted().joined(separator: ", ")
            log.add(
                Diagnostic(
                    .warning, at: graph[parent].location,
                    "The discriminator \(member) of \(name) chooses nothing: \(name) is generated with its own members alone.",
                    reason:
                        "A discriminator does not change what is valid, and \(name) has no oneOf; what \(list) adds is kept as unknown members.",
                    remedy:
                        "Where one of them is meant, refer to a schema with oneOf: [\(list)] and this discriminator instead of \(name)."
                ))
        }
    }

    private func name(_ location: SourceLocation) -> String {
        let parts = location.pointer.split(separator: "/")
        let isPart = parts.count > 1 && parts[parts.count - 2] == "allOf"
        return String((isPart ? parts.dropLast(2) : parts[...]).last ?? "the schema")
    }
}
