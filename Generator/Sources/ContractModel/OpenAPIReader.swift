import ContractJSON
import ContractSource

/// Reads an OpenAPI 3.1 document into an ``APIDocument``.
struct OpenAPIReader {
    let reader: DocumentReader
    let root: DocumentCursor

    var log: DiagnosticLog { reader.log }

    /// Reads the document at `root`; nil if its version is not one that is read here.
    static func read(_ root: DocumentCursor, builder: SchemaBuilder) -> APIDocument? {
        guard isSupported(root, log: builder.log) else { return nil }
        return OpenAPIReader(reader: DocumentReader(builder: builder), root: root).document()
    }

    /// OpenAPI 3.0 and Swagger 2.0 were converted before; other versions are refused here.
    private static func isSupported(_ root: DocumentCursor, log: DiagnosticLog) -> Bool {
        if let version = root.node["swagger"] {
            log.error(
                version,
                "The document is Swagger \(version.string ?? version.number?.text ?? "").",
                reason: "OpenAPI 3.1, OpenAPI 3.0 and Swagger 2.0 are read.",
                remedy: "Convert the document to OpenAPI 3.1."
            )
            return false
        }
        guard let version = root.node["openapi"] else {
            log.error(root.node, "The document has no openapi field.", remedy: "Add openapi: 3.1.0 if it is OpenAPI.")
            return false
        }
        guard let text = version.string, text.hasPrefix("3.1.") else {
            log.error(
                version,
                "The document is OpenAPI \(version.string ?? version.number?.text ?? version.kind).",
                reason: "OpenAPI 3.1, OpenAPI 3.0 and Swagger 2.0 are read.",
                remedy: version.number != nil
                    ? "Put the version in quotation marks, with three parts." : "Convert the document to OpenAPI 3.1."
            )
            return false
        }
        return true
    }

    private func document() -> APIDocument {
        reader.checkFields(
            root,
            of: "OpenAPI Object",
            [
                "openapi", "info", "jsonSchemaDialect", "servers", "paths", "webhooks", "components", "security",
                "tags", "externalDocs",
            ]
        )
        if root["paths"] == nil, root["webhooks"] == nil, root["components"] == nil {
            log.error(
                root.node,
                "The document has neither paths, webhooks nor components.",
                reason: "At least one of them is required (OpenAPI 3.1, 4.8.1)."
            )
        }
        let info = reader.info(of: root)
        if let node = root["info"] {
            reader.checkFields(
                node,
                of: "Info Object",
                ["title", "summary", "description", "termsOfService", "contact", "license", "version"]
            )
        }
        var document = APIDocument(
            file: root.node.file,
            title: info.title,
            version: info.version,
            summary: info.summary
        )
        document.servers = root["servers"].map { servers($0) } ?? []
        document.serverTemplates = root["servers"]?.elements.compactMap { $0.node["url"]?.string } ?? []
        document.schemas = schemas()
        checkDocumentation()
        checkComponents()
        document.securitySchemes = securitySchemes()
        document.operations = operations(under: "paths")
        document.webhooks = operations(under: "webhooks")
        document.extensions = root.extensions
        nameOperations(&document)
        checkLinks(document)
        return document
    }

    /// A link is documentation, but one to an operation that is not there misleads.
    private func checkLinks(_ document: APIDocument) {
        let operations = document.operations + document.webhooks
        let known = operations.map(\.id)
        let severity: Diagnostic.Severity = reader.builder.isTolerant(root.document) ? .warning : .error
        for response in operations.flatMap({ $0.responses.map(\.response) }) {
            for link in response.links {
                guard let id = link.value["operationId"]?.string, !known.contains(id) else { continue }
                log.add(
                    Diagnostic(
                        severity, at: response.location, "The link \(link.name) leads to no operation \(id).",
                        reason: "A link names an operation of the same document by its operationId.",
                        remedy: NearestName.of(id, among: known).map { "Did you mean \($0)?" }))
            }
        }
    }

    private func schemas() -> [(name: String, schema: SchemaID)] {
        (root["components"]?["schemas"]?.freeEntries ?? []).map { entry in
            (entry.name, reader.builder.schema(at: entry.value.node, document: entry.value.document))
        }
    }

    // MARK: Paths

    static let methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"]

    private func operations(under key: String) -> [APIOperation] {
        guard let cursor = root[key] else { return [] }
        guard cursor.node.members != nil else {
            log.error(cursor.node, "\(key) is \(cursor.node.kind); it has to be a mapping.")
            return []
        }
        var operations: [APIOperation] = []
        var templates: [String: String] = [:]
        for (path, item) in cursor.entries {
            if key == "paths" { check(path, at: item, &templates) }
            operations += self.operations(of: item, path: path, isTemplate: key == "paths")
        }
        return operations
    }

    private func check(_ path: String, at item: DocumentCursor, _ templates: inout [String: String]) {
        guard path.hasPrefix("/") else {
            log.error(
                item.node,
                "The path \(path) does not start with a slash.",
                remedy: NearestName.of(path, among: ["/" + path]).map { "Write \($0)." }
            )
            return
        }
        let shape = Self.shape(of: path)
        if let other = templates[shape] {
            let isSlash = path.filter { $0 != "/" } == other.filter { $0 != "/" }
            reader.lapse(
                item,
                "The path \(path) differs from \(other) in \(isSlash ? "slashes" : "parameter names") only.",
                reason: "A request could not tell them apart.",
                remedy: "Merge the two path items."
            )
        }
        templates[shape] = path
    }

    /// What routes are told apart by: segments without the names of parameters.
    private static func shape(of path: String) -> String {
        path.split(separator: "/").map { segment in
            segment.split(separator: "{", omittingEmptySubsequences: false).map { part in
                part.firstIndex(of: "}").map { "}" + part[part.index(after: $0)...] } ?? String(part)
            }.joined(separator: "{")
        }.joined(separator: "/")
    }

    /// Operations of a path item, with its own parameters merged in.
    func operations(of item: DocumentCursor, path: String, isTemplate: Bool) -> [APIOperation] {
        guard let target = reader.dereference(item) else { return [] }
        let fields = ["$ref", "summary", "description", "servers", "parameters"] + Self.methods
        for cursor in item.node["$ref"] == nil ? [target] : [item, target] {
            reader.checkFields(cursor, of: "Path Item Object", fields)
        }
        let shared =
            (target["parameters"]?.elements ?? [])
            + (item.node["$ref"] == nil ? [] : item["parameters"]?.elements ?? [])
        var operations: [APIOperation] = []
        for cursor in item.node["$ref"] == nil ? [target] : [target, item] {
            let servers = (cursor["servers"] ?? target["servers"]).map { self.servers($0) } ?? []
            for (name, value) in cursor.entries where Self.methods.contains(name) {
                var operation = operation(value, method: name, path: path, shared: shared, isTemplate: isTemplate)
                if operation.servers.isEmpty { operation.servers = servers }
                operation.title =
                    operation.title ?? reader.optional("summary", of: item) ?? reader.optional("summary", of: target)
                operation.summary =
                    operation.summary ?? reader.optional("description", of: item)
                    ?? reader.optional("description", of: target)
                operations.append(operation)
            }
        }
        return operations
    }

    // MARK: Names

    /// Gives a name to operations without `operationId` and reports names used twice.
    private func nameOperations(_ document: inout APIDocument) {
        var known: [String: SourceLocation] = [:]
        func settle(_ operation: inout APIOperation) {
            if operation.id.isEmpty {
                let made = Self.operationID(method: operation.method, path: operation.path)
                var name = made
                var count = 2
                while known[name] != nil {
                    name = "\(made)\(count)"
                    count += 1
                }
                operation.id = name
            } else if let other = known[operation.id] {
                log.add(
                    Diagnostic(
                        .error,
                        at: operation.location,
                        "The operationId \(operation.id) stands twice.",
                        reason: "It is at \(other.file)#\(other.pointer) too; operations are found by it.",
                        remedy: "Rename one of them."
                    )
                )
            }
            known[operation.id] = operation.location
        }
        for index in document.operations.indices where !document.operations[index].id.isEmpty {
            settle(&document.operations[index])
        }
        for index in document.webhooks.indices where !document.webhooks[index].id.isEmpty {
            settle(&document.webhooks[index])
        }
        for index in document.operations.indices where document.operations[index].id.isEmpty {
            settle(&document.operations[index])
        }
        for index in document.webhooks.indices where document.webhooks[index].id.isEmpty {
            settle(&document.webhooks[index])
        }
    }

    /// `get` and `/tenants/{tenantId}/keys` give `getTenantsByTenantIdKeys`.
    static func operationID(method: String, path: String) -> String {
        var name = method
        for segment in path.split(separator: "/") {
            var text = segment
            if segment.hasPrefix("{"), segment.hasSuffix("}") {
                name += "By"
                text = segment.dropFirst().dropLast()
            }
            for word in text.split(whereSeparator: { !($0.isASCII && ($0.isLetter || $0.isNumber)) }) {
                name += word.prefix(1).uppercased() + word.dropFirst()
            }
        }
        return name
    }
}
