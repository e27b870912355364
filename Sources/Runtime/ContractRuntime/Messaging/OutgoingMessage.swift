/// One AMQP message on its way to an exchange. Always published persistent and mandatory.
public struct OutgoingMessage: Sendable, Hashable {
    /// The exchange; empty for the default exchange.
    public var exchange: String
    /// The routing key; for a partitioned channel the number of the partition, see ``Partition``.
    public var routingKey: String
    /// The payload.
    public var body: [UInt8]
    /// `content-type`.
    public var contentType: String
    /// `message-id`, unique for a message and equal when the same message is published again.
    public var messageID: String?
    /// `correlation-id`.
    public var correlationID: String?
    /// `type`: the message name in the AsyncAPI document.
    public var type: String?
    /// Per-message time to live, if any.
    public var expiration: Duration?
    /// String headers (`traceparent`, `lane`, …).
    public var headers: [String: String]

    /// Creates a message.
    public init(
        exchange: String, routingKey: String, body: [UInt8], contentType: String = "application/json",
        messageID: String? = nil, correlationID: String? = nil, type: String? = nil, expiration: Duration? = nil,
        headers: [String: String] = [:]
    ) {
        self.exchange = exchange
        self.routingKey = routingKey
        self.body = body
        self.contentType = contentType
        self.messageID = messageID
        self.correlationID = correlationID
        self.type = type
        self.expiration = expiration
        self.headers = headers
    }
}

/// One AMQP message that a broker handed to a consumer.
public struct DeliveredMessage: Sendable, Hashable {
    /// The queue it came from.
    public var queue: String
    /// The exchange it was published to.
    public var exchange: String
    /// The routing key it was published with.
    public var routingKey: String
    /// The payload.
    public var body: [UInt8]
    /// `content-type`, if the publisher set it.
    public var contentType: String?
    /// `message-id`, if the publisher set it.
    public var messageID: String?
    /// `correlation-id`, if the publisher set it.
    public var correlationID: String?
    /// `type`, if the publisher set it.
    public var type: String?
    /// Headers with string and number values (numbers in decimal digits).
    public var headers: [String: String]
    /// Whether the broker handed it out before.
    public var redelivered: Bool

    /// Creates a delivery.
    public init(
        queue: String, exchange: String, routingKey: String, body: [UInt8], contentType: String? = nil,
        messageID: String? = nil, correlationID: String? = nil, type: String? = nil, headers: [String: String] = [:],
        redelivered: Bool = false
    ) {
        self.queue = queue
        self.exchange = exchange
        self.routingKey = routingKey
        self.body = body
        self.contentType = contentType
        self.messageID = messageID
        self.correlationID = correlationID
        self.type = type
        self.headers = headers
        self.redelivered = redelivered
    }
}

/// What a consumer decides about a delivery.
public enum DeliveryDecision: Sendable, Hashable {
    /// Done with: the broker forgets it.
    case acknowledge
    /// Hand it out again, to this or another consumer.
    case requeue
    /// Refuse it for good: it goes to the queue's dead-letter exchange, if it has one.
    case reject
}
