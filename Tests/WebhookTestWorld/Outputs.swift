public import ContractJSON
public import ContractRuntime
import Synchronization

/// What arrives in queues, in the order of arrival, with a way to wait for it; the test's time limit bounds the wait.
public final class Outputs: Sendable {
    private let deliveries = Mutex<[DeliveredMessage]>([])

    /// Nothing yet.
    public init() {}

    /// All deliveries so far.
    public var all: [DeliveredMessage] { deliveries.withLock { $0 } }

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

    /// Waits until the deliveries are enough, or the test has run out of time.
    public func wait(until isEnough: @escaping @Sendable ([DeliveredMessage]) -> Bool) async {
        while !isEnough(all), !Task.isCancelled {
            do { try await Task.sleep(for: .milliseconds(5)) } catch { return }
        }
    }

    private func record(_ delivery: DeliveredMessage) { deliveries.withLock { $0.append(delivery) } }
}
