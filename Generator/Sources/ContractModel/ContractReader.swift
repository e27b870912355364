import ContractJSON
import ContractSource

/// Loads the documents of one entry of `contracts.yaml`.
struct ContractReader {
    let builder: SchemaBuilder
    let entry: ContractListEntry

    /// The contract; nil if nothing of it could be read.
    func read() -> Contract? {
        let resources = entry.files.compactMap { file in
            builder.document(builder.store.address(ofFile: file), namedAt: entry.node["spec"] ?? entry.node)
        }
        guard !resources.isEmpty, let document = document(resources) else { return nil }
        return Contract(
            module: entry.module,
            location: entry.node.location,
            files: entry.files,
            attitude: entry.attitude,
            parts: entry.parts,
            operationFilter: entry.operations,
            document: document
        )
    }

    private func document(_ resources: [SchemaBuilder.Resource]) -> Contract.Document? {
        switch entry.kind {
        case .schemas: return .schemas(namedSchemas(resources))
        case .cache:
            return .cache(namedSchemas(resources))
        case .openapi:
            return single(resources).flatMap { OpenAPIReader.read($0, builder: builder) }.map(Contract.Document.api)
        case .asyncapi:
            return single(resources).flatMap { AsyncAPIReader.read($0, builder: builder) }
                .map(Contract.Document.messaging)
        }
    }

    private func single(_ resources: [SchemaBuilder.Resource]) -> DocumentCursor? {
        guard resources.count == 1, let resource = resources.first else {
            builder.log.error(
                entry.node["spec"] ?? entry.node,
                "\(entry.module) has \(resources.count) documents.",
                reason: "A module is made of one \(entry.kind.rawValue) document.",
                remedy: "Write one entry for each."
            )
            return nil
        }
        return DocumentCursor(node: resource.node, document: resource.document)
    }

    /// Every entry of `$defs` and `definitions`, and roots that say more than those.
    private func namedSchemas(_ resources: [SchemaBuilder.Resource]) -> [(name: String, schema: SchemaID)] {
        var named: [(name: String, schema: SchemaID)] = []
        var places: [String: SourceNode] = [:]
        func add(_ name: String, _ node: SourceNode, _ document: String) {
            if let other = places[name] {
                builder.log.error(
                    node,
                    "Two schemas of \(entry.module) are called \(name).",
                    reason: "The other one is at \(other.file)#\(other.pointer).",
                    remedy: "Rename one of them."
                )
            }
            places[name] = node
            named.append((name, builder.schema(at: node, document: document)))
        }
        for resource in resources {
            let parts = Self.parts(of: resource.node)
            if resource.node.members?.contains(where: { !Self.annotations.contains($0.name) }) ?? true {
                add(Self.rootName(resource.node, beside: parts.map(\.name)), resource.node, resource.document)
            } else {
                _ = builder.schema(at: resource.node, document: resource.document)
            }
            for part in parts { add(part.name, part.node, resource.document) }
        }
        return named
    }

    /// What a root may say without being a schema of its own.
    private static let annotations = [
        "$schema", "$id", "id", "$defs", "definitions", "$comment", "title", "description", "$anchor",
    ]

    /// The schemas that a document names; drafts before 2019-09 keep them in `definitions`, and some documents in both.
    private static func parts(of node: SourceNode) -> [SourceNode.Member] {
        let current = node["$defs"]?.members ?? []
        let names = Set(current.map(\.name))
        return current + (node["definitions"]?.members ?? []).filter { !names.contains($0.name) }
    }

    /// `x-swift-name`, or the file's name in UpperCamelCase; with `Document` behind it where a part has that name.
    private static func rootName(_ node: SourceNode, beside parts: [String]) -> String {
        if let name = node["x-swift-name"]?.string { return name }
        let file = node.file.split(separator: "/").last ?? ""
        let name = AsyncAPIReader.upperCamelCase(String(file.prefix { $0 != "." }))
        return parts.contains { AsyncAPIReader.upperCamelCase($0) == name } ? name + "Document" : name
    }
}
