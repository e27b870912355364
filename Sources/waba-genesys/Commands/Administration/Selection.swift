import ArgumentParser
import ContractJSON
import ContractRuntime
import StateManagerContract

/// What became of one of the things that were chosen.
protocol SelectedChange {
    var id: String { get }
    var result: ChangeResult { get }
}

/// What became of everything that was chosen in one call.
protocol SelectedChanges: ContractValue {
    associatedtype Change: SelectedChange
    var results: [Change] { get }
    var remaining: Int { get }
    init(results: [Change], remaining: Int)
}

extension DeadLetterChange: SelectedChange {}
extension DeadLetterChanges: SelectedChanges {}
extension QuarantineChange: SelectedChange {}
extension QuarantineChanges: SelectedChanges {}

/// Dead letters or quarantined updates by id, or all that a filter finds, a hundred at a time.
enum Selection {
    static func validate(_ ids: [String], _ all: Bool) throws {
        if ids.isEmpty != all { throw ValidationError("give ids, or --all with options that choose; not both") }
        if ids.count > 100 { throw ValidationError("at most 100 ids at once") }
        if let wrong = ids.first(where: { ContractFormat.isValid("uuid", $0) != true }) {
            throw ValidationError(
                "'\(wrong.forTerminal)' is no id; ids look like 0f2a5c1e-9c1b-4f0e-8a77-5b2f5d0f6a11, and the list shows them"
            )
        }
    }

    /// Calls until nothing is left of a filter or nothing more changes, and reports what became of each.
    /// - Throws: `ExitCode(1)` if one that was named was left as it was, or something of a filter is left.
    static func change<Filter, Changes: SelectedChanges>(
        ids: [String]?, filter: Filter, _ report: ReportOptions,
        call: ([String]?, Filter?) async throws -> Changes
    ) async throws {
        var results: [Changes.Change] = []
        var seen: Set<String> = []
        var remaining = 0
        while true {
            let changes = try await call(ids, ids == nil ? filter : nil)
            results += changes.results
            remaining = changes.remaining
            let isNew = changes.results.contains { $0.isDone && seen.insert($0.id).inserted }
            // What fails again at once becomes a new one again; it is left for another day.
            guard ids == nil, isNew, remaining > 0 else { break }
        }
        report.write(Changes(results: results, remaining: remaining).jsonValue) {
            var table = TextTable(["id", "result"])
            for change in results { table.add([change.id, change.result.rawValue]) }
            return table.lines(orElse: "nothing open matches")
                + (remaining > 0 ? ["  \(remaining) that match are still open"] : [])
        }
        if remaining > 0 || results.contains(where: { !$0.isDone }) { throw ExitCode(1) }
    }
}

extension SelectedChange {
    /// Whether it was changed.
    fileprivate var isDone: Bool { result == .replayed || result == .discarded }
}
