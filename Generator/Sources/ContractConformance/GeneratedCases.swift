import ContractJSON
import ContractModel
import Foundation
import SwiftEmitter

/// The Swift code for one schema of a suite.
struct GeneratedCases {
    /// Name of the type that stands for the schema, unique among all groups.
    let name: String
    /// Its source; nil if the generator refused the schema.
    let source: String?
    /// Why it did.
    let refusal: String?

    /// Generates the code for a schema.
    /// - Parameter name: Name of the type and, with `Cases` behind it, of the list of entries.
    init(name: String, schema: SchemaID, graph: SchemaGraph) {
        self.name = name
        let contract = Contract(
            module: name, location: graph[schema].location, files: [graph[schema].location.file], attitude: .open,
            parts: ["models"], document: .schemas([(name, schema)]))
        var emitter = ModuleEmitter(set: ContractSet(graph: graph, contracts: [contract]))
        let files = emitter.files()
        let errors = emitter.diagnostics.filter { $0.severity == .error }
        refusal = errors.isEmpty ? nil : errors.map(\.text).joined(separator: "; ")
        source = errors.isEmpty ? Self.joined(files) : nil
    }

    /// An expression for the entry of the schema.
    var entries: String { "\(name)Schemas.all" }

    /// The files of a module as one: the imports once, then the code.
    private static func joined(_ files: [GeneratedFile]) -> String {
        let code = files.map { file in
            file.text.split(separator: "\n", omittingEmptySubsequences: false)
                .filter { !$0.hasPrefix("import ") && !$0.hasPrefix("public import ") && !$0.hasPrefix("// ") }
                .joined(separator: "\n")
        }
        return "import ContractJSON\nimport ContractRuntime\n" + code.joined()
    }
}
