import ContractJSON
import ContractSource

/// Loads `Specs/contracts.yaml` and everything that it names.
public enum ContractSetLoader {
    /// Path of the list, relative to the project.
    public static let listPath = "Specs/contracts.yaml"

    /// Loads the contracts of a project.
    /// - Parameters:
    ///   - root: Folder of the project.
    ///   - list: Path of the list, relative to the project.
    /// - Returns: What could be read, and everything there is to say about it in order of file and place. The set is
    ///   usable only if no diagnostic is an error.
    public static func load(root: String, list: String = listPath) -> (ContractSet, [Diagnostic]) {
        let log = DiagnosticLog()
        let store = SourceStore(root: root)
        let builder = SchemaBuilder(store: store, log: log, unknownKeywords: .refuse)
        let address = store.address(ofFile: list)
        let node: SourceNode
        do throws(SourceError) {
            node = try store.document(at: address)
        } catch {
            log.error(error.file.isEmpty ? error.placed(in: list) : error)
            return (ContractSet(graph: SchemaGraph(), contracts: []), log.sorted)
        }
        let entries = ContractListReader(log: log, root: root).read(node)
        for entry in entries {
            for file in entry.files where entry.attitude == .open {
                builder.unknownKeywordsByDocument[store.address(ofFile: file)] = .warn
            }
        }
        // Any document may refer to any other by its $id, whatever their order.
        for entry in entries {
            for file in entry.files {
                _ = builder.document(store.address(ofFile: file), namedAt: entry.node["spec"] ?? entry.node)
            }
        }
        var contracts: [Contract] = []
        for entry in entries {
            if let contract = ContractReader(builder: builder, entry: entry).read() { contracts.append(contract) }
        }
        builder.finish()
        ReferenceCycles(graph: builder.graph, log: log).check()
        checkFilters(contracts, log: log)
        contracts = OperationFilter(graph: builder.graph).apply(to: contracts)
        return (ContractSet(graph: builder.graph, contracts: contracts), log.sorted)
    }

    /// Loads one document of any kind as a contract of its own: OpenAPI, AsyncAPI, or JSON Schema.
    /// - Parameters:
    ///   - file: Path relative to `root`.
    ///   - root: Folder that paths in diagnostics are relative to.
    ///   - attitude: Whether the document is ours; unknown keywords are errors then, warnings otherwise.
    ///   - module: Name of the Swift module.
    ///   - parts: What is generated, as in `contracts.yaml`.
    ///   - operations: Operation ids to keep; empty: all.
    ///   - neighbours: Files that the document may refer to by the addresses that they call themselves (`$id`).
    public static func loadDocument(
        _ file: String,
        root: String = ".",
        attitude: Contract.Attitude = .closed,
        module: String = "Document",
        parts: Set<String> = ["models"],
        operations: Set<String> = [],
        neighbours: [String: String] = [:]
    ) -> (ContractSet, [Diagnostic]) {
        let store = SourceStore(root: root)
        for (address, neighbour) in neighbours {
            store.add(fileAt: store.address(ofFile: neighbour), calledBy: address)
        }
        return load([file], from: store, attitude: attitude, parts: parts, operations: operations) { _ in module }
    }

    /// Loads documents of any kind, each as a contract of its own called after its file, into one graph.
    /// - Parameters:
    ///   - files: Paths relative to `root`.
    ///   - root: Folder that paths in diagnostics are relative to.
    ///   - attitude: As in ``loadDocument(_:root:attitude:module:parts:operations:neighbours:)``.
    public static func loadDocuments(
        _ files: [String],
        root: String = ".",
        attitude: Contract.Attitude = .closed
    ) -> (ContractSet, [Diagnostic]) {
        load(files, from: SourceStore(root: root), attitude: attitude, parts: ["models"], operations: []) { file in
            AsyncAPIReader.upperCamelCase(String(file.split(separator: "/").last?.prefix { $0 != "." } ?? ""))
        }
    }

    private static func load(
        _ files: [String],
        from store: SourceStore,
        attitude: Contract.Attitude,
        parts: Set<String>,
        operations: Set<String>,
        module: (String) -> String
    ) -> (ContractSet, [Diagnostic]) {
        let log = DiagnosticLog()
        let builder = SchemaBuilder(store: store, log: log, unknownKeywords: attitude == .closed ? .refuse : .warn)
        for file in files where (try? store.document(at: store.address(ofFile: file))) != nil {
            _ = builder.document(store.address(ofFile: file), namedAt: nil)
        }
        var contracts: [Contract] = []
        for file in files {
            let node: SourceNode
            do throws(SourceError) {
                node = try store.document(at: store.address(ofFile: file))
            } catch {
                log.error(error.file.isEmpty ? error.placed(in: file) : error)
                continue
            }
            let entry = ContractListEntry(
                module: module(file),
                node: node,
                files: [file],
                kind: kind(of: node),
                attitude: attitude,
                parts: parts,
                operations: operations
            )
            if let contract = ContractReader(builder: builder, entry: entry).read() { contracts.append(contract) }
        }
        builder.finish()
        ReferenceCycles(graph: builder.graph, log: log).check()
        contracts = OperationFilter(graph: builder.graph).apply(to: contracts)
        return (ContractSet(graph: builder.graph, contracts: contracts), log.sorted)
    }

    private static func kind(of node: SourceNode) -> ContractListEntry.Kind {
        if node["openapi"] != nil || node["swagger"] != nil { return .openapi }
        return node["asyncapi"] != nil ? .asyncapi : .schemas
    }

    private static func checkFilters(_ contracts: [Contract], log: DiagnosticLog) {
        for contract in contracts {
            let known: [String]
            switch contract.document {
            case .api(let document): known = (document.operations + document.webhooks).map(\.id)
            case .messaging(let document): known = document.operations.map(\.name)
            case .schemas, .cache: known = []
            }
            for name in contract.operationFilter.sorted() where !known.contains(name) {
                log.add(
                    Diagnostic(
                        .error,
                        at: contract.location,
                        "\(contract.files.joined(separator: ", ")) has no operation \(name).",
                        remedy: NearestName.of(name, among: known).map { "Did you mean \($0)?" }
                    )
                )
            }
        }
    }
}

extension SourceError {
    /// The problem at the start of a file.
    func placed(in file: String) -> SourceError {
        SourceError(file: file, message: message, reason: reason, remedy: remedy)
    }
}
