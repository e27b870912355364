import CRabbitMQ
import ContractRuntime

/// One open AMQP connection: rabbitmq-c's state, the only place that calls it after the connection was made.
///
/// Not thread-safe: its owner uses it on one thread at a time. Every failure is final for the connection.
final class AMQPLink {
    /// Largest body, sent or received, in bytes.
    static let maximumBodySize = 16 << 20

    let state: amqp_connection_state_t
    let arena = AMQPArena()
    var contents: [ChannelNumber: IncomingContent] = [:]

    /// Takes over an open connection.
    init(owning state: amqp_connection_state_t) { self.state = state }

    deinit { amqp_destroy_connection(state) }

    /// The socket, for polling.
    var descriptor: CInt { amqp_get_sockfd(state) }

    /// Negotiated heartbeat interval.
    var heartbeat: Duration { .seconds(Int(amqp_get_heartbeat(state))) }

    /// Highest channel number.
    var highestChannel: ChannelNumber { ChannelNumber(clamping: amqp_get_channel_max(state)) }

    /// Whether the socket takes bytes now, so that a small write will not wait.
    var isWritable: Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&entry, 1, 0) == 1
    }

    /// Publishes. The caller has checked the message with ``validate(_:)``.
    func publish(_ message: OutgoingMessage, channel: ChannelNumber) throws(MessagingError) {
        defer { arena.clear() }
        var properties = amqp_basic_properties_t()
        properties._flags = amqp_flags_t(AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_CONTENT_TYPE_FLAG)
        let mode = message.attributes.isPersistent ? AMQP_DELIVERY_PERSISTENT : AMQP_DELIVERY_NONPERSISTENT
        properties.delivery_mode = UInt8(mode.rawValue)
        properties.content_type = arena.bytes(message.contentType)
        if let id = message.messageID {
            properties._flags |= amqp_flags_t(AMQP_BASIC_MESSAGE_ID_FLAG)
            properties.message_id = arena.bytes(id)
        }
        if let id = message.correlationID {
            properties._flags |= amqp_flags_t(AMQP_BASIC_CORRELATION_ID_FLAG)
            properties.correlation_id = arena.bytes(id)
        }
        if let type = message.type {
            properties._flags |= amqp_flags_t(AMQP_BASIC_TYPE_FLAG)
            properties.type = arena.bytes(type)
        }
        if let expiration = message.expiration {
            properties._flags |= amqp_flags_t(AMQP_BASIC_EXPIRATION_FLAG)
            // RabbitMQ takes whole milliseconds in decimal digits.
            properties.expiration = arena.bytes(String(max(0, Int64(expiration / .milliseconds(1)))))
        }
        setAttributes(message.attributes, &properties)
        let copies = [("CC", message.attributes.copies), ("BCC", message.attributes.blindCopies)].filter {
            !$0.1.isEmpty
        }
        if !message.headers.isEmpty || !copies.isEmpty {
            properties._flags |= amqp_flags_t(AMQP_BASIC_HEADERS_FLAG)
            let headers = message.headers.sorted { $0.key < $1.key }.map { ($0.key, arena.string($0.value)) }
            properties.headers = arena.table(headers + copies.map { ($0.0, arena.array($0.1)) })
        }
        let exchange = arena.bytes(message.exchange)
        let routingKey = arena.bytes(message.routingKey)
        let status = message.body.withUnsafeBytes { body in
            // rabbitmq-c only reads the body; its type has no const.
            let bytes = amqp_bytes_t(len: body.count, bytes: UnsafeMutableRawPointer(mutating: body.baseAddress))
            return amqp_basic_publish(
                state, channel, exchange, routingKey, message.attributes.isMandatory ? 1 : 0, 0, &properties, bytes)
        }
        try check(status, "publishing")
    }

    private func setAttributes(_ attributes: MessageAttributes, _ properties: inout amqp_basic_properties_t) {
        if let encoding = attributes.contentEncoding {
            properties._flags |= amqp_flags_t(AMQP_BASIC_CONTENT_ENCODING_FLAG)
            properties.content_encoding = arena.bytes(encoding)
        }
        if let priority = attributes.priority {
            properties._flags |= amqp_flags_t(AMQP_BASIC_PRIORITY_FLAG)
            properties.priority = priority
        }
        if let queue = attributes.replyTo {
            properties._flags |= amqp_flags_t(AMQP_BASIC_REPLY_TO_FLAG)
            properties.reply_to = arena.bytes(queue)
        }
        if let timestamp = attributes.timestamp {
            properties._flags |= amqp_flags_t(AMQP_BASIC_TIMESTAMP_FLAG)
            properties.timestamp = UInt64(clamping: timestamp)
        }
        if let user = attributes.userID {
            properties._flags |= amqp_flags_t(AMQP_BASIC_USER_ID_FLAG)
            properties.user_id = arena.bytes(user)
        }
    }

    /// Acknowledges one delivery, or all up to it.
    func acknowledge(_ tag: UInt64, multiple: Bool, channel: ChannelNumber) throws(MessagingError) {
        try check(amqp_basic_ack(state, channel, tag, multiple ? 1 : 0), "acknowledging")
    }

    /// Gives one delivery back to the queue, or refuses it for good.
    func reject(_ tag: UInt64, requeue: Bool, channel: ChannelNumber) throws(MessagingError) {
        try check(amqp_basic_reject(state, channel, tag, requeue ? 1 : 0), "rejecting")
    }

    /// Sends one method without waiting for an answer.
    func send<Method>(
        _ id: UInt32,
        _ method: Method,
        channel: ChannelNumber,
        _ operation: StaticString
    ) throws(MessagingError) {
        var method = method
        let status = withUnsafeMutablePointer(to: &method) { amqp_send_method(state, channel, id, $0) }
        try check(status, operation)
    }

    /// Turns a rabbitmq-c status into an error.
    func check(_ status: CInt, _ operation: StaticString) throws(MessagingError) {
        guard status != AMQP_STATUS_OK.rawValue else { return }
        throw Self.error(status: status, operation)
    }

    /// The error for a rabbitmq-c status.
    static func error(status: CInt, _ operation: StaticString) -> MessagingError {
        let text = amqp_error_string2(status).map { String(cString: $0) } ?? "unknown error"
        let code: MessagingError.Code =
            switch amqp_status_enum(status) {
            case AMQP_STATUS_SSL_HOSTNAME_VERIFY_FAILED, AMQP_STATUS_SSL_PEER_VERIFY_FAILED,
                AMQP_STATUS_BROKER_UNSUPPORTED_SASL_METHOD, AMQP_STATUS_INCOMPATIBLE_AMQP_VERSION:
                .misconfigured
            default: .unavailable
            }
        return MessagingError(code, reason: "The connection to the broker failed while \(operation): \(text).")
    }

    /// Refuses what AMQP can't carry, before any byte of it is sent.
    static func validate(_ message: OutgoingMessage) throws(MessagingError) {
        let short = [message.exchange, message.routingKey, message.contentType]
        let attributes = message.attributes
        let optional =
            [
                message.messageID, message.correlationID, message.type, attributes.contentEncoding, attributes.replyTo,
                attributes.userID,
            ].compactMap(\.self) + attributes.copies + attributes.blindCopies
        guard (short + optional + message.headers.keys).allSatisfy({ $0.utf8.count <= 255 }) else {
            throw MessagingError(.misconfigured, reason: "A name or property of a message is longer than 255 bytes.")
        }
        // The header frame must fit in the smallest frame size that brokers are run with, 128 KiB.
        let headerBytes = message.headers.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count + 6 }
        guard headerBytes <= 96 << 10 else {
            throw MessagingError(.misconfigured, reason: "The headers of a message are larger than 96 KiB.")
        }
        guard message.body.count <= maximumBodySize else {
            throw MessagingError(.misconfigured, reason: "The body of a message is larger than 16 MiB.")
        }
    }
}
