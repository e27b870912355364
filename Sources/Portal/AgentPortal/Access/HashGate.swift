import Synchronization

/// Lets a few in at a time, has some more wait for their turn, and refuses the rest.
///
/// Who waits is not woken by cancellation: turns last tenths of a second, and few wait.
final class HashGate: Sendable {
    private struct State {
        var running = 0
        /// In the order of their coming.
        var waiting: [CheckedContinuation<Bool, Never>] = []
    }

    private let state = Mutex(State())
    private let running: Int
    private let inHand: Int

    /// - Parameters:
    ///   - running: Most that are in at the same time.
    ///   - inHand: Most that are in or wait.
    init(running: Int, inHand: Int) {
        self.running = running
        self.inHand = inHand
    }

    /// Waits for a turn, which ``leave()`` must end.
    /// - Returns: false at once if too many wait already; then there is no turn to end.
    func enter() async -> Bool {
        await withCheckedContinuation { continuation in
            let isIn = state.withLock { state -> Bool? in
                if state.running < running {
                    state.running += 1
                    return true
                }
                guard state.running + state.waiting.count < inHand else { return false }
                state.waiting.append(continuation)
                return nil
            }
            if let isIn { continuation.resume(returning: isIn) }
        }
    }

    /// Ends a turn; the first who waits is next.
    func leave() {
        let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.running -= 1
            return nil
        }
        next?.resume(returning: true)
    }

    /// How many are in or wait.
    var count: Int { state.withLock { $0.running + $0.waiting.count } }
}
