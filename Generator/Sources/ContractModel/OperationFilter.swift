/// Keeps what the operations that a contract asks for need, and leaves everything else of its documents out.
///
/// A document of a platform describes hundreds of operations; who calls three of them compiles what these three use.
struct OperationFilter {
    let graph: SchemaGraph

    /// The contracts, those with a filter reduced to the operations that it names and the schemas that are needed by these
    /// or by another contract.
    func apply(to contracts: [Contract]) -> [Contract] {
        guard contracts.contains(where: { !$0.operationFilter.isEmpty }) else { return contracts }
        let kept = contracts.map { $0.operationFilter.isEmpty ? $0 : keepingOperations(of: $0) }
        let needed = reachable(from: kept.flatMap(roots))
        return kept.map { contract in
            guard !contract.operationFilter.isEmpty else { return contract }
            var contract = contract
            switch contract.document {
            case .api(var document):
                document.schemas.removeAll { !needed.contains($0.schema) }
                contract.document = .api(document)
            case .messaging(var document):
                document.schemas.removeAll { !needed.contains($0.schema) }
                contract.document = .messaging(document)
            case .schemas, .cache: break
            }
            return contract
        }
    }

    // MARK: Operations

    private func keepingOperations(of contract: Contract) -> Contract {
        var contract = contract
        let names = contract.operationFilter
        switch contract.document {
        case .api(var document):
            document.operations.removeAll { !names.contains($0.id) }
            document.webhooks.removeAll { !names.contains($0.id) }
            contract.document = .api(document)
        case .messaging(var document):
            document.operations.removeAll { !names.contains($0.name) }
            let channels = Set(document.operations.map(\.channel) + document.operations.compactMap(\.replyChannel))
            document.channels.removeAll { !channels.contains($0.name) }
            let messages = Set(document.channels.flatMap(\.messages) + document.operations.flatMap(\.messages))
            document.messages.removeAll { !messages.contains($0.name) }
            contract.document = .messaging(document)
        case .schemas, .cache: break
        }
        return contract
    }

    // MARK: Schemas

    /// The schemas that a contract's operations start from; all named ones where it has no filter.
    private func roots(of contract: Contract) -> [SchemaID] {
        let isFiltered = !contract.operationFilter.isEmpty
        switch contract.document {
        case .schemas(let schemas), .cache(let schemas): return schemas.map(\.schema)
        case .api(let document):
            return (isFiltered ? [] : document.schemas.map(\.schema))
                + (document.operations + document.webhooks).flatMap(roots)
        case .messaging(let document):
            return (isFiltered ? [] : document.schemas.map(\.schema))
                + document.messages.flatMap { [$0.payload, $0.headers].compactMap(\.self) }
        }
    }

    private func roots(of operation: APIOperation) -> [SchemaID] {
        let bodies = (operation.requestBody?.contents ?? []) + operation.responses.flatMap(\.response.contents)
        let parameters =
            operation.parameters + operation.responses.flatMap(\.response.headers)
            + bodies.flatMap { $0.partHeaders.values.joined() }
        return bodies.compactMap(\.schema) + parameters.map(\.schema)
            + operation.callbacks.flatMap(\.operations).flatMap(roots)
    }

    private func reachable(from roots: [SchemaID]) -> Set<SchemaID> {
        var found = Set(roots)
        var pending = Array(found)
        while let next = pending.popLast() {
            let schema = graph[next]
            // A dynamic reference may lead to every anchor of its name.
            let dynamic = schema.dynamicReference?.anchor.map { anchor in
                graph.dynamicAnchors.values.compactMap { $0[anchor] }
            }
            for child in schema.subschemas + (dynamic ?? []) where found.insert(child).inserted {
                pending.append(child)
            }
        }
        return found
    }
}
