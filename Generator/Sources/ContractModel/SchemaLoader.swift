public import ContractJSON
public import ContractSource

/// Loads single schemas, wherever they stand: `FILE#POINTER` of JSON Schema, OpenAPI and AsyncAPI documents, or documents
/// given as values.
public final class SchemaLoader {
    private let log = DiagnosticLog()
    private let store: SourceStore
    private let builder: SchemaBuilder

    /// - Parameters:
    ///   - root: Folder that relative paths start from.
    ///   - mirrors: Web addresses that are served from folders.
    ///   - assertsFormat: Whether `format` is checked where the dialect leaves it open.
    public init(root: String = ".", mirrors: [SourceStore.Mirror] = [], assertsFormat: Bool = true) {
        store = SourceStore(root: root, mirrors: mirrors)
        builder = SchemaBuilder(store: store, log: log, assertsFormat: assertsFormat, unknownKeywords: .accept)
    }

    /// The schemas loaded so far and everything they need.
    public var graph: SchemaGraph { builder.graph }

    /// Everything there is to say about the schemas loaded so far, in order of file and place.
    public var diagnostics: [Diagnostic] { log.sorted }

    /// Whether what was loaded so far can be used.
    public var hasErrors: Bool { log.hasErrors }

    /// Puts a document under an absolute address without fragment, as if it stood there.
    public func add(_ document: JSONValue, at address: String, file: String = "document.json") {
        do throws(SourceError) {
            store.add(try SourceStore.read(json: document.jsonBytes, file: file), at: address)
        } catch {
            log.error(error)
        }
    }

    /// The schema at a path or address with an optional fragment: a JSON Pointer or an anchor.
    ///
    /// Without a fragment it is the root of a JSON Schema document; OpenAPI and AsyncAPI documents need one.
    /// - Returns: Nil if there is none; then ``diagnostics`` say why.
    public func schema(_ spec: String) -> SchemaID? {
        let hash = spec.firstIndex(of: "#")
        let path = hash.map { String(spec[..<$0]) } ?? spec
        let fragment = hash.map { String(spec[spec.index(after: $0)...]) } ?? ""
        let isAddress = path.contains("://") || path.hasPrefix("urn:")
        let address = isAddress ? path : store.address(ofFile: path)
        let here = SourceLocation(file: spec, line: 1, column: 1, pointer: "")
        guard let resource = document(address, here) else { return nil }
        guard let node = node(fragment, in: resource, spec: path) else { return nil }
        if fragment.isEmpty, let kind = ["openapi", "swagger", "asyncapi"].first(where: { node[$0] != nil }) {
            log.add(
                Diagnostic(
                    .error,
                    at: node.location,
                    "\(path) is no schema but a document with \(kind).",
                    reason: "It holds many schemas.",
                    remedy: "Name one: \(suggestion(path, node))."
                )
            )
            return nil
        }
        let id = builder.schema(at: node, document: resource.document)
        builder.finish()
        ReferenceCycles(graph: builder.graph, log: log).check()
        return id
    }

    private func document(_ address: String, _ here: SourceLocation) -> SchemaBuilder.Resource? {
        do throws(SourceError) {
            _ = try store.document(at: address)
        } catch {
            log.error(error.file.isEmpty ? error.placed(in: here.file) : error)
            return nil
        }
        return builder.document(address, namedAt: nil)
    }

    private func node(_ fragment: String, in resource: SchemaBuilder.Resource, spec: String) -> SourceNode? {
        guard !fragment.isEmpty else { return resource.node }
        guard fragment.hasPrefix("/") else {
            return builder.resolve("#\(fragment)", base: resource.base, at: resource.node)?.node
        }
        let decoded = URIReference.percentDecoded(fragment) ?? fragment
        switch resource.node.resolve(pointer: decoded) {
        case .success(let node): return node
        case .failure(let miss):
            let names = miss.deepest.members?.map(\.name) ?? []
            let nearest = NearestName.of(miss.token, among: names)
            let remedy = nearest.map { "Did you mean \(spec)#\(miss.deepest.pointer)/\(JSONPointer.escape($0))?" }
            let list = names.prefix(20).joined(separator: ", ")
            log.add(
                Diagnostic(
                    .error,
                    at: miss.deepest.location,
                    "\(spec)#\(decoded) leads nowhere.",
                    reason: names.isEmpty
                        ? "There is \(miss.deepest.kind) at #\(miss.deepest.pointer)."
                        : "#\(miss.deepest.pointer) has \(list)\(names.count > 20 ? " and \(names.count - 20) more" : "").",
                    remedy: remedy
                )
            )
            return nil
        }
    }

    private func suggestion(_ path: String, _ node: SourceNode) -> String {
        let names = node["components"]?["schemas"]?.members?.map(\.name) ?? []
        guard let first = names.first else { return "\(path)#/paths/…/schema" }
        return "\(path)#/components/schemas/\(first)"
    }
}
