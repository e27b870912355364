public import ContractModel

/// Compares two versions of contracts: HTTP operations, messages on queues, cache entries, kept documents.
public struct ContractComparison {
    private struct Key: Hashable {
        var location: SourceLocation
        var keyword: String
        var direction: Direction
        var text: String
    }

    /// What a difference is about, whichever version refuses.
    private struct Subject: Hashable {
        /// Keywords that say the same in two ways.
        private static let families = [
            "const": "enum", "exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum", "oneOf": "anyOf",
            "unevaluatedProperties": "additionalProperties",
        ]

        var pointer: String
        var keyword: String

        init(_ difference: SchemaDifference) {
            pointer = difference.pointer
            keyword = Self.families[difference.keyword] ?? difference.keyword
        }
    }

    private let collector: SeamCollector
    private let old: SchemaSide
    private let new: SchemaSide
    private var changes: [ContractChange] = []
    private var positions: [Key: Int] = [:]
    private var clean: [Direction: Set<SchemaComparison.Pair>] = [:]

    /// Every change, breaking ones first, then in order of file and place.
    ///
    /// Contracts are paired by module. Shared schemas count where operations, messages and cache entries use them;
    /// on their own only if there is nothing else to compare.
    public static func changes(from old: ContractSet, to new: ContractSet) -> [ContractChange] {
        var collector = SeamCollector(old: VersionSchemas(old), new: VersionSchemas(new))
        let sharesOnly = (old.contracts + new.contracts).allSatisfy {
            if case .schemas = $0.document { true } else { false }
        }
        func counts(_ contract: Contract) -> Bool {
            if case .schemas = contract.document { return sharesOnly }
            return true
        }
        for contract in old.contracts where counts(contract) {
            collector.collect(contract, new.contracts.first { $0.module == contract.module })
        }
        for contract in new.contracts where counts(contract) {
            if !old.contracts.contains(where: { $0.module == contract.module }) { collector.collect(nil, contract) }
        }
        var comparison = ContractComparison(collector)
        for seam in collector.seams { comparison.compare(seam) }
        let order = ContractChange.Kind.allCases
        return (comparison.changes + collector.notes).enumerated().sorted { left, right in
            let first = order.firstIndex(of: left.element.kind) ?? 0
            let second = order.firstIndex(of: right.element.kind) ?? 0
            let (one, other) = (left.element.location, right.element.location)
            return (first, one.file, one.line, one.column, left.offset)
                < (second, other.file, other.line, other.column, right.offset)
        }.map(\.element)
    }

    private init(_ collector: SeamCollector) {
        self.collector = collector
        old = SchemaSide(graph: collector.old.graph)
        new = SchemaSide(graph: collector.new.graph)
    }

    private mutating func compare(_ seam: Seam) {
        let first = (old, seam.old ?? collector.old.none)
        let second = (new, seam.new ?? collector.new.none)
        var told: Set<Subject> = []
        for direction in Direction.allCases where seam.breaking.contains(direction) {
            for difference in differences(first, second, direction) {
                // What is undecided one way may be plain the other way.
                if difference.witness != nil { told.insert(Subject(difference)) }
                add(difference, direction, seam)
            }
        }
        noteHarmless(first, second, seam, told: told)
    }

    private mutating func differences(
        _ first: (SchemaSide, SchemaID), _ second: (SchemaSide, SchemaID), _ direction: Direction
    ) -> [SchemaDifference] {
        let accepter = direction == .narrowed ? first : second
        let refuser = direction == .narrowed ? second : first
        return SchemaComparison.differences(
            accepter.0, accepter.1, refuser.0, refuser.1, clean: &clean[direction, default: []])
    }

    private mutating func add(_ difference: SchemaDifference, _ direction: Direction, _ seam: Seam) {
        let (before, after) =
            direction == .narrowed
            ? (difference.accepterText, difference.refuserText) : (difference.refuserText, difference.accepterText)
        let isGone = seam.new == nil && difference.pointer.isEmpty
        let isNew = seam.old == nil && difference.pointer.isEmpty
        let text = isGone ? "is gone" : isNew ? "is new" : "\(difference.keyword): \(before) → \(after)"
        let location = direction == .narrowed ? difference.refuserLocation : difference.accepterLocation
        let shown = isGone || isNew ? seam.location : location
        record(
            ContractChange(
                kind: difference.witness == nil ? .undecided : .breaking, direction: direction, seams: [seam.title],
                location: shown, pointer: difference.pointer, keyword: difference.keyword, text: text,
                witness: difference.witness))
    }

    /// - Parameter told: What breaks somebody; seen from the other side it is no news.
    private mutating func noteHarmless(
        _ first: (SchemaSide, SchemaID), _ second: (SchemaSide, SchemaID), _ seam: Seam, told: Set<Subject>
    ) {
        for direction in Direction.allCases where !seam.breaking.contains(direction) {
            for difference in differences(first, second, direction) where !told.contains(Subject(difference)) {
                let (before, after) =
                    direction == .narrowed
                    ? (difference.accepterText, difference.refuserText)
                    : (difference.refuserText, difference.accepterText)
                let isGone = seam.new == nil && difference.pointer.isEmpty
                let text = isGone ? "is gone" : "\(difference.keyword): \(before) → \(after)"
                let location =
                    isGone
                    ? seam.location
                    : direction == .narrowed ? difference.refuserLocation : difference.accepterLocation
                record(
                    ContractChange(
                        kind: .compatible, direction: direction, seams: [seam.title], location: location,
                        pointer: difference.pointer, keyword: difference.keyword, text: text))
            }
        }
    }

    /// One change of a shared schema shows at many places: said once, with all of them.
    private mutating func record(_ change: ContractChange) {
        let key = Key(
            location: change.location, keyword: "\(change.kind) \(change.keyword ?? "")",
            direction: change.direction ?? .narrowed,
            text: change.text + (change.pointer.split(separator: "/").last ?? ""))
        if let position = positions[key] {
            if !changes[position].seams.contains(change.seams[0]) { changes[position].seams += change.seams }
            return
        }
        positions[key] = changes.count
        changes.append(change)
    }
}
