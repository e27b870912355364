public import ServiceKit
import Synchronization

/// Tells work that waits before its next attempt that the process is about to stop, so that the wait ends and the message
/// goes back to its queue instead of holding up the shutdown.
public final class DrainSignal: Sendable {
    private struct State {
        var isDraining = false
        var sleepers: [UInt64: Task<Void, any Error>] = [:]
        var lastNumber: UInt64 = 0
    }

    private let state = Mutex(State())

    /// Not yet given.
    public init() {}

    /// Ends every wait, and all that begin from now on.
    public func begin() {
        let sleepers = state.withLock { state in
            state.isDraining = true
            return Array(state.sleepers.values)
        }
        for sleeper in sleepers { sleeper.cancel() }
    }

    /// A job whose cancellation gives the signal.
    public func job(_ name: String, run: @escaping @Sendable () async throws -> Void) -> ServiceAssembly.Job {
        ServiceAssembly.Job(name: name) {
            try await withTaskCancellationHandler {
                try await run()
            } onCancel: {
                self.begin()
            }
        }
    }

    /// Tries until the operation succeeds, fails for good or the policy gives up; waits end when the signal is given.
    /// - Throws: `RetriesExhausted`; `CancellationError` as soon as the signal is given during a wait.
    public func retrying<Value: Sendable>(
        _ policy: RetryPolicy, _ operation: @Sendable (_ attempt: Int) async throws -> Value
    ) async throws -> Value {
        try await withRetries(policy, clock: DrainClock(signal: self)) { try await operation($0) }
    }

    /// Waits for a time.
    /// - Throws: `CancellationError` as soon as the signal is given or the task is cancelled.
    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
        let sleeper = Task { try await ContinuousClock().sleep(until: deadline, tolerance: tolerance) }
        let number = state.withLock { state -> UInt64? in
            guard !state.isDraining else { return nil }
            state.lastNumber += 1
            state.sleepers[state.lastNumber] = sleeper
            return state.lastNumber
        }
        guard let number else {
            sleeper.cancel()
            throw CancellationError()
        }
        defer { state.withLock { $0.sleepers[number] = nil } }
        try await withTaskCancellationHandler {
            try await sleeper.value
        } onCancel: {
            sleeper.cancel()
        }
    }
}

/// The continuous clock, whose sleep ends with an error when the process drains.
public struct DrainClock: Clock {
    private let signal: DrainSignal

    /// - Parameter signal: Ends its sleep.
    public init(signal: DrainSignal) { self.signal = signal }

    /// The time, as the continuous clock tells it.
    public var now: ContinuousClock.Instant { .now }
    /// As fine as the continuous clock.
    public var minimumResolution: Duration { ContinuousClock().minimumResolution }

    /// Waits.
    /// - Throws: `CancellationError` as soon as the signal is given or the task is cancelled.
    public func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
        try await signal.sleep(until: deadline, tolerance: tolerance)
    }
}
