import Synchronization

/// Keeps values for a fixed time in memory, never more than a fixed number of them; the oldest goes first.
public final class ExpiringCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry {
        let value: Value
        let expiry: ContinuousClock.Instant
        let number: UInt64
    }

    private struct State {
        var entries: [Key: Entry] = [:]
        /// Keys in the order in which they were set, which is the order in which they expire. Entries that were set
        /// again or removed leave stale places, known by their number.
        var order: [(key: Key, number: UInt64)] = []
        var first = 0
        var lastNumber: UInt64 = 0
    }

    private let state = Mutex(State())
    private let flights: SingleFlight<Key, Value>
    private let capacity: Int
    private let lifetime: Duration
    private let now: @Sendable () -> ContinuousClock.Instant

    /// Creates an empty cache.
    /// - Parameters:
    ///   - capacity: Most entries; at least 1.
    ///   - lifetime: How long an entry is good.
    ///   - finishesLoads: Whether a load goes on when nobody waits for it any more.
    ///   - now: The time.
    public init(
        capacity: Int,
        lifetime: Duration,
        finishesLoads: Bool = false,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        precondition(capacity > 0)
        self.capacity = capacity
        self.lifetime = lifetime
        flights = SingleFlight(outlivesCallers: finishesLoads)
        self.now = now
    }

    /// The number of entries, expired ones that were not yet removed included.
    public var count: Int { state.withLock { $0.entries.count } }

    /// The value, if it is there and not expired.
    public func value(for key: Key) -> Value? {
        let now = now()
        return state.withLock { state in
            guard let entry = state.entries[key] else { return nil }
            if entry.expiry > now { return entry.value }
            state.entries[key] = nil
            return nil
        }
    }

    /// The value that is there, or the one that `load` gives, which is kept. Concurrent callers share one load; errors are
    /// not kept.
    public func value(for key: Key, load: @escaping @Sendable () async throws -> Value) async throws -> Value {
        if let value = value(for: key) { return value }
        return try await flights.value(for: key) {
            // The execution before may have ended between the look and this one.
            if let value = self.value(for: key) { return value }
            let value = try await load()
            self.set(value, for: key)
            return value
        }
    }

    /// Keeps a value.
    public func set(_ value: Value, for key: Key) {
        let expiry = now() + lifetime
        state.withLock { state in
            state.lastNumber += 1
            if state.entries[key] == nil, state.entries.count >= capacity { Self.removeOldest(&state) }
            state.entries[key] = Entry(value: value, expiry: expiry, number: state.lastNumber)
            state.order.append((key, state.lastNumber))
            if state.order.count > 2 * capacity + 16 { Self.compact(&state) }
        }
    }

    /// Forgets a value.
    public func remove(_ key: Key) {
        state.withLock { $0.entries[key] = nil }
    }

    private static func removeOldest(_ state: inout State) {
        while state.first < state.order.count {
            let (key, number) = state.order[state.first]
            state.first += 1
            if state.entries[key]?.number == number {
                state.entries[key] = nil
                return
            }
        }
    }

    private static func compact(_ state: inout State) {
        state.order = state.order[state.first...].filter { state.entries[$0.key]?.number == $0.number }
        state.first = 0
    }
}
