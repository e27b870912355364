import ContractModel

/// Which of two versions refuses what the other accepts.
public enum Direction: String, Sendable, Hashable, CaseIterable {
    /// The old version accepts, the new one refuses: breaks whoever still writes the old way.
    case narrowed
    /// The new version accepts, the old one refuses: breaks whoever still reads the old way.
    case widened
}

/// A place where documents pass between parties that may run different versions.
struct Seam {
    /// `TenantServiceContract: POST /tenants, request`.
    var title: String
    /// Where it stands, in the version that has it.
    var location: SourceLocation
    /// The schema of its documents in either version; nil where the version has no such place.
    var old: SchemaID?
    var new: SchemaID?
    /// Directions that break somebody.
    var breaking: Set<Direction>
}

/// Places of both versions, side by side, and the schemas made for them.
struct SeamCollector {
    var old: VersionSchemas
    var new: VersionSchemas
    private(set) var seams: [Seam] = []
    private(set) var notes: [ContractChange] = []

    /// Adds a place that at least one version has.
    mutating func add(_ seam: Seam) { seams.append(seam) }

    /// Adds a change that breaks nobody.
    mutating func note(_ title: String, at location: SourceLocation, _ text: String) {
        notes.append(ContractChange(kind: .compatible, seams: [title], location: location, text: text))
    }

    /// Compares two contracts of the same module.
    mutating func collect(_ first: Contract?, _ second: Contract?) {
        switch (first?.document, second?.document) {
        case (.api(let first)?, .api(let second)?): collect(first, second, module(of: second))
        case (.api(let first)?, nil): collect(first, nil, module(of: first))
        case (nil, .api(let second)?): collect(nil, second, module(of: second))
        case (.messaging(let first)?, .messaging(let second)?): collect(first, second)
        case (.messaging(let first)?, nil): collect(first, nil)
        case (nil, .messaging(let second)?): collect(nil, second)
        case (.cache(let first)?, .cache(let second)?): collectCache(first, second)
        case (.cache(let first)?, nil): collectCache(first, [])
        case (nil, .cache(let second)?): collectCache([], second)
        case (.schemas(let first)?, .schemas(let second)?): collectSchemas(first, second)
        case (.schemas(let first)?, nil): collectSchemas(first, [])
        case (nil, .schemas(let second)?): collectSchemas([], second)
        case (nil, nil): break
        default:
            // A module that changes its kind is gone and new.
            collect(first, nil)
            collect(nil, second)
        }
    }

    private func module(of document: APIDocument) -> String { document.title }

    /// Documents that nobody but their own schema describes: kept ones, so both directions break.
    private mutating func collectSchemas(
        _ first: [(name: String, schema: SchemaID)], _ second: [(name: String, schema: SchemaID)]
    ) {
        for (name, schema) in first {
            let other = second.first { $0.name == name }?.schema
            add(
                Seam(
                    title: "schema \(name)", location: old.graph[schema].location, old: schema, new: other,
                    breaking: [.narrowed, .widened]))
        }
        for (name, schema) in second where !first.contains(where: { $0.name == name }) {
            note("schema \(name)", at: new.graph[schema].location, "is new")
        }
    }
}
