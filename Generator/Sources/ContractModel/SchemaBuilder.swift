import ContractConversion
import ContractJSON
import ContractSource

/// Turns schema nodes of any number of documents into one ``SchemaGraph``.
///
/// A document is scanned once for `$id`, anchors and dialects; schemas are parsed when something needs them, with
/// everything below them. References may lead to any place of any document.
final class SchemaBuilder {
    /// What happens to keywords that no vocabulary knows.
    enum UnknownKeywords { case refuse, warn, accept }

    /// A schema resource: the schema that a base URI names.
    struct Resource {
        var node: SourceNode
        var document: String
        var base: String
        var dialect: Dialect
    }

    /// A place in a document.
    struct Place: Hashable {
        var document: String
        var pointer: String

        /// Pointers are compared exactly, as the member names in them are.
        static func == (left: Place, right: Place) -> Bool {
            left.document == right.document && ExactText(left.pointer) == ExactText(right.pointer)
        }

        func hash(into hasher: inout Hasher) { hasher.combine(ExactText(pointer)) }
    }

    struct Anchor {
        var node: SourceNode
        var document: String
        var isDynamic: Bool
    }

    let store: SourceStore
    let log: DiagnosticLog
    /// Whether `format` is checked where the dialect leaves it open.
    let assertsFormat: Bool
    /// Treatment of unknown keywords, unless ``unknownKeywordsByDocument`` says otherwise.
    var unknownKeywords: UnknownKeywords
    var unknownKeywordsByDocument: [String: UnknownKeywords] = [:]

    private(set) var graph = SchemaGraph()
    private(set) var resources: [String: Resource] = [:]
    private(set) var anchors: [String: [String: Anchor]] = [:]
    private var bases: [Place: String] = [:]
    private var ids: [Place: SchemaID] = [:]
    private var pending: [(id: SchemaID, node: SourceNode, document: String)] = []
    private var dialects: [String: Dialect] = [:]
    /// Schemas with a discriminator whose branches are not looked at yet.
    private var discriminated: [SchemaID] = []

    init(store: SourceStore, log: DiagnosticLog, assertsFormat: Bool = true, unknownKeywords: UnknownKeywords = .warn) {
        self.store = store
        self.log = log
        self.assertsFormat = assertsFormat
        self.unknownKeywords = unknownKeywords
    }

    // MARK: Documents

    /// The document at an address, scanned; nil if it cannot be read, which is then in the log.
    /// - Parameter origin: Where it is named, for messages.
    func document(_ address: String, namedAt origin: SourceNode?) -> Resource? {
        if let known = resources[address] { return known }
        if let file = store.address(ofFileCalledBy: address), file != address {
            let found = document(file, namedAt: origin)
            return resources[address] ?? found
        }
        var root: SourceNode
        do throws(SourceError) {
            root = try store.document(at: address)
        } catch {
            var problem = error
            if problem.file.isEmpty, let origin {
                problem = origin.problem(error.message, reason: error.reason, remedy: error.remedy)
            }
            log.error(problem)
            return nil
        }
        if let conversion = DocumentConversion(root) {
            root = conversion.document
            for note in conversion.notes {
                log.warning(note.node, note.message, reason: note.reason, remedy: note.remedy ?? Self.noteAdvice)
            }
        }
        if root["openapi"] != nil || root["swagger"] != nil || root["asyncapi"] != nil {
            let named = root["jsonSchemaDialect"].flatMap { node in node.string.map { dialect($0, namedAt: node) } }
            resources[address] = Resource(node: root, document: address, base: address, dialect: named ?? .openAPI)
            for member in root["components"]?["schemas"]?.members ?? [] {
                scan(member.node, document: address, base: address, dialect: named ?? .openAPI)
            }
        } else {
            resources[address] = Resource(node: root, document: address, base: address, dialect: .standard)
            scan(root, document: address, base: address, dialect: .standard, isRoot: true)
            if let base = bases[Place(document: address, pointer: "")], let resource = resources[base] {
                resources[address] = resource
            }
        }
        return resources[address]
    }

    /// Remembers base URIs, resources and anchors of a schema and everything below it.
    private func scan(
        _ node: SourceNode,
        document: String,
        base: String,
        dialect: Dialect,
        isRoot: Bool = false
    ) {
        var base = base
        var dialect = dialect
        let place = Place(document: document, pointer: node.pointer)
        guard let members = node.members else {
            bases[place] = base
            return
        }
        if let schema = node["$schema"], let address = schema.string, isRoot || node["$id"] != nil {
            dialect = self.dialect(address, namedAt: schema)
            if dialect.vocabularies.contains(.openAPI) == false, case .openAPI = resources[document]?.dialect {
                dialect.vocabularies.insert(.openAPI)
            }
        }
        if let identifier = node[dialect.draft == .draft4 ? "id" : "$id"], let text = identifier.string,
            !(dialect.referenceHidesSiblings && node["$ref"] != nil)
        {
            base = enter(text, identifier, node: node, document: document, base: base, dialect: dialect)
        } else if isRoot {
            resources[base] = Resource(node: node, document: document, base: base, dialect: dialect)
        }
        bases[place] = base
        if dialect.draft >= .draft2019 { rememberAnchors(of: node, document: document, base: base) }
        for member in members {
            guard let keyword = dialect.keyword(member.name) else { continue }
            for child in keyword.subschemas(of: member.node) {
                scan(child, document: document, base: base, dialect: dialect)
            }
        }
    }

    /// The base URI that an `$id` gives to its schema.
    private func enter(
        _ text: String,
        _ identifier: SourceNode,
        node: SourceNode,
        document: String,
        base: String,
        dialect: Dialect
    ) -> String {
        var reference = URIReference(text).resolved(against: URIReference(base))
        if let fragment = reference.fragment, !fragment.isEmpty {
            if dialect.draft < .draft2019 {
                anchors[base, default: [:]][fragment] = Anchor(node: node, document: document, isDynamic: false)
                if text.hasPrefix("#") { return base }
            } else {
                log.error(
                    identifier,
                    "$id has a fragment.",
                    reason: "An $id names a whole schema (2020-12 core, 8.2.1).",
                    remedy: "Name a part of a schema with $anchor."
                )
                return base
            }
        }
        reference.fragment = nil
        let resolved = reference.text
        if let known = resources[resolved], known.node !== node {
            log.error(
                identifier,
                "Another schema has the $id \(resolved) too.",
                reason: "It stands at \(known.node.file)#\(known.node.pointer).",
                remedy: "Give each its own $id."
            )
            return resolved
        }
        resources[resolved] = Resource(node: node, document: document, base: resolved, dialect: dialect)
        return resolved
    }

    private func rememberAnchors(of node: SourceNode, document: String, base: String) {
        for keyword in ["$anchor", "$dynamicAnchor"] {
            guard let name = node[keyword]?.string else { continue }
            let isDynamic = keyword == "$dynamicAnchor"
            if let known = anchors[base]?[name], known.node !== node, let here = node[keyword] {
                log.error(
                    here,
                    "The anchor \(name) stands twice in the same schema resource.",
                    reason: "It is at \(known.node.file)#\(known.node.pointer) too.",
                    remedy: "Rename one of them."
                )
            }
            let wasDynamic = anchors[base]?[name]?.isDynamic ?? false
            anchors[base, default: [:]][name] = Anchor(
                node: node,
                document: document,
                isDynamic: isDynamic || wasDynamic
            )
        }
        if node["$recursiveAnchor"]?.bool == true {
            anchors[base, default: [:]][""] = Anchor(node: node, document: document, isDynamic: true)
        }
    }

    /// The dialect that `$schema` or `jsonSchemaDialect` names.
    private func dialect(_ address: String, namedAt node: SourceNode) -> Dialect {
        if let known = Dialect.known(address) ?? dialects[address] { return known }
        dialects[address] = .standard
        guard let meta = metaSchema(address, namedAt: node) else { return .standard }
        let parent = meta["$schema"]?.string.flatMap(Dialect.known) ?? .standard
        guard let members = meta["$vocabulary"]?.members else {
            dialects[address] = parent
            return parent
        }
        var vocabularies: Set<Vocabulary> = [.core, .legacy]
        for member in members {
            if let known = Vocabulary(address: member.name) {
                vocabularies.insert(known)
            } else if member.node.bool == true {
                log.error(
                    node,
                    "The dialect \(address) needs the vocabulary \(member.name), which is not known here.",
                    reason: "A schema must not be processed without a vocabulary that its meta-schema requires.",
                    remedy: "Use a dialect of the standard vocabularies."
                )
            }
        }
        if vocabularies.contains(.formatAssertion) { vocabularies.insert(.formatAnnotation) }
        // In 2019-09 the keywords for what is left over belong to the applicators.
        if parent.draft == .draft2019, vocabularies.contains(.applicator) { vocabularies.insert(.unevaluated) }
        let dialect = Dialect(draft: parent.draft, vocabularies: vocabularies)
        dialects[address] = dialect
        return dialect
    }

    private func metaSchema(_ address: String, namedAt node: SourceNode) -> SourceNode? {
        let address = URIReference(address).withoutFragment
        if let resource = resources[address] { return resource.node }
        do throws(SourceError) {
            return try store.document(at: address)
        } catch {
            log.error(
                node,
                "The dialect \(address) is not known.",
                reason: error.message,
                remedy: "Write $schema: \(MetaSchemaAddress.standard), or leave it out."
            )
            return nil
        }
    }

    // MARK: Schemas

    /// Whether a document is about others, so that lapses which leave its meaning clear are only warned of.
    func isTolerant(_ document: String) -> Bool { (unknownKeywordsByDocument[document] ?? unknownKeywords) != .refuse }

    /// A schema that the document should have had at a node.
    func missingSchema(at node: SourceNode, document: String, types: Set<JSONType>?) -> SchemaID {
        let id = SchemaID(index: graph.schemas.count)
        var schema = Schema(location: node.location, uri: "\(document)#\(node.pointer)/schema", resource: document)
        schema.types = types
        graph.schemas.append(schema)
        return id
    }

    /// The schema at a node; it is parsed by the next ``finish()``.
    func schema(at node: SourceNode, document: String) -> SchemaID {
        let place = Place(document: document, pointer: node.pointer)
        if let known = ids[place] { return known }
        let base = base(of: place, node: node)
        let root = resources[base]?.node.pointer ?? ""
        let local = node.pointer.hasPrefix(root) ? String(node.pointer.dropFirst(root.count)) : node.pointer
        let id = SchemaID(index: graph.schemas.count)
        let uri = "\(base)#\(local)"
        graph.schemas.append(Schema(location: node.location, uri: uri, resource: base))
        ids[place] = id
        graph.byURI[uri] = id
        graph.byURI["\(document)#\(node.pointer)"] = id
        pending.append((id, node, document))
        return id
    }

    /// The base URI of a place; scans what no keyword led to (OpenAPI's inline schemas, targets inside unknown keywords).
    private func base(of place: Place, node: SourceNode) -> String {
        if let known = bases[place] { return known }
        var pointer = Substring(place.pointer)
        var base = resources[place.document]?.base ?? place.document
        while let slash = pointer.lastIndex(of: "/") {
            pointer = pointer[..<slash]
            if let known = bases[Place(document: place.document, pointer: String(pointer))] {
                base = known
                break
            }
        }
        let dialect = resources[base]?.dialect ?? resources[place.document]?.dialect ?? .standard
        scan(node, document: place.document, base: base, dialect: dialect)
        return bases[place] ?? base
    }

    /// The dialect in force for a base URI.
    func dialect(ofBase base: String, document: String) -> Dialect {
        resources[base]?.dialect ?? resources[document]?.dialect ?? .standard
    }

    /// Parses everything asked for so far, and what that needs.
    func finish() {
        var next = 0
        while next < pending.count {
            let (id, node, document) = pending[next]
            next += 1
            graph[id] = SchemaParser(builder: self, document: document).parse(node, into: graph[id])
            if graph[id].discriminator != nil { discriminated.append(id) }
        }
        pending.removeAll()
        for (base, named) in anchors {
            for (name, anchor) in named where anchor.isDynamic {
                guard graph.dynamicAnchors[base]?[name] == nil else { continue }
                guard ids[Place(document: anchor.document, pointer: anchor.node.pointer)] != nil || isInUse(base) else {
                    continue
                }
                graph.dynamicAnchors[base, default: [:]][name] = schema(at: anchor.node, document: anchor.document)
            }
        }
        if !pending.isEmpty { return finish() }
        for union in discriminated {
            if let note = DiscriminatorTags(union: union).settle(in: &graph) { log.add(note) }
        }
        Inheritance(graph: graph, log: log).report(discriminated)
        discriminated.removeAll()
    }

    private static let noteAdvice =
        "Nothing, if that is what you mean; else write the document in OpenAPI 3.1 and say it there."

    private func isInUse(_ base: String) -> Bool { graph.schemas.contains { $0.resource == base } }

    // MARK: References

    /// What a reference leads to.
    struct Target {
        var node: SourceNode
        var document: String
        /// Set if the fragment is the name of a dynamic anchor.
        var dynamicAnchor: String?
    }

    /// Takes the file that lies where a relative reference points from the file it stands in, if what its `$id` makes of
    /// the reference is not here: documents are often kept under another name than they call themselves.
    private func findBeside(_ text: String, base: String, address: String) {
        guard resources[address] == nil, let own = resources[base]?.document, own != base, own.hasPrefix("file:"),
            (try? store.document(at: address)) == nil, store.address(ofFileCalledBy: address) == nil
        else { return }
        let beside = URIReference(text).resolved(against: URIReference(own)).withoutFragment
        guard beside != address, (try? store.document(at: beside)) != nil else { return }
        store.add(fileAt: beside, calledBy: address)
    }

    private static func anchorAdvice(_ fragment: String, at origin: SourceNode) -> String {
        origin.pointer.hasSuffix("/$dynamicRef")
            ? "Write $dynamicAnchor: \(fragment) in the schema that is meant."
            : "Write $anchor: \(fragment) in the schema that is meant; a JSON Pointer starts with a slash: #/\(fragment)."
    }

    /// The target of a reference; nil if there is none, which is then in the log.
    func resolve(_ text: String, base: String, at origin: SourceNode) -> Target? {
        let reference = URIReference(text).resolved(against: URIReference(base))
        findBeside(text, base: base, address: reference.withoutFragment)
        guard let resource = document(reference.withoutFragment, namedAt: origin) else { return nil }
        guard let encoded = reference.fragment, !encoded.isEmpty else {
            let isRecursive = anchors[resource.base]?[""]?.node === resource.node
            return Target(
                node: resource.node,
                document: resource.document,
                dynamicAnchor: isRecursive ? "" : nil
            )
        }
        guard let fragment = URIReference.percentDecoded(encoded) else {
            log.error(origin, "The fragment of \(text) has a broken percent escape.")
            return nil
        }
        if fragment.hasPrefix("/") {
            switch resource.node.resolve(pointer: fragment) {
            case .success(let node): return Target(node: node, document: resource.document)
            case .failure(let miss):
                log.error(
                    origin,
                    "\(text) leads nowhere.",
                    reason: "\(miss.deepest.file)#\(miss.deepest.pointer) has no \(miss.token).",
                    remedy: NearestName.of(miss.token, among: miss.deepest.members?.map(\.name) ?? [])
                        .map { "Did you mean \($0)?" }
                )
                return nil
            }
        }
        guard let anchor = anchors[resource.base]?[fragment] else {
            log.error(
                origin,
                "\(text) leads nowhere.",
                reason: "No schema there has the anchor \(fragment).",
                remedy: NearestName.of(fragment, among: anchors[resource.base]?.keys.sorted() ?? [])
                    .map { "Did you mean #\($0)?" } ?? Self.anchorAdvice(fragment, at: origin)
            )
            return nil
        }
        return Target(
            node: anchor.node,
            document: anchor.document,
            dynamicAnchor: anchor.isDynamic ? fragment : nil
        )
    }
}
