public import ContractModel

/// Something that passes between parties and has no fixture.
public struct UncoveredExchange: Sendable, Hashable {
    /// The kinds.
    public enum Kind: String, Sendable, Hashable {
        case request, response, message, headers, cacheEntry, storedDocument
    }

    /// What it is.
    public var kind: Kind
    /// `POST /tenants (createTenant)`.
    public var title: String
    /// Its schema, `Specs/schemas/tenant.yaml#/$defs/Tenant`.
    public var schema: String
    /// Where it stands.
    public var location: SourceLocation
}

/// Finds what has no fixture: JSON bodies of operations, payloads and headers of messages, cache entries.
public struct FixtureCoverage {
    private let set: ContractSet
    private let covered: Set<String>
    private var found: [UncoveredExchange] = []
    private var counted = 0

    /// What is covered and what is not, in order of the contracts.
    public static func check(_ set: ContractSet, _ folders: FixtureFolders) -> (
        uncovered: [UncoveredExchange], total: Int
    ) {
        var coverage = FixtureCoverage(set, folders)
        for contract in set.contracts { coverage.check(contract) }
        return (coverage.found, coverage.counted)
    }

    private init(_ set: ContractSet, _ folders: FixtureFolders) {
        self.set = set
        covered = Set(folders.entries.filter { !folders.documents(in: $0.folder).isEmpty }.map(\.schema))
    }

    private mutating func check(_ contract: Contract) {
        switch contract.document {
        case .api(let document):
            for operation in document.operations + document.webhooks { check(operation) }
        case .messaging(let document):
            for message in document.messages {
                if let payload = message.payload { check(.message, message.name, payload, message.location) }
                if let headers = message.headers { check(.headers, message.name, headers, message.location) }
            }
        case .cache(let named):
            for (name, id) in named where set.graph[id].extensions["x-redis"] != nil {
                check(.cacheEntry, name, id, set.graph[id].location)
            }
        case .schemas: break
        }
    }

    private mutating func check(_ operation: APIOperation) {
        let name = "\(operation.method.uppercased()) \(operation.path) (\(operation.id))"
        for content in operation.requestBody?.contents ?? [] where content.mediaType.contains("json") {
            if let schema = content.schema { check(.request, name, schema, operation.location) }
        }
        for (status, response) in operation.responses {
            for content in response.contents where content.mediaType.contains("json") {
                if let schema = content.schema { check(.response, "\(name) \(status)", schema, response.location) }
            }
        }
    }

    private mutating func check(
        _ kind: UncoveredExchange.Kind, _ title: String, _ schema: SchemaID, _ location: SourceLocation
    ) {
        counted += 1
        let places = SchemaPlace.candidates(schema, in: set.graph)
        guard covered.isDisjoint(with: places) else { return }
        found.append(UncoveredExchange(kind: kind, title: title, schema: places.last ?? "", location: location))
    }
}

/// Schemas by their place in the project.
public enum SchemaPlace {
    /// `file#pointer`.
    public static func text(_ id: SchemaID, in graph: SchemaGraph) -> String {
        let location = graph[id].location
        return "\(location.file)#\(location.pointer)"
    }

    /// The places of a schema and of what it only refers to, nearest first.
    public static func candidates(_ id: SchemaID, in graph: SchemaGraph) -> [String] {
        var found: [String] = []
        var seen: Set<SchemaID> = []
        var current: SchemaID? = id
        while let next = current, seen.insert(next).inserted {
            found.append(text(next, in: graph))
            current = graph[next].reference
        }
        return found
    }
}
