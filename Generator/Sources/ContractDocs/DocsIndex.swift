import ContractJSON
import ContractModel

/// Which schemas have a place in the reference, where it is, and who uses them.
struct DocsIndex {
    /// A schema with a name.
    struct Entry {
        var name: String
        var schema: SchemaID
        /// Page without folder, `TenantServiceContract.html`.
        var page: String
        var anchor: String
        var href: String { "\(page)#\(anchor)" }
    }

    /// A place that uses a schema.
    struct Use: Hashable {
        var title: String
        var href: String
    }

    let set: ContractSet
    private(set) var entries: [Entry] = []
    private var positions: [SchemaID: Int] = [:]
    private var byPlace: [String: Int] = [:]
    private var uses: [SchemaID: [Use]] = [:]

    /// Page of schemas in files that belong to no contract of their own.
    static let sharedPage = "shared-files.html"

    init(set: ContractSet) {
        self.set = set
        collectEntries()
        collectUses()
    }

    var graph: SchemaGraph { self.set.graph }

    static func page(_ contract: Contract) -> String { "\(HTML.anchor(contract.module)).html" }

    /// The entry of a schema that has a name.
    func entry(_ id: SchemaID) -> Entry? { positions[id].map { entries[$0] } }

    /// The entry at a place, `Specs/schemas/tenant.yaml#/$defs/Tenant`.
    func entry(at place: String) -> Entry? { byPlace[place].map { entries[$0] } }

    func entries(on page: String) -> [Entry] { entries.filter { $0.page == page } }

    /// Who uses a schema, in the order of the reference.
    func uses(of id: SchemaID) -> [Use] { uses[id] ?? [] }

    // MARK: Names

    private mutating func collectEntries() {
        var pages: [String: String] = [:]
        for contract in set.contracts { for file in contract.files { pages[file] = Self.page(contract) } }
        for contract in set.contracts {
            for (name, id) in contract.namedSchemas {
                add(name, id, pages[graph[id].location.file] ?? Self.page(contract))
            }
        }
        // What others refer to without owning it: Specs/services/operations.yaml.
        for index in graph.schemas.indices {
            let id = SchemaID(index: index)
            guard positions[id] == nil, let target = graph[id].reference, positions[target] == nil else { continue }
            guard let name = Self.name(of: graph[target].location) else { continue }
            add(name, target, pages[graph[target].location.file] ?? Self.sharedPage)
        }
    }

    private mutating func add(_ name: String, _ id: SchemaID, _ page: String) {
        guard positions[id] == nil else { return }
        let taken = Set(entries.filter { $0.page == page }.map(\.anchor))
        var anchor = "schema-\(HTML.anchor(name))"
        while taken.contains(anchor) { anchor += "-" }
        let location = graph[id].location
        positions[id] = entries.count
        byPlace["\(location.file)#\(location.pointer)"] = entries.count
        entries.append(Entry(name: name, schema: id, page: page, anchor: anchor))
    }

    /// The name of a schema that stands in a list of named ones.
    private static func name(of location: SourceLocation) -> String? {
        let parts = location.pointer.split(separator: "/")
        guard parts.count >= 2, ["schemas", "$defs", "definitions"].contains(parts[parts.count - 2]) else { return nil }
        return parts.last.map { JSONPointer.unescape($0) }.map { String($0) }
    }

    // MARK: Uses

    private mutating func collectUses() {
        for contract in set.contracts {
            let page = Self.page(contract)
            switch contract.document {
            case .api(let document):
                for operation in document.operations + document.webhooks {
                    let href = "\(page)#\(OperationHTML.anchor(operation))"
                    let title = "\(operation.method.uppercased()) \(operation.path)"
                    for (part, id) in OperationHTML.schemas(operation) {
                        note(id, Use(title: "\(title) · \(part)", href: href))
                    }
                }
            case .messaging(let document):
                for message in document.messages {
                    let use = Use(
                        title: "message \(message.name)", href: "\(page)#message-\(HTML.anchor(message.name))")
                    for id in [message.payload, message.headers].compactMap(\.self) { note(id, use) }
                }
            case .schemas, .cache: break
            }
        }
        for entry in entries { noteChildren(of: entry.schema, Use(title: "schema \(entry.name)", href: entry.href)) }
    }

    /// Notes a use of the named schema that `id` is or leads to without another name between.
    private mutating func note(_ id: SchemaID, _ use: Use) {
        var seen: Set<SchemaID> = []
        note(id, use, &seen)
    }

    private mutating func note(_ id: SchemaID, _ use: Use, _ seen: inout Set<SchemaID>) {
        guard seen.insert(id).inserted else { return }
        if positions[id] != nil {
            if !(uses[id]?.contains(use) ?? false) { uses[id, default: []].append(use) }
            return
        }
        for child in graph[id].subschemas { note(child, use, &seen) }
    }

    private mutating func noteChildren(of id: SchemaID, _ use: Use) {
        var seen: Set<SchemaID> = [id]
        for child in graph[id].subschemas { note(child, use, &seen) }
    }
}

extension Contract {
    /// Schemas with a name of the contract's documents.
    var namedSchemas: [(name: String, schema: SchemaID)] {
        switch document {
        case .schemas(let named), .cache(let named): named
        case .api(let document): document.schemas
        case .messaging(let document): document.schemas
        }
    }
}

extension Schema {
    /// Every schema that this one names or holds.
    var subschemas: [SchemaID] {
        let single = [
            reference, dynamicReference?.target, items, contains, unevaluatedItems, additionalProperties, propertyNames,
            unevaluatedProperties, not, ifSchema, thenSchema, elseSchema, contentSchema,
        ]
        return single.compactMap(\.self) + prefixItems + properties.map(\.schema) + patternProperties.map(\.schema)
            + dependentSchemas.map(\.schema) + allOf + anyOf + oneOf
    }
}
