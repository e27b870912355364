import Synchronization

/// Lets concurrent callers for one key share one execution. Nothing is kept once it ended, neither value nor error.
///
/// A cancelled caller leaves at once; the execution goes on for the others and is cancelled when the last one leaves, unless
/// it is to outlive them.
public final class SingleFlight<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Flight {
        let number: UInt64
        var task: Task<Void, Never>?
        var waiters: [UInt64: CheckedContinuation<Value, any Error>] = [:]
    }

    private struct State {
        var flights: [Key: Flight] = [:]
        var lastNumber: UInt64 = 0

        mutating func nextNumber() -> UInt64 {
            lastNumber += 1
            return lastNumber
        }
    }

    private let state = Mutex(State())
    private let outlivesCallers: Bool

    /// No execution yet.
    /// - Parameter outlivesCallers: Whether an execution goes on when nobody waits for it any more, for whoever comes next;
    ///   it needs a time limit of its own then.
    public init(outlivesCallers: Bool = false) { self.outlivesCallers = outlivesCallers }

    /// The result of the running execution for `key`, or of a new one.
    /// - Throws: What `operation` throws, to all who wait; `CancellationError` to a caller that is cancelled.
    public func value(for key: Key, _ operation: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let waiter = state.withLock { $0.nextNumber() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                join(key, waiter, continuation, operation)
            }
        } onCancel: {
            leave(key, waiter)
        }
    }

    /// How many executions run.
    var count: Int { state.withLock { $0.flights.count } }

    /// How many callers wait.
    var waiterCount: Int { state.withLock { $0.flights.values.reduce(0) { $0 + $1.waiters.count } } }

    /// The cancellation flag is set before ``leave(_:_:)`` runs, so one of the two sees the other under the lock.
    private func join(
        _ key: Key,
        _ waiter: UInt64,
        _ continuation: CheckedContinuation<Value, any Error>,
        _ operation: @escaping @Sendable () async throws -> Value
    ) {
        let isCancelled = state.withLock { state in
            if Task.isCancelled { return true }
            if state.flights[key] == nil {
                let number = state.nextNumber()
                state.flights[key] = Flight(number: number)
                // Unstructured: it belongs to all callers, not to the one who came first.
                state.flights[key]?.task = Task { await self.run(key, number, operation) }
            }
            state.flights[key]?.waiters[waiter] = continuation
            return false
        }
        if isCancelled { continuation.resume(throwing: CancellationError()) }
    }

    private func run(_ key: Key, _ number: UInt64, _ operation: @Sendable () async throws -> Value) async {
        let result: Result<Value, any Error>
        do { result = .success(try await operation()) } catch { result = .failure(error) }
        let waiters = state.withLock { state -> [CheckedContinuation<Value, any Error>] in
            guard state.flights[key]?.number == number else { return [] }
            return state.flights.removeValue(forKey: key).map { Array($0.waiters.values) } ?? []
        }
        for waiter in waiters { waiter.resume(with: result) }
    }

    private func leave(_ key: Key, _ waiter: UInt64) {
        let (continuation, abandoned) = state.withLock { state in
            let continuation = state.flights[key]?.waiters.removeValue(forKey: waiter)
            guard !outlivesCallers, continuation != nil, state.flights[key]?.waiters.isEmpty == true else {
                return (continuation, Task<Void, Never>?.none)
            }
            return (continuation, state.flights.removeValue(forKey: key)?.task)
        }
        abandoned?.cancel()
        continuation?.resume(throwing: CancellationError())
    }
}
