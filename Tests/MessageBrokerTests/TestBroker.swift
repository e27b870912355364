import ContractRuntime
import Logging
import MessageBroker
import Synchronization
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// The value of an environment variable, if it is set and not empty.
func environment(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
}

/// The broker that the suites share; everything in it has names of its own test.
enum TestBroker {
    static let isAvailable = environment("AMQP_URL") != nil || environment("REQUIRE_SERVERS") == "1"

    static func configuration() throws -> BrokerConfiguration {
        let url = try #require(environment("AMQP_URL"), "AMQP_URL must hold the address of a RabbitMQ server")
        return BrokerConfiguration(address: try BrokerAddress(url))
    }

    static func transport() throws -> RabbitMQTransport {
        RabbitMQTransport(try configuration(), logger: quietLogger)
    }

    static var quietLogger: Logger {
        var logger = Logger(label: "message-broker-tests")
        logger.logLevel = environment("BROKER_TEST_LOG").flatMap(Logger.Level.init(rawValue:)) ?? .critical
        return logger
    }

    /// A name that no other test and no other run has.
    static func uniqueName(_ purpose: String) -> String {
        "test.\(purpose).\(UInt64.random(in: 0...UInt64.max))"
    }

    /// A queue that removes itself a minute after its last use.
    static func queue(
        _ name: String,
        quorum: Bool = true,
        _ arguments: [String: Topology.Argument] = [:]
    ) -> Topology.Queue {
        var all = arguments
        all["x-expires"] = .integer(60_000)
        if quorum { all["x-queue-type"] = .string("quorum") }
        return Topology.Queue(name: name, arguments: all)
    }
}

/// What handlers saw, in order, with a way to wait for it.
final class Recorder<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var waiters: [(condition: ([Element]) -> Bool, continuation: CheckedContinuation<[Element], Never>)] = []
    }

    private let state = Mutex(State())

    var elements: [Element] { state.withLock { $0.elements } }

    func record(_ element: Element) {
        let done = state.withLock { state in
            state.elements.append(element)
            let done = state.waiters.filter { $0.condition(state.elements) }.map(\.continuation)
            state.waiters.removeAll { $0.condition(state.elements) }
            return done.map { ($0, state.elements) }
        }
        for (continuation, elements) in done { continuation.resume(returning: elements) }
    }

    /// Waits until the recorded elements satisfy a condition; the test's time limit bounds it.
    func wait(until condition: @escaping @Sendable ([Element]) -> Bool) async -> [Element] {
        await withCheckedContinuation { continuation in
            let elements: [Element]? = state.withLock { state in
                guard !condition(state.elements) else { return state.elements }
                state.waiters.append((condition, continuation))
                return nil
            }
            if let elements { continuation.resume(returning: elements) }
        }
    }

    /// Waits until there are that many elements.
    func wait(count: Int) async -> [Element] { await wait { $0.count >= count } }
}

extension OutgoingMessage {
    /// A message for one queue through the default exchange.
    init(queue: String, _ text: String, lane: String? = nil) {
        self.init(
            exchange: "",
            routingKey: queue,
            body: Array(text.utf8),
            messageID: text,
            headers: lane.map { ["lane": $0] } ?? [:]
        )
    }
}

extension DeliveredMessage {
    var text: String { String(decoding: body, as: UTF8.self) }
}

/// Runs `body` while a task consumes; then cancels the task and waits for its end.
func consuming(
    _ transport: some MessageTransport,
    _ subscription: Subscription,
    handler: @escaping @Sendable (DeliveredMessage) async -> DeliveryDecision,
    while body: () async throws -> Void
) async throws {
    let task = Task { try await transport.consume(subscription, handler: handler) }
    do {
        try await body()
    } catch {
        task.cancel()
        _ = await task.result
        throw error
    }
    task.cancel()
    try await task.value
}

/// The error that an operation throws; nil without one.
func messagingError(_ body: () async throws -> Void) async -> MessagingError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? MessagingError
    }
}

/// Expects a condition to become true within `limit`, for counters that the broker updates a little later.
func expectSoon(
    within limit: Duration = .seconds(5),
    sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now.advanced(by: limit)
    while ContinuousClock.now < deadline {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(20))
    }
    Issue.record("The condition did not become true within \(limit)", sourceLocation: sourceLocation)
}
