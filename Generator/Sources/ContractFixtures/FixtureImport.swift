import ContractExchange
import ContractInterpreter
public import ContractJSON
public import ContractModel
public import ContractRuntime
import FoundationEssentials

/// One document that an import found, and what became of it.
public struct ImportedDocument: Sendable {
    /// What became of it.
    public enum Outcome: Sendable {
        /// A fixture to write.
        case fixture
        /// There is one with the same content already.
        case known
        /// It belongs to no operation or bucket; why.
        case foreign(String)
        /// It does not satisfy its contract, or no more after scrubbing.
        case refused([ContractViolation])
    }

    /// Where it came from: an entry of the recording or a file.
    public var source: String
    /// What became of it.
    public var outcome: Outcome
    /// Where the fixture belongs, relative to the project.
    public var path: String?
    /// Its schema.
    public var schema: String?
    /// The scrubbed document.
    public var document: JSONValue?
}

/// Makes fixtures from recorded traffic and archived webhooks: finds the contract of each document, scrubs it and checks it.
public struct FixtureImport {
    private let set: ContractSet
    private let interpreter: SchemaInterpreter
    private let folders: FixtureFolders
    private let scrubber: Scrubber
    private let root: String
    private let readers: [(module: String, reader: ExchangeReader)]
    private var made: Set<String> = []

    /// - Parameters:
    ///   - set: The contracts that documents are held against.
    ///   - root: The project.
    ///   - scrubber: Takes personal data out.
    public init(_ set: ContractSet, root: String, scrubber: Scrubber) {
        self.set = set
        self.root = root
        self.scrubber = scrubber
        interpreter = SchemaInterpreter(graph: set.graph)
        folders = FixtureFolders(root: root)
        readers = set.contracts.compactMap { contract in
            guard case .api(let document) = contract.document else { return nil }
            return (contract.module, ExchangeReader(document, graph: set.graph))
        }
    }

    // MARK: HTTP archives

    /// The JSON bodies of a recording in HAR 1.2.
    public mutating func importHAR(_ archive: JSONValue) -> [ImportedDocument] {
        let entries = archive["log"]?["entries"]?.array ?? []
        return entries.enumerated().flatMap { index, entry -> [ImportedDocument] in importEntry(entry, "entry \(index)")
        }
    }

    private mutating func importEntry(_ entry: JSONValue, _ name: String) -> [ImportedDocument] {
        let method = entry["request"]?["method"]?.string ?? ""
        let url = entry["request"]?["url"]?.string ?? ""
        let source = "\(name), \(method) \(Self.withoutQuery(url))"
        guard let operation = operation(method, url) else {
            return [ImportedDocument(source: source, outcome: .foreign("no operation has this method and path"))]
        }
        var found: [ImportedDocument] = []
        if let text = entry["request"]?["postData"]?["text"]?.string {
            let type = entry["request"]?["postData"]?["mimeType"]?.string ?? "application/json"
            let contents = operation.requestBody?.contents ?? []
            found.append(contentsOf: body(text, type, contents, "\(source), request", operation.id))
        }
        let status = entry["response"]?["status"]?.int ?? 0
        let content = entry["response"]?["content"]
        if let text = Self.text(content) {
            let contents = Self.response(status, of: operation)?.contents ?? []
            let type = content?["mimeType"]?.string ?? "application/json"
            found.append(contentsOf: body(text, type, contents, "\(source), response \(status)", operation.id))
        }
        return found
    }

    private static func withoutQuery(_ url: String) -> String { String(url.prefix { $0 != "?" && $0 != "#" }) }

    private static func text(_ content: JSONValue?) -> String? {
        guard let text = content?["text"]?.string, !text.isEmpty else { return nil }
        guard content?["encoding"]?.string == "base64" else { return text }
        return Data(base64Encoded: text).flatMap { String(validating: $0, as: UTF8.self) }
    }

    private static func response(_ status: Int, of operation: APIOperation) -> APIResponse? {
        for key in [String(status), "\(status / 100)XX", "default"] {
            if let found = operation.responses.first(where: { $0.status == key }) { return found.response }
        }
        return nil
    }

    /// The operation of an address; the path may have something in front that the document does not know.
    private func operation(_ method: String, _ url: String) -> APIOperation? {
        var path = Self.withoutQuery(url)
        if let scheme = path.range(of: "://") {
            let rest = path[scheme.upperBound...]
            path = rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? "/"
        }
        while true {
            for (_, reader) in readers {
                if case .operation(let operation, _) = reader.matcher.match(method: method, path: path) {
                    return operation
                }
            }
            guard let slash = path.dropFirst().firstIndex(of: "/") else { return nil }
            path = String(path[slash...])
        }
    }

    private mutating func body(
        _ text: String, _ type: String, _ contents: [APIContent], _ source: String, _ operation: String
    ) -> [ImportedDocument] {
        guard MediaType.isJSON(type) else { return [] }
        guard let content = MediaType.best(MediaType.essence(type), among: contents), let schema = content.schema else {
            return [ImportedDocument(source: source, outcome: .foreign("the operation documents no such body"))]
        }
        return [document(text, schema, source, operation)]
    }

    // MARK: The archive

    /// A document of an archive bucket.
    /// - Parameters:
    ///   - text: The object.
    ///   - bucket: The bucket's name, which `x-buckets` of a messaging document describes.
    ///   - source: For the report.
    public mutating func importArchived(_ text: String, bucket: String, source: String) -> ImportedDocument {
        let places = set.contracts.flatMap { contract -> [String] in
            guard case .messaging(let document) = contract.document else { return [] }
            return document.extensions["x-buckets"]?[bucket]?["documents"]?.array?.compactMap(\.string) ?? []
        }
        guard let place = places.first,
            let schema = set.graph.schemas.indices.map({ SchemaID(index: $0) })
                .first(where: { SchemaPlace.text($0, in: set.graph) == place })
        else {
            return ImportedDocument(
                source: source, outcome: .foreign("no x-buckets of a messaging document says what is in \(bucket)"))
        }
        return document(text, schema, source, String(place.split(separator: "/").last ?? "document"))
    }

    // MARK: Documents

    private mutating func document(
        _ text: String, _ schema: SchemaID, _ source: String, _ name: String
    ) -> ImportedDocument {
        guard let value = try? JSONValue(parsing: text) else {
            return ImportedDocument(source: source, outcome: .foreign("the body is no JSON"))
        }
        let places = SchemaPlace.candidates(schema, in: set.graph)
        var imported = ImportedDocument(source: source, outcome: .fixture, schema: places.last)
        let before = interpreter.violations(of: value, against: schema)
        let scrubbed = scrubber.scrubbed(value)
        let after = interpreter.violations(of: scrubbed, against: schema)
        guard before.isEmpty, after.isEmpty else {
            imported.outcome = .refused(before.isEmpty ? after : before)
            return imported
        }
        let folder = places.compactMap(folders.folder(of:)).first ?? newFolder(places.last ?? "", name)
        // Of the document as it was recorded: pseudonyms are others in every run. 32 bits of it tell nothing about it.
        var digest = SeededNumbers(0, value.jsonText)
        let stem = folder.split(separator: "/").last ?? ""
        let hexadecimal = String(digest.next() | 1 << 63, radix: 16)
        imported.path = "\(folder)/\(stem).recorded-\(hexadecimal.prefix(8)).json"
        imported.document = scrubbed
        if let path = imported.path,
            !made.insert(path).inserted || FileManager.default.fileExists(atPath: "\(root)/\(path)")
        {
            imported.outcome = .known
        }
        return imported
    }

    /// A folder for a schema that no map names yet: called like the schema, beside those of the same spec.
    private func newFolder(_ place: String, _ name: String) -> String {
        let file = place.prefix { $0 != "#" }
        let group = file.split(separator: "/").dropFirst().first.map(String.init) ?? "services"
        let inside = group == "services" ? "\(file.split(separator: "/").last?.prefix { $0 != "." } ?? "")/" : ""
        let pointer = place.dropFirst(file.count + 1)
        let isNamed = pointer.contains("/schemas/") || pointer.contains("/$defs/")
        let schema = isNamed ? String(pointer.split(separator: "/").last ?? "") : name
        return "\(FixtureFolders.base)/\(group)/\(inside)\(schema)"
    }

    /// The line that a `fixtures-map.yaml` needs for a document whose schema has no folder yet; nil if it has one.
    public func mapLine(for document: ImportedDocument) -> (file: String, line: String)? {
        guard let schema = document.schema, let path = document.path, folders.folder(of: schema) == nil else {
            return nil
        }
        let parts = path.split(separator: "/").dropFirst(2)
        guard let group = parts.first else { return nil }
        let folder = parts.dropFirst().dropLast().joined(separator: "/")
        let isPlatform = ["whatsapp", "genesys"].contains(group)
        let file = isPlatform ? "Specs/\(group)/fixtures-map.yaml" : "\(FixtureFolders.base)/\(group)/fixtures-map.yaml"
        return (file, "  - { folder: \(folder), schema: \"\(schema)\" }")
    }
}
