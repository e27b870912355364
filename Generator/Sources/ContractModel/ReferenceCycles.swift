/// Finds schemas that refer to themselves without going into the value, so that checking would never end.
struct ReferenceCycles {
    let graph: SchemaGraph
    let log: DiagnosticLog

    private enum Mark { case open, done }

    /// Reports each circle once.
    func check() {
        var marks: [SchemaID: Mark] = [:]
        for index in graph.schemas.indices where marks[SchemaID(index: index)] == nil {
            visit(SchemaID(index: index), &marks)
        }
    }

    /// Depth-first with an own stack, since chains can be long.
    private func visit(_ start: SchemaID, _ marks: inout [SchemaID: Mark]) {
        var stack: [(id: SchemaID, rest: [SchemaID])] = [(start, inPlace(start))]
        marks[start] = .open
        while var top = stack.popLast() {
            guard let next = top.rest.popLast() else {
                marks[top.id] = .done
                continue
            }
            stack.append(top)
            switch marks[next] {
            case .done: continue
            case .open: report(next, through: top.id)
            case nil:
                marks[next] = .open
                stack.append((next, inPlace(next)))
            }
        }
    }

    private func report(_ id: SchemaID, through last: SchemaID) {
        log.add(
            Diagnostic(
                .error,
                at: graph[last].location,
                "The schema refers to itself without going into the value.",
                reason:
                    "Checking a value would go from here to \(graph[id].location.file)#\(graph[id].location.pointer) "
                    + "and back without end.",
                remedy: "Refer from properties or items, or remove the reference."
            )
        )
    }

    /// Subschemas that are applied to the same value, last first.
    private func inPlace(_ id: SchemaID) -> [SchemaID] {
        let schema = graph[id]
        let single = [schema.reference, schema.not, schema.ifSchema, schema.thenSchema, schema.elseSchema]
        let lists = schema.allOf + schema.anyOf + schema.oneOf + schema.dependentSchemas.map(\.schema)
        return (single.compactMap(\.self) + lists).reversed()
    }
}
