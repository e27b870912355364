import StateManagerContract

/// What came of replaying or discarding a selection, over several calls of at most 100.
struct SelectionChange: Sendable {
    /// At most so many calls for one form, so that a page answers in time.
    static let maximumCalls = 10

    private(set) var changed = 0
    private(set) var unchanged = 0
    private(set) var remaining = 0

    /// Counts what one call did.
    /// - Returns: Whether another call can go on: something was changed and something is left.
    mutating func add(_ results: [ChangeResult], remaining: Int) -> Bool {
        let done = results.count { $0 == .replayed || $0 == .discarded }
        changed += done
        unchanged += results.count - done
        self.remaining = remaining
        return done > 0 && remaining > 0
    }

    /// Where the list tells of it.
    func address(_ path: String, verb: String, _ filter: ListQuery) -> String {
        var query = filter
        query.add(verb, String(changed))
        if unchanged > 0 { query.add("unchanged", String(unchanged)) }
        if remaining > 0 { query.add("remaining", String(remaining)) }
        return query.address(path)
    }
}
