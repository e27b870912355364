import DequeModule

/// Names the share of one transport in an engine.
struct LaneID: Hashable, Sendable {
    let rawValue: UInt64
}

/// Who of one transport is on the wire and who waits, in the order of arrival.
struct Lane {
    private(set) var inFlight = 0
    private var waiting: Deque<ExchangePlan> = []

    var isIdle: Bool { inFlight == 0 && waiting.isEmpty }
    var plans: Deque<ExchangePlan> { waiting }

    /// Adds a plan; false if too many wait already.
    mutating func enqueue(_ plan: ExchangePlan) -> Bool {
        guard inFlight < plan.configuration.inFlightLimit || waiting.count < plan.configuration.waitingLimit else {
            return false
        }
        waiting.append(plan)
        return true
    }

    /// The next plan that may go on the wire; it counts as in flight from now on.
    mutating func next() -> ExchangePlan? {
        guard let first = waiting.first, inFlight < first.configuration.inFlightLimit else { return nil }
        inFlight += 1
        return waiting.removeFirst()
    }

    /// An exchange that ``next()`` gave out has ended.
    mutating func release() { inFlight -= 1 }

    /// Takes waiting plans out that fulfil a condition.
    mutating func remove(where condition: (ExchangePlan) -> Bool) -> [ExchangePlan] {
        let removed = waiting.filter(condition)
        if !removed.isEmpty { waiting.removeAll(where: condition) }
        return Array(removed)
    }
}
