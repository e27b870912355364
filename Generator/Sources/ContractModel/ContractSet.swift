/// The entries of `Specs/contracts.yaml`, loaded: what is generated from what.
public struct ContractSet: Sendable {
    /// Every schema of every contract; one graph, so that references cross files.
    public var graph: SchemaGraph
    /// The contracts in the order of `contracts.yaml`.
    public var contracts: [Contract]

    /// Creates a set.
    public init(graph: SchemaGraph, contracts: [Contract]) {
        self.graph = graph
        self.contracts = contracts
    }
}

/// One generated module.
public struct Contract: Sendable {
    /// How payloads from the other side are treated.
    public enum Attitude: String, Sendable, Hashable {
        /// Received from outside: unknown members are kept, unknown enum values tolerated.
        case open
        /// Ours: exactly what the contract says.
        case closed
    }

    /// What the documents are.
    public enum Document: Sendable {
        /// JSON Schema files: every `$defs` entry and root with its Swift name.
        case schemas([(name: String, schema: SchemaID)])
        /// OpenAPI.
        case api(APIDocument)
        /// AsyncAPI.
        case messaging(MessagingDocument)
        /// Schemas with `x-redis`.
        case cache([(name: String, schema: SchemaID)])
    }

    /// Swift module name.
    public var module: String
    /// Where the entry stands in `contracts.yaml`.
    public var location: SourceLocation
    /// Files, relative to the project.
    public var files: [String]
    /// Attitude.
    public var attitude: Attitude
    /// Parts asked for: `models`, `client`, `server`, `publisher`, `consumer`, `topology`, `cache`.
    public var parts: Set<String>
    /// Operation ids to keep; empty: all.
    public var operationFilter: Set<String>
    /// The documents' content.
    public var document: Document

    /// Creates a contract.
    public init(
        module: String,
        location: SourceLocation,
        files: [String],
        attitude: Attitude,
        parts: Set<String>,
        operationFilter: Set<String> = [],
        document: Document
    ) {
        self.module = module
        self.location = location
        self.files = files
        self.attitude = attitude
        self.parts = parts
        self.operationFilter = operationFilter
        self.document = document
    }
}
