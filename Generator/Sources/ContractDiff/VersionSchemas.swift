import ContractExchange
import ContractModel

/// One version while its places are collected: its schemas and those of whole exchanges.
struct VersionSchemas {
    var exchanges: ExchangeSchemas
    /// Stands for what the version does not have: refuses everything.
    let none: SchemaID

    init(_ set: ContractSet) {
        exchanges = ExchangeSchemas(graph: set.graph)
        none = exchanges.nothing(at: SourceLocation(file: "", line: 1, column: 1, pointer: ""))
    }

    var graph: SchemaGraph { exchanges.graph }
}
