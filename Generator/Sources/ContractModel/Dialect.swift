/// Which keywords a schema resource has, decided by its `$schema`.
struct Dialect: Hashable {
    /// Drafts of JSON Schema, oldest first.
    enum Draft: Int, Comparable {
        case draft4, draft6, draft7, draft2019, draft2020

        static func < (left: Draft, right: Draft) -> Bool { left.rawValue < right.rawValue }
    }

    var draft: Draft
    var vocabularies: Set<Vocabulary>

    /// JSON Schema 2020-12 with the vocabularies of its standard meta-schema.
    static let standard = Dialect(
        draft: .draft2020,
        vocabularies: [.core, .applicator, .unevaluated, .validation, .metaData, .formatAnnotation, .content, .legacy]
    )

    /// What OpenAPI 3.1 adds to it.
    static let openAPI = Dialect(draft: .draft2020, vocabularies: standard.vocabularies.union([.openAPI]))

    /// A dialect known by its address (with or without an empty fragment).
    static func known(_ address: String) -> Dialect? {
        let address = address.hasSuffix("#") ? String(address.dropLast()) : address
        switch address.replacing("http://", with: "https://", maxReplacements: 1) {
        // The address without a draft means the newest one.
        case MetaSchemaAddress.standard, "https://json-schema.org/schema": return standard
        case "https://json-schema.org/draft/2019-09/schema":
            return Dialect(draft: .draft2019, vocabularies: standard.vocabularies)
        case "https://json-schema.org/draft-07/schema":
            return Dialect(draft: .draft7, vocabularies: standard.vocabularies)
        case "https://json-schema.org/draft-06/schema":
            return Dialect(draft: .draft6, vocabularies: standard.vocabularies)
        case "https://json-schema.org/draft-04/schema":
            return Dialect(draft: .draft4, vocabularies: standard.vocabularies)
        case let address where address.hasPrefix("https://spec.openapis.org/oas/3.1/dialect/"): return openAPI
        default: return nil
        }
    }

    /// The keyword of a name, if this dialect has it.
    func keyword(_ name: String) -> SchemaKeyword? {
        guard let keyword = SchemaKeyword.table[name], keyword.drafts.contains(draft),
            vocabularies.contains(keyword.vocabulary)
        else { return nil }
        return keyword
    }

    /// Whether a `$ref` makes its neighbours meaningless (before 2019-09).
    var referenceHidesSiblings: Bool { draft < .draft2019 }

    /// Whether a list in `items` is what 2020-12 calls `prefixItems`.
    var itemsMayBeList: Bool { draft < .draft2020 }
}

/// Groups of keywords that a meta-schema switches on.
enum Vocabulary: String, Hashable {
    case core, applicator, unevaluated, validation
    case metaData = "meta-data"
    case formatAnnotation = "format-annotation"
    case formatAssertion = "format-assertion"
    case content
    /// Keywords of OpenAPI's Schema Object.
    case openAPI
    /// Keywords that 2020-12 gave up but that documents still use.
    case legacy

    /// The vocabulary of an address in `$vocabulary`; nil if it is unknown here.
    init?(address: String) {
        if address == "https://spec.openapis.org/oas/3.1/vocab/base" {
            self = .openAPI
            return
        }
        for base in ["https://json-schema.org/draft/2020-12/vocab/", "https://json-schema.org/draft/2019-09/vocab/"]
        where address.hasPrefix(base) {
            let name = address.dropFirst(base.count)
            self.init(rawValue: name == "format" ? "format-annotation" : String(name))
            return
        }
        return nil
    }
}
