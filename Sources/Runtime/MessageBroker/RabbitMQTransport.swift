import ContractRuntime
import Logging

/// Messages over RabbitMQ 3.10 or later: one connection for publishing and declaring, one for consuming.
///
/// Both connect at once and again after every loss, with a bounded backoff. A publish that finds no connection fails with
/// `unavailable` as soon as the attempt under way has failed, so that callers can pass the failure on; a subscription
/// waits for as long as it takes.
///
/// - Batches of all callers are in flight together, at most ``BrokerConfiguration/maximumUnconfirmed`` messages; the
///   messages of one caller leave in order. The broker confirms in its own order.
/// - A delivery that a handler puts back takes the later, prefetched ones of its lane with it.
/// - Bodies are at most 16 MiB; a larger delivery is rejected unseen.
public final class RabbitMQTransport: MessageTransport {
    private let publishing: BrokerConnection
    private let consuming: BrokerConnection
    private let configuration: BrokerConfiguration

    /// Creates the transport and starts to connect.
    public init(_ configuration: BrokerConfiguration, logger: Logger = Logger(label: "message-broker")) {
        self.configuration = configuration
        publishing = BrokerConnection(configuration, role: .publish, logger: logger)
        consuming = BrokerConnection(configuration, role: .consume, logger: logger)
        publishing.start()
        consuming.start()
    }

    /// Whether both connections are open.
    public var isConnected: Bool { publishing.isOpen && consuming.isOpen }

    /// Asks the broker for a sign of life, for readiness checks.
    /// - Throws: ``MessagingError`` with the reason why messages can't be exchanged now.
    public func check() async throws(MessagingError) {
        // Every virtual host has this exchange.
        _ = try await publishing.control(.lookUpExchange("amq.direct"))
        try await consuming.requireOpen()
    }

    /// The number of ready messages and of consumers of a queue, as the broker counts them now.
    /// - Throws: ``MessagingError`` with code `unroutable` if there is no such queue.
    public func queueDepth(_ name: String) async throws(MessagingError) -> (messages: Int, consumers: Int) {
        guard case .queue(let messages, let consumers) = try await publishing.control(.lookUpQueue(name)) else {
            throw MessagingError(.unavailable, reason: "The broker gave no counts for the queue \(name).")
        }
        return (messages, consumers)
    }

    /// Publishes a batch, persistent and mandatory, and waits for all confirms, at most for
    /// ``BrokerConfiguration/publishTimeout``.
    /// - Throws: `unavailable`, `unroutable`, `refused`, `timedOut` or `cancelled`, after which some messages of the batch may
    ///   be stored; `misconfigured`, before any is sent, for what AMQP can't carry.
    public func publish(_ messages: [OutgoingMessage]) async throws(MessagingError) {
        try await publishing.publish(messages)
    }

    /// Declares a topology now and after every reconnect.
    /// - Throws: `topologyMismatch` if something exists with other arguments; later parts are not declared then.
    public func declare(_ topology: Topology) async throws(MessagingError) {
        // An exclusive queue belongs to the connection that declares it, which has to be the one that consumes.
        let own = Set(topology.queues.filter(\.isExclusive).map(\.name))
        try await publishing.declare(
            Topology(
                exchanges: topology.exchanges, queues: topology.queues.filter { !own.contains($0.name) },
                bindings: topology.bindings.filter { !own.contains($0.queue) }))
        guard !own.isEmpty else { return }
        try await consuming.declare(
            Topology(
                queues: topology.queues.filter { own.contains($0.name) },
                bindings: topology.bindings.filter { own.contains($0.queue) }))
    }

    /// Consumes until the calling task is cancelled, then waits for running handlers; their tasks are not cancelled. What
    /// was prefetched and not handled goes back to the queue in order.
    /// - Throws: `misconfigured` if the broker does not permit it, `unavailable` after ``close()``. A queue that does not
    ///   exist, or no longer, is tried again.
    public func consume(
        _ subscription: Subscription,
        handler: @escaping @Sendable (DeliveredMessage) async -> DeliveryDecision
    ) async throws(MessagingError) {
        guard (1...65_535).contains(subscription.prefetch), subscription.concurrentLanes > 0 else {
            throw MessagingError(.misconfigured, reason: "The prefetch count or number of lanes is out of range.")
        }
        let loop = consuming.loop
        let dispatcher = LaneDispatcher(subscription, handler: handler) { loop.wake() }
        let result: Result<Void, MessagingError> = await withTaskCancellationHandler {
            do throws(MessagingError) {
                try await consuming.consume(dispatcher)
                return .success(())
            } catch {
                return .failure(error)
            }
        } onCancel: {
            dispatcher.stop()
        }
        dispatcher.stop()
        await dispatcher.waitUntilFinished()
        try result.get()
    }

    /// Closes both connections: unconfirmed publishes fail, subscriptions end with `unavailable`.
    ///
    /// Cancel the consuming tasks first to let their handlers finish in order.
    public func close() async {
        await publishing.close()
        await consuming.close()
    }
}
