/// Publishes and consumes AMQP messages and declares topology.
///
/// Conforming types reconnect on their own, declare ``Topology`` again after a reconnect, and keep the order of
/// publishes made by one caller.
public protocol MessageTransport: Sendable {
    /// Publishes a batch, persistent and mandatory, and waits until the broker has confirmed every message.
    /// - Throws: ``MessagingError``; after it, some of the batch may have been accepted.
    func publish(_ messages: [OutgoingMessage]) async throws(MessagingError)

    /// Declares exchanges, queues and bindings, and remembers them for later reconnects.
    /// - Throws: ``MessagingError`` with code `topologyMismatch` if something exists with other arguments.
    func declare(_ topology: Topology) async throws(MessagingError)

    /// Consumes until the calling task is cancelled; then stops new deliveries, waits for running handlers and returns.
    ///
    /// At most `subscription.prefetch` deliveries are unacknowledged at a time. Deliveries with equal
    /// ``Subscription/laneHeader`` value are handled one after the other in queue order; different lanes run at the same time.
    /// A lost connection is mended inside; unacknowledged deliveries then come again.
    func consume(
        _ subscription: Subscription, handler: @escaping @Sendable (DeliveredMessage) async -> DeliveryDecision
    ) async throws(MessagingError)
}

/// A wish to consume one queue.
public struct Subscription: Sendable, Hashable {
    /// The queue.
    public var queue: String
    /// Most unacknowledged deliveries, 1 to 65,535.
    public var prefetch: Int
    /// The header whose value names the lane of a delivery; nil: the whole queue is one lane.
    public var laneHeader: String?
    /// Most lanes handled at the same time.
    public var concurrentLanes: Int

    /// Creates a subscription.
    public init(queue: String, prefetch: Int = 128, laneHeader: String? = "lane", concurrentLanes: Int = 64) {
        self.queue = queue
        self.prefetch = prefetch
        self.laneHeader = laneHeader
        self.concurrentLanes = concurrentLanes
    }
}

/// Why a broker operation failed.
public struct MessagingError: Error, Sendable, Hashable {
    /// The kinds of failure.
    public enum Code: String, Sendable, Hashable {
        /// No connection, or it was lost before the broker answered: a publish may or may not have been stored.
        case unavailable
        /// The broker had no queue for a mandatory message: it was not stored.
        case unroutable
        /// The broker refused a publish (`basic.nack`): it was not stored.
        case refused
        /// An exchange or queue exists with other arguments than the contract says.
        case topologyMismatch
        /// The time-out passed.
        case timedOut
        /// The calling task was cancelled.
        case cancelled
        /// Address, credentials or permissions are wrong: trying again will not help.
        case misconfigured
    }

    /// What happened.
    public let code: Code
    /// For logs and people; contains no payload and no credentials.
    public let reason: String

    /// Whether the same call can succeed later without a change of configuration.
    public var isRetryable: Bool {
        switch code {
        case .unavailable, .refused, .timedOut, .unroutable: true
        case .topologyMismatch, .cancelled, .misconfigured: false
        }
    }

    /// Creates an error.
    public init(_ code: Code, reason: String) {
        self.code = code
        self.reason = reason
    }
}
