import ContractJSON
public import ContractModel

/// One messaging channel as Swift sees it: an exchange and the queues bound to it.
public struct ChannelPlan: Sendable {
    /// The channel.
    public var channel: MessagingChannel
    /// `WhatsAppUpdates` for the channel `whatsAppUpdates`.
    public var baseName: String
    /// Messages in document order.
    public var messages: [MessagePlan]
    /// Whether an operation sends on it, so that it has a publisher.
    public var isPublished: Bool
    /// Whether an operation receives on it, so that it has a consumer.
    public var isConsumed: Bool
    /// The topology extension or the AMQP bindings, read.
    public var topology: TopologyPlan
    /// What the AMQP bindings of the sending operation say of its messages.
    public var publishing: PublishingPlan
    /// The base name of the channel that takes the answers to what is sent here, if there is one.
    public var replyChannel: ReplyChannel?
    /// Whether what is sent here answers a delivery of another channel.
    public var isAnswer: Bool

    /// A channel for answers.
    public struct ReplyChannel: Sendable {
        /// Its base name.
        public var baseName: String
        /// Whether its one queue is known, so that messages can name it.
        public var hasQueue: Bool
    }
}

/// One message with the types of its payload and headers.
public struct MessagePlan: Sendable {
    /// The message.
    public var message: MessagingMessage
    /// AMQP `type`.
    public var wireType: String
    /// Payload schema and type.
    public var payload: SchemaID
    /// Payload type.
    public var representation: Representation
    /// Headers schema and type, if the message has headers.
    public var headers: (schema: SchemaID, representation: Representation, literals: [String])?
    /// Where the correlation id stands.
    public var correlation: Correlation?

    /// Where the correlation id of a message stands.
    public enum Correlation: Sendable, Hashable {
        /// In the header of this name.
        case header(String)
        /// At this pointer of the payload.
        case payload(String)
    }
}

/// Exchange, queues and bindings of a channel.
public struct TopologyPlan: Sendable {
    /// Exchange name; empty: the default exchange, which is not declared.
    public var exchange: String
    /// Exchange type.
    public var exchangeType: String
    /// Flags of the exchange that differ from durable and kept.
    public var exchangeFlags: [String] = []
    /// Fixed routing key, or nil.
    public var routingKey: String?
    /// Header whose value decides the partition, or nil; the partition's number is the routing key and the binding key.
    public var partitionHeader: String?
    /// Queue names, one a partition.
    public var queues: [String]
    /// Flags of the queues that differ from durable, for everyone and kept.
    public var queueFlags: [String] = []
    /// Binding key; nil: the queues are not bound.
    public var bindingKey: String?
    /// Declaration arguments of the queues as Swift expressions, in order of their names.
    public var arguments: [(name: String, expression: String)]
    /// Unacknowledged messages a consumer may hold.
    public var prefetch: Int
    /// Swift names of the address's parameters that routing key and queue are made of, by their names in braces.
    public var parameters: [(name: String, swiftName: String)] = []
    /// Whether queue names hold parameters, so that there is one for each set of values.
    public var hasQueueParameters: Bool { !parameters.isEmpty && queues.contains { $0.contains("{") } }
}

/// Properties that the AMQP bindings of an operation give to what it sends.
public struct PublishingPlan: Sendable {
    /// Time to live in milliseconds.
    public var expirationMilliseconds: Int?
    /// Statements that set attributes, `attributes.priority = 3`.
    public var attributes: [String] = []
    /// Whether messages carry the time.
    public var hasTimestamp = false
}
