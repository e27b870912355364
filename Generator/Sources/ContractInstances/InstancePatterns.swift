import ContractModel
import ContractRuntime

/// The patterns of a graph, compiled once: values are made from the same few again and again.
struct InstancePatterns: Sendable {
    private let compiled: [String: ContractPattern]

    init(graph: SchemaGraph) {
        var compiled: [String: ContractPattern] = [:]
        for schema in graph.schemas {
            for source in [schema.pattern].compactMap(\.self) + schema.patternProperties.map(\.pattern)
            where compiled[source] == nil {
                compiled[source] = ContractPattern(source)
            }
        }
        self.compiled = compiled
    }

    subscript(source: String) -> ContractPattern { compiled[source] ?? ContractPattern(source) }
}
