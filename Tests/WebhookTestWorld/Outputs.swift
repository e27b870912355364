public import ContractJSON
public import ContractRuntime
import Synchronization

/// What arrives in queues, in the order of arrival, with a way to wait for it; the test's time limit bounds the wait.
public final class Outputs: Sendable {
    private struct State {
        var deliveries: [DeliveredMessage] = []
        var waiters: [(isEnough: ([DeliveredMessage]) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    /// Nothing yet.
    public init() {}

    /// All deliveries so far.
    public var all: [DeliveredMessage] { state.withLock { $0.deliveries } }

    /// The payloads of one type.
    public func payloads(_ type: String) -> [JSONValue] {
        all.filter { $0.type == type }.compactMap {
            try? JSONValue(parsing: $0.body, limits: .init(maximumBytes: 16 << 20))
        }
    }

    /// Consumes queues until the task is cancelled.
    public func collect(_ topology: Topology, on transport: any MessageTransport) async throws {
        try await transport.declare(topology)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for queue in topology.queues {
                group.addTask {
                    try await transport.consume(Subscription(queue: queue.name, prefetch: 256, laneHeader: nil)) {
                        self.record($0)
                        return .acknowledge
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Waits for so many deliveries.
    public func wait(for count: Int) async { await wait { $0.count >= count } }

    /// Waits until the deliveries are enough.
    public func wait(until isEnough: @escaping @Sendable ([DeliveredMessage]) -> Bool) async {
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state in
                if isEnough(state.deliveries) { return true }
                state.waiters.append((isEnough, continuation))
                return false
            }
            if isDone { continuation.resume() }
        }
    }

    private func record(_ delivery: DeliveredMessage) {
        let done = state.withLock { state in
            state.deliveries.append(delivery)
            let done = state.waiters.filter { $0.isEnough(state.deliveries) }.map(\.continuation)
            state.waiters.removeAll { $0.isEnough(state.deliveries) }
            return done
        }
        for continuation in done { continuation.resume() }
    }
}
