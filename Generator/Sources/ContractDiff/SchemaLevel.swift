import ContractJSON
import ContractModel

/// What two versions say about one place of a document.
struct SchemaLevel {
    let accepter: SchemaSide
    let refuser: SchemaSide
    let first: SchemaView
    let second: SchemaView
    /// The accepter's schemas that samples have to satisfy.
    let context: [SchemaID]

    /// A difference that may make the refuser refuse, with values to try.
    struct Suspicion {
        var keyword: String
        var accepterText: String
        var refuserText: String
        /// The member that it is about, if it is about one.
        var member: String?
        var accepterSchema: SchemaID?
        var refuserSchema: SchemaID?
        /// Whether the difference alone means nothing.
        var isSpeculative = false
        var candidates: [JSONValue]

        init(
            _ keyword: String, _ accepterText: String, _ refuserText: String, member: String? = nil,
            isSpeculative: Bool = false, _ candidates: [JSONValue]
        ) {
            self.keyword = keyword
            self.accepterText = accepterText
            self.refuserText = refuserText
            self.member = member
            self.isSpeculative = isSpeculative
            self.candidates = candidates
        }
    }

    /// Every suspicion at this place; places inside are other levels.
    func suspicions() -> [Suspicion] {
        if first.isNever { return [] }
        if second.isNever { return [Suspicion("false", "there", "not there", samples)] }
        return [types(), values()].compactMap(\.self) + numbers() + texts() + arrays() + members() + choices() + rest()
    }

    var samples: [JSONValue] { accepter.maker.samples(context) }

    // MARK: Scalars

    private func types() -> Suspicion? {
        guard let allowed = second.types else { return nil }
        let lost = JSONType.allCases.filter { type in
            first.allows(type) && !allowed.contains(type) && !(type == .integer && allowed.contains(.number))
        }
        // A list of values or alternatives speaks for itself.
        guard !lost.isEmpty, first.types != nil || first.values == nil else { return nil }
        var values: [JSONValue] = []
        for type in lost {
            var narrowed = accepter.maker.view(context)
            narrowed.types = [type]
            narrowed.values = narrowed.values?.filter { JSONType(of: $0) == type }
            if type == .number { values += ["0.5", "1.5"].compactMap { JSONNumber($0) }.map { .number($0) } }
            values.append(accepter.maker.sample(narrowed))
        }
        return Suspicion("type", Self.text(first.types), Self.text(second.types), values + samples)
    }

    private static func text(_ types: Set<JSONType>?) -> String {
        types.map { $0.map(\.rawValue).sorted().joined(separator: ", ") } ?? "any"
    }

    private func values() -> Suspicion? {
        guard let allowed = second.values else { return nil }
        let keyword = allowed.count == 1 ? "const" : "enum"
        guard let values = first.values else {
            let others: [JSONValue] = ["another value", .number(JSONNumber(7)), false, .null]
            return Suspicion(keyword, "any", Self.text(allowed), samples + others)
        }
        let lost = values.filter { !allowed.contains($0) }
        return lost.isEmpty ? nil : Suspicion(keyword, Self.text(values), Self.text(allowed), lost)
    }

    private static func text(_ values: [JSONValue]) -> String {
        let shown = values.prefix(12).map(\.jsonText).joined(separator: ", ")
        return values.count > 12 ? "\(shown) and \(values.count - 12) more" : shown
    }

    private func numbers() -> [Suspicion] {
        guard first.allows(.number) || first.allows(.integer) else { return [] }
        var found: [Suspicion] = []
        let tried = { (bounds: [SchemaView.Bound?], step: Int) -> [JSONValue] in
            let values = bounds.compactMap(\.self).flatMap { [$0.value, $0.value.stepped(by: step)] }
            return (values + accepter.maker.numbers(first)).map { .number($0) }
        }
        if let lower = second.lower, first.lower.map({ Self.isTighter(lower, than: $0, up: true) }) ?? true {
            found.append(
                Suspicion(
                    lower.isExclusive ? "exclusiveMinimum" : "minimum", first.lower?.value.text ?? "none",
                    lower.value.text, tried([lower, first.lower], -1)))
        }
        if let upper = second.upper, first.upper.map({ Self.isTighter(upper, than: $0, up: false) }) ?? true {
            found.append(
                Suspicion(
                    upper.isExclusive ? "exclusiveMaximum" : "maximum", first.upper?.value.text ?? "none",
                    upper.value.text, tried([upper, first.upper], 1)))
        }
        let steps = second.multiples.filter { !first.multiples.contains($0) }
        if !steps.isEmpty {
            found.append(
                Suspicion(
                    "multipleOf", first.multiples.map(\.text).joined(separator: ", "),
                    second.multiples.map(\.text).joined(separator: ", "), tried([first.lower, first.upper], 1)))
        }
        return found
    }

    private static func isTighter(_ bound: SchemaView.Bound, than other: SchemaView.Bound, up: Bool) -> Bool {
        if bound.value == other.value { return bound.isExclusive && !other.isExclusive }
        return up ? other.value < bound.value : bound.value < other.value
    }

    private func texts() -> [Suspicion] {
        guard first.allows(.string) else { return [] }
        var found: [Suspicion] = []
        let context = accepter.maker.view(context)
        func ofLength(_ lengths: [Int?]) -> [JSONValue] {
            (lengths.compactMap(\.self).flatMap { accepter.maker.strings(context, length: $0) }
                + accepter.maker.strings(context)).map { .string($0) }
        }
        if second.minLength > first.minLength {
            found.append(
                Suspicion(
                    "minLength", "\(first.minLength)", "\(second.minLength)",
                    ofLength([second.minLength - 1, first.minLength])))
        }
        if let most = second.maxLength, first.maxLength.map({ $0 > most }) ?? true {
            found.append(
                Suspicion(
                    "maxLength", first.maxLength.map { "\($0)" } ?? "none", "\(most)",
                    ofLength([most + 1, first.maxLength])))
        }
        let patterns = second.patterns.filter { !first.patterns.contains($0) }
        if !patterns.isEmpty {
            found.append(
                Suspicion(
                    "pattern", first.patterns.isEmpty ? "any" : first.patterns.joined(separator: " and "),
                    second.patterns.joined(separator: " and "), ofLength([first.minLength, first.maxLength])))
        }
        let formats = second.formats.filter { !first.formats.contains($0) }
        if !formats.isEmpty {
            found.append(
                Suspicion(
                    "format", first.formats.isEmpty ? "any" : first.formats.joined(separator: " and "),
                    second.formats.joined(separator: " and "), ofLength([])))
        }
        return found
    }

    // MARK: Arrays

    private func arrays() -> [Suspicion] {
        guard first.allows(.array) else { return [] }
        let view = accepter.maker.view(context)
        let isPlausible = first.types?.contains(.array) ?? false
        func ofCount(_ counts: [Int?]) -> [JSONValue] {
            counts.compactMap(\.self).filter { $0 >= 0 }.map { .array(accepter.maker.array(view, count: $0)) }
        }
        var found: [Suspicion] = []
        if second.minItems > first.minItems {
            found.append(
                Suspicion(
                    "minItems", "\(first.minItems)", "\(second.minItems)", isSpeculative: !isPlausible,
                    ofCount([second.minItems - 1, first.minItems])))
        }
        if let most = second.maxItems, first.maxItems.map({ $0 > most }) ?? true {
            found.append(
                Suspicion(
                    "maxItems", first.maxItems.map { "\($0)" } ?? "none", "\(most)", isSpeculative: !isPlausible,
                    ofCount([most + 1, first.maxItems])))
        }
        if second.hasUniqueItems, !first.hasUniqueItems {
            let count = max(2, first.minItems)
            let element = accepter.maker.sample(first.schemas(ofElement: first.prefixItems.count))
            found.append(
                Suspicion(
                    "uniqueItems", "false", "true", isSpeculative: !isPlausible,
                    [.array(Array(repeating: element, count: count))]))
        }
        return found
    }
}
