import Synchronization

/// The continuous clock, but for its sleepers: they are woken with `CancellationError` once ``drain()`` was called, and
/// later ones do not fall asleep.
///
/// Handlers of deliveries are not cancelled when their service stops, so that what they send is finished; this ends
/// only their waits.
final class DrainingClock: Clock, Sendable {
    typealias Instant = ContinuousClock.Instant

    private struct State {
        var isDraining = false
        var sleepers: [UInt64: Task<Void, any Error>] = [:]
        var lastNumber: UInt64 = 0
    }

    private let state = Mutex(State())

    var now: Instant { ContinuousClock.now }
    var minimumResolution: Duration { ContinuousClock().minimumResolution }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        // Unstructured, so that it can be cancelled from outside the sleeper's task.
        let sleep = Task { try await ContinuousClock().sleep(until: deadline, tolerance: tolerance) }
        let number: UInt64? = state.withLock { state in
            guard !state.isDraining else { return nil }
            state.lastNumber += 1
            state.sleepers[state.lastNumber] = sleep
            return state.lastNumber
        }
        guard let number else {
            sleep.cancel()
            throw CancellationError()
        }
        defer { state.withLock { $0.sleepers[number] = nil } }
        try await withTaskCancellationHandler {
            try await sleep.value
        } onCancel: {
            sleep.cancel()
        }
    }

    /// Ends all sleep for good.
    func drain() {
        let sleepers = state.withLock { state in
            state.isDraining = true
            return Array(state.sleepers.values)
        }
        for sleeper in sleepers { sleeper.cancel() }
    }
}
