import ContractModel

extension ContractLint {
    /// Warns of members that only one direction has and that the other one is to send nevertheless.
    mutating func checkDirections(_ operation: APIOperation) {
        let requests = reachable(from: (operation.requestBody?.contents ?? []).compactMap(\.schema))
        let responses = reachable(from: operation.responses.flatMap { $0.response.contents }.compactMap(\.schema))
        for id in requests { warn(of: id, "readOnly", \.isReadOnly, "requests") }
        for id in responses { warn(of: id, "writeOnly", \.isWriteOnly, "responses") }
    }

    private mutating func warn(of id: SchemaID, _ mark: String, _ isMarked: KeyPath<Schema, Bool>, _ direction: String)
    {
        let schema = set.graph[id]
        for property in schema.properties where schema.required.contains(property.name) {
            let reference = set.graph[property.schema].reference
            guard
                set.graph[property.schema][keyPath: isMarked]
                    || reference.map({ set.graph[$0][keyPath: isMarked] }) ?? false
            else { continue }
            report(
                set.graph[property.schema].location, "\(property.name) is \(mark) and required in \(direction).",
                as: .warning,
                reason: "In OpenAPI 3.1 required counts in both directions; \(mark) changes nothing of it.",
                remedy: "Leave it out of required, or give \(direction) a schema of their own without it.")
        }
    }

    private func reachable(from start: [SchemaID]) -> [SchemaID] {
        var found: [SchemaID] = []
        var seen: Set<SchemaID> = []
        var open = start
        while let id = open.popLast() {
            guard seen.insert(id).inserted else { continue }
            found.append(id)
            let schema = set.graph[id]
            open += children(of: schema) + schema.properties.map(\.schema) + schema.allOf
        }
        return found
    }
}
