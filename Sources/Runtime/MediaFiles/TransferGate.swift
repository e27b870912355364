import Synchronization

/// Lets a bounded number of transfers run at once and the others wait in the order of their calls, so that memory and
/// connections stay bounded however many lanes have media.
public final class TransferGate: Sendable {
    private struct State {
        var free: Int
        var waiting: [(id: UInt64, continuation: CheckedContinuation<Bool, Never>)] = []
        var nextID: UInt64 = 0
        var cancelled: Set<UInt64> = []
    }

    private let state: Mutex<State>

    /// - Parameter limit: Most transfers at once.
    public init(limit: Int) {
        precondition(limit > 0)
        state = Mutex(State(free: limit))
    }

    /// Runs a transfer when its turn comes.
    /// - Throws: `CancellationError` if the task is cancelled while it waits; what the transfer throws.
    public func run<Value: Sendable>(_ transfer: () async throws -> Value) async throws -> Value {
        try await enter()
        defer { leave() }
        return try await transfer()
    }

    private func enter() async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        let entered = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let known: Bool? = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return false }
                    guard state.free == 0 else {
                        state.free -= 1
                        return true
                    }
                    state.waiting.append((id, continuation))
                    return nil
                }
                if let known { continuation.resume(returning: known) }
            }
        } onCancel: {
            let continuation: CheckedContinuation<Bool, Never>? = state.withLock { state in
                guard let place = state.waiting.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return state.waiting.remove(at: place).continuation
            }
            continuation?.resume(returning: false)
        }
        // A cancellation that came after the turn leaves its mark, which nobody would take away.
        state.withLock { _ = $0.cancelled.remove(id) }
        guard entered else { throw CancellationError() }
    }

    private func leave() {
        let next: CheckedContinuation<Bool, Never>? = state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst().continuation
        }
        next?.resume(returning: true)
    }
}
