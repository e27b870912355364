import ContractExchange
import ContractModel

extension SeamCollector {
    /// The operations of an API in either version.
    mutating func collect(_ first: APIDocument?, _ second: APIDocument?, _ title: String) {
        pair(first, second, title, \.operations) { collector, old, new, name in
            collector.collect(old, new, name, Parties(documents: (first, second), isReversed: false))
        }
        pair(first, second, title, \.webhooks) { collector, old, new, name in
            collector.collect(old, new, name, Parties(documents: (first, second), isReversed: true))
        }
    }

    /// Who the two sides of an operation are.
    struct Parties {
        var documents: (old: APIDocument?, new: APIDocument?)
        /// Whether the party that the document describes sends the request: webhooks and callbacks.
        var isReversed: Bool

        /// What breaks: the described party is the one that changes first.
        var request: Set<Direction> { isReversed ? [.widened] : [.narrowed] }
        var response: Set<Direction> { isReversed ? [.narrowed] : [.widened] }
    }

    private typealias Visit = (inout SeamCollector, APIOperation?, APIOperation?, String) -> Void

    /// Operations with equal method and path, whatever their parameters are called.
    private mutating func pair(
        _ first: APIDocument?, _ second: APIDocument?, _ title: String, _ list: KeyPath<APIDocument, [APIOperation]>,
        _ visit: Visit
    ) {
        let old = first?[keyPath: list] ?? []
        let new = second?[keyPath: list] ?? []
        func key(_ operation: APIOperation) -> String { "\(operation.method) \(PathTemplate.shape(operation.path))" }
        for operation in old {
            let other = new.first { key($0) == key(operation) }
            visit(&self, operation, other, "\(title): \(operation.method.uppercased()) \(operation.path)")
        }
        for operation in new where !old.contains(where: { key($0) == key(operation) }) {
            visit(&self, nil, operation, "\(title): \(operation.method.uppercased()) \(operation.path)")
        }
    }

    private mutating func collect(_ first: APIOperation?, _ second: APIOperation?, _ name: String, _ parties: Parties) {
        guard let location = second?.location ?? first?.location else { return }
        if first == nil, !parties.isReversed { return note(name, at: location, "is new") }
        let names = PathTemplate.names((first ?? second)?.path ?? "")
        let old = requestSchema(first, parties.documents.old, names, \.old)
        let new = requestSchema(second, parties.documents.new, names, \.new)
        add(Seam(title: "\(name), request", location: location, old: old, new: new, breaking: parties.request))
        guard let first, let second else { return }
        noteNames(first, second, name)
        collectResponses(first, second, name, parties)
        for (callback, operations) in first.callbacks {
            for operation in operations {
                let others = second.callbacks.first { $0.name == callback }?.operations ?? []
                let other = others.first { $0.method == operation.method && $0.path == operation.path }
                collect(
                    operation, other, "\(name), callback \(callback)",
                    Parties(documents: parties.documents, isReversed: !parties.isReversed))
            }
        }
    }

    private mutating func requestSchema(
        _ operation: APIOperation?, _ document: APIDocument?, _ names: [String],
        _ side: WritableKeyPath<SeamCollector, VersionSchemas>
    ) -> SchemaID? {
        guard let operation, let document else { return nil }
        return self[keyPath: side].exchanges.request(of: operation, in: document, pathNames: names)
    }

    private mutating func noteNames(_ first: APIOperation, _ second: APIOperation, _ name: String) {
        if first.id != second.id {
            note(
                name, at: second.location,
                "its operationId is \(second.id) instead of \(first.id): generated names change")
        }
        if second.isDeprecated, !first.isDeprecated { note(name, at: second.location, "is deprecated") }
    }

    // MARK: Responses

    private mutating func collectResponses(
        _ first: APIOperation, _ second: APIOperation, _ name: String, _ parties: Parties
    ) {
        for (status, response) in second.responses {
            guard let (wider, known) = Self.response(status, of: first) else {
                let new = self.new.exchanges.response(response)
                add(
                    Seam(
                        title: "\(name), response \(status)", location: response.location, old: nil, new: new,
                        breaking: parties.response))
                continue
            }
            let old = self.old.exchanges.response(known)
            let new = self.new.exchanges.response(response)
            let suffix = wider == status ? "" : ", which was \(wider)"
            add(
                Seam(
                    title: "\(name), response \(status)\(suffix)", location: response.location, old: old, new: new,
                    breaking: parties.response))
        }
        for (status, response) in first.responses where Self.response(status, of: second) == nil {
            if parties.response.contains(.narrowed) {
                let old = self.old.exchanges.response(response)
                add(
                    Seam(
                        title: "\(name), response \(status)", location: response.location, old: old, new: nil,
                        breaking: parties.response))
            } else {
                note("\(name), response \(status)", at: second.location, "is not answered any more")
            }
        }
    }

    /// The response that a status means: its own, that of its class, or the default.
    static func response(_ status: String, of operation: APIOperation) -> (key: String, response: APIResponse)? {
        for key in [status, "\(status.prefix(1))XX", "default"] {
            if let found = operation.responses.first(where: { $0.status == key }) { return (key, found.response) }
        }
        return nil
    }
}
