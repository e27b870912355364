import ContractRuntime

/// Number of a channel on one connection.
typealias ChannelNumber = UInt16

/// Something that the broker sent.
enum LinkEvent {
    /// `basic.ack` or `basic.nack` of published messages.
    case confirm(channel: ChannelNumber, tag: UInt64, multiple: Bool, accepted: Bool)
    /// `basic.return` with its content: the message had no queue.
    case returned(channel: ChannelNumber, exchange: String, routingKey: String, messageID: String?, reason: String)
    /// `basic.deliver` with its content.
    case delivery(channel: ChannelNumber, Delivery)
    /// The answer to the request that is outstanding on the channel.
    case reply(channel: ChannelNumber, Reply)
    /// `channel.close`: the broker ended the channel and waits for `close-ok`.
    case channelClosed(channel: ChannelNumber, BrokerRefusal)
    /// `basic.cancel`: the queue is gone or moved.
    case consumerCancelled(channel: ChannelNumber)
    /// `connection.blocked` or `connection.unblocked`: the broker is short of memory or disk space.
    case blocked(Bool)
    /// `connection.close`: the broker ended the connection.
    case connectionClosed(BrokerRefusal)
    /// Something that needs no reaction, or a part of a message.
    case none
}

/// The content of an answer.
enum Reply: Equatable {
    /// `queue.declare-ok`.
    case queue(messages: Int, consumers: Int)
    /// Any other `…-ok`.
    case done
}

/// Code and text with which the broker ended a channel or connection.
struct BrokerRefusal: Error, Equatable {
    /// An AMQP reply code such as 404.
    var code: UInt16
    /// The broker's explanation.
    var text: String

    /// The error for the request that the broker refused.
    var asMessagingError: MessagingError {
        switch code {
        // access-refused, not-allowed (no such virtual host), not-implemented and command-invalid.
        case 403, 530, 540, 503: MessagingError(.misconfigured, reason: description)
        case 404: MessagingError(.unroutable, reason: description)
        // precondition-failed: the thing exists with other arguments, or is of another kind.
        case 406: MessagingError(.topologyMismatch, reason: description)
        default: MessagingError(.unavailable, reason: description)
        }
    }

    private var description: String { "The broker answered \(code): \(text)" }
}

/// A message as the broker delivered it.
struct Delivery: Sendable {
    /// Acknowledged under this number, which is unique on its channel.
    var tag: UInt64
    /// What the handler gets.
    var message: DeliveredMessage
    /// Whether the body was larger than this module accepts; it is empty then.
    var isOversized = false
}
