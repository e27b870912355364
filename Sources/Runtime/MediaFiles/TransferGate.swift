import Synchronization

/// Lets a bounded number of transfers run at once, so that memory and connections stay bounded however many lanes have
/// media.
///
/// Turns go round among the owners that wait, in the order of the calls of each, and no owner ever has more than its share
/// under way: one whose files are slow leaves places for the others.
public final class TransferGate: Sendable {
    fileprivate struct Waiting {
        let id: UInt64
        let continuation: CheckedContinuation<Bool, Never>
    }

    fileprivate struct State {
        var free: Int
        /// Transfers under way by owner.
        var running: [String: Int] = [:]
        var waiting: [String: [Waiting]] = [:]
        /// Owners that wait; the first that may gets the next turn and goes to the end.
        var turns: [String] = []
        var nextID: UInt64 = 0
        var cancelled: Set<UInt64> = []
    }

    private let state: Mutex<State>
    private let share: Int

    /// Creates a gate.
    /// - Parameters:
    ///   - limit: Most transfers at once.
    ///   - share: Most transfers of one owner at once; half the limit where nil.
    public init(limit: Int, share: Int? = nil) {
        precondition(limit > 0 && share ?? 1 > 0)
        self.share = share ?? max(limit / 2, 1)
        state = Mutex(State(free: limit))
    }

    /// Runs a transfer when its turn comes.
    /// - Parameter owner: Whose it is.
    /// - Throws: `CancellationError` if the task is cancelled while it waits; what the transfer throws.
    public func run<Value: Sendable>(
        for owner: String, _ transfer: () async throws -> Value
    ) async throws -> Value {
        try await enter(owner)
        defer { leave(owner) }
        return try await transfer()
    }

    private func enter(_ owner: String) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        let entered = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let known: Bool? = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return false }
                    guard state.free > 0, state.running[owner, default: 0] < share else {
                        if state.waiting[owner] == nil { state.turns.append(owner) }
                        state.waiting[owner, default: []].append(Waiting(id: id, continuation: continuation))
                        return nil
                    }
                    state.begin(owner)
                    return true
                }
                if let known { continuation.resume(returning: known) }
            }
        } onCancel: {
            state.withLock { $0.remove(id, of: owner) }?.resume(returning: false)
        }
        // A cancellation that came after the turn leaves its mark, which nobody would take away.
        state.withLock { _ = $0.cancelled.remove(id) }
        guard entered else { throw CancellationError() }
    }

    private func leave(_ owner: String) {
        let next: CheckedContinuation<Bool, Never>? = state.withLock { state in
            state.end(owner)
            return state.next(share: share)
        }
        next?.resume(returning: true)
    }
}

extension TransferGate.State {
    fileprivate mutating func begin(_ owner: String) {
        free -= 1
        running[owner, default: 0] += 1
    }

    fileprivate mutating func end(_ owner: String) {
        free += 1
        running[owner, default: 1] -= 1
        if running[owner] == 0 { running[owner] = nil }
    }

    /// Whose turn comes now; one transfer has ended, so that no more than one can begin.
    fileprivate mutating func next(share: Int) -> CheckedContinuation<Bool, Never>? {
        guard let place = turns.firstIndex(where: { running[$0, default: 0] < share }) else { return nil }
        let owner = turns.remove(at: place)
        guard var line = waiting[owner], !line.isEmpty else { return nil }
        let first = line.removeFirst()
        waiting[owner] = line.isEmpty ? nil : line
        if !line.isEmpty { turns.append(owner) }
        begin(owner)
        return first.continuation
    }

    /// Takes away one that waits; leaves a mark for one that has not come to wait yet.
    fileprivate mutating func remove(_ id: UInt64, of owner: String) -> CheckedContinuation<Bool, Never>? {
        guard var line = waiting[owner], let place = line.firstIndex(where: { $0.id == id }) else {
            cancelled.insert(id)
            return nil
        }
        let found = line.remove(at: place)
        waiting[owner] = line.isEmpty ? nil : line
        if line.isEmpty { turns.removeAll { $0 == owner } }
        return found.continuation
    }
}
