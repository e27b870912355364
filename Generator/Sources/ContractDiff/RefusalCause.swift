import ContractJSON
import ContractModel
import ContractRuntime

/// Tells whether the refuser refuses a document because of one difference, and not because of another one beside it.
struct RefusalCause {
    /// Keywords that a violation may name for a difference that is called by one of them.
    private static let families: [Set<String>] = [
        ["const", "enum"], ["minimum", "exclusiveMinimum"], ["maximum", "exclusiveMaximum"], ["oneOf", "anyOf"],
        ["additionalProperties", "unevaluatedProperties"], ["contains", "minContains", "maxContains"],
    ]
    /// Keywords whose refusal is about something inside the value that they refuse.
    private static let wrappers: Set = [
        "oneOf", "anyOf", "not", "if", "contains", "false", "propertyNames", "dependentSchemas",
    ]
    /// Keywords that stand in a violation of the schema that holds them, not of one inside.
    private static let assertions = [
        "type", "enum", "const", "multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum",
        "maxLength",
        "minLength", "pattern", "format", "maxItems", "minItems", "uniqueItems", "contains", "minContains",
        "maxContains",
        "maxProperties", "minProperties", "required", "dependentRequired", "additionalProperties",
        "unevaluatedProperties", "unevaluatedItems", "not", "anyOf", "oneOf",
    ]

    private let pointer: String
    private let keywords: Set<String>
    private let member: String?
    /// Where the keywords stand that hold at the place and are not the difference.
    private let others: Set<String>

    /// - Parameters:
    ///   - suspicion: The difference.
    ///   - pointer: Its place in the document.
    ///   - schemas: The refuser's schemas that hold there.
    ///   - refuser: The version that refuses.
    init(_ suspicion: SchemaLevel.Suspicion, at pointer: String, in schemas: [SchemaID], _ refuser: SchemaSide) {
        self.pointer = pointer
        member = suspicion.member
        let keyword = suspicion.keyword
        let keywords = Self.families.first { $0.contains(keyword) } ?? [keyword]
        self.keywords = keywords
        // Where nothing passes any more, every refusal is the difference.
        guard keyword != "false" else {
            others = []
            return
        }
        others = Set(
            refuser.maker.view(schemas).schemas.flatMap { id -> [String] in
                let location = refuser.graph[id].location
                return Self.assertions.filter { !keywords.contains($0) }
                    .map { "\(location.file)#\(location.pointer)/\($0)" }
            })
    }

    /// Whether a refusal is about the place and the difference: it names the place or something inside, or alternatives around it.
    func explains(_ violation: ContractViolation) -> Bool {
        let place = violation.instancePointer
        guard place == pointer || place.hasPrefix(pointer + "/") else {
            return Self.wrappers.contains(violation.keyword) && pointer.hasPrefix(place + "/")
        }
        if others.contains(violation.schemaPointer) { return false }
        guard let member, keywords.contains(violation.keyword) else { return true }
        // Of several members that are required or unknown, it has to be this one.
        if violation.keyword == "required" { return violation.message.contains("\"\(member.shown)\" is missing") }
        return place == pointer || place == pointer + "/" + JSONPointer.escape(member)
    }
}

extension String {
    /// A name as violations show it.
    fileprivate var shown: String { unicodeScalars.count <= 64 ? self : "\(prefix(63))…" }
}
