import CRabbitMQ
import ContractRuntime

/// A message whose frames are still arriving.
struct IncomingContent {
    /// What the content belongs to.
    enum Purpose {
        case delivery(tag: UInt64)
        case returned(reason: String)
    }

    var purpose: Purpose
    var message: DeliveredMessage
    var expectedSize = 0
    var receivedSize = 0
    var isOversized: Bool { expectedSize > AMQPLink.maximumBodySize }
}

extension AMQPLink {
    /// The next event that arrives within `wait`, by default only what has arrived; nil when there is none.
    ///
    /// Also sends and checks heartbeats, so it must be called at least twice a heartbeat interval.
    func nextEvent(within wait: Duration = .zero) throws(MessagingError) -> LinkEvent? {
        var frame = amqp_frame_t()
        var timeout = timeval(wait)
        let status = amqp_simple_wait_frame_noblock(state, &frame, &timeout)
        if status == AMQP_STATUS_TIMEOUT.rawValue { return nil }
        try check(status, "receiving")
        // The decoded frame lives in the channel's pool; everything is copied out before the pool is reused.
        defer { amqp_maybe_release_buffers_on_channel(state, frame.channel) }
        switch Int32(frame.frame_type) {
        case AMQP_FRAME_METHOD: return try event(for: frame.payload.method, channel: frame.channel)
        case AMQP_FRAME_HEADER:
            readHeader(frame.payload.properties.body_size, frame.payload.properties.decoded, channel: frame.channel)
            return completeContent(channel: frame.channel)
        case AMQP_FRAME_BODY:
            readBody(frame.payload.body_fragment, channel: frame.channel)
            return completeContent(channel: frame.channel)
        default: return LinkEvent.none
        }
    }

    private func event(for method: amqp_method_t, channel: ChannelNumber) throws(MessagingError) -> LinkEvent {
        guard let decoded = method.decoded else {
            throw MessagingError(.unavailable, reason: "The broker sent a method without content.")
        }
        func body<Method>(_: Method.Type) -> Method { decoded.load(as: Method.self) }
        switch method.id {
        case AMQP_BASIC_ACK_METHOD:
            let ack = body(amqp_basic_ack_t.self)
            return .confirm(channel: channel, tag: ack.delivery_tag, multiple: ack.multiple != 0, accepted: true)
        case AMQP_BASIC_NACK_METHOD:
            let nack = body(amqp_basic_nack_t.self)
            return .confirm(channel: channel, tag: nack.delivery_tag, multiple: nack.multiple != 0, accepted: false)
        case AMQP_BASIC_DELIVER_METHOD:
            begin(body(amqp_basic_deliver_t.self), channel: channel)
            return .none
        case AMQP_BASIC_RETURN_METHOD:
            begin(body(amqp_basic_return_t.self), channel: channel)
            return .none
        case AMQP_BASIC_CANCEL_METHOD: return .consumerCancelled(channel: channel)
        case AMQP_CHANNEL_CLOSE_METHOD:
            let close = body(amqp_channel_close_t.self)
            contents[channel] = nil
            return .channelClosed(
                channel: channel,
                BrokerRefusal(code: close.reply_code, text: String(close.reply_text))
            )
        case AMQP_CONNECTION_CLOSE_METHOD:
            let close = body(amqp_connection_close_t.self)
            return .connectionClosed(BrokerRefusal(code: close.reply_code, text: String(close.reply_text)))
        case AMQP_CONNECTION_BLOCKED_METHOD: return .blocked(true)
        case AMQP_CONNECTION_UNBLOCKED_METHOD: return .blocked(false)
        case AMQP_QUEUE_DECLARE_OK_METHOD:
            let declared = body(amqp_queue_declare_ok_t.self)
            return .reply(
                channel: channel,
                .queue(messages: Int(declared.message_count), consumers: Int(declared.consumer_count))
            )
        case AMQP_CHANNEL_OPEN_OK_METHOD, AMQP_CHANNEL_CLOSE_OK_METHOD, AMQP_BASIC_QOS_OK_METHOD,
            AMQP_BASIC_CONSUME_OK_METHOD, AMQP_BASIC_CANCEL_OK_METHOD, AMQP_EXCHANGE_DECLARE_OK_METHOD,
            AMQP_QUEUE_BIND_OK_METHOD, AMQP_CONFIRM_SELECT_OK_METHOD:
            return .reply(channel: channel, .done)
        default: return .none
        }
    }

    private func begin(_ deliver: amqp_basic_deliver_t, channel: ChannelNumber) {
        contents[channel] = IncomingContent(
            purpose: .delivery(tag: deliver.delivery_tag),
            message: DeliveredMessage(
                queue: "",
                exchange: String(deliver.exchange),
                routingKey: String(deliver.routing_key),
                body: [],
                redelivered: deliver.redelivered != 0
            )
        )
    }

    private func begin(_ returned: amqp_basic_return_t, channel: ChannelNumber) {
        let reason = "The broker returned a message, \(returned.reply_code): \(String(returned.reply_text))"
        contents[channel] = IncomingContent(
            purpose: .returned(reason: reason),
            message: DeliveredMessage(
                queue: "",
                exchange: String(returned.exchange),
                routingKey: String(returned.routing_key),
                body: []
            )
        )
    }

    private func readHeader(_ size: UInt64, _ decoded: UnsafeMutableRawPointer?, channel: ChannelNumber) {
        guard let decoded, contents[channel] != nil else { return }
        let properties = decoded.load(as: amqp_basic_properties_t.self)
        func text(_ flag: CInt, _ bytes: amqp_bytes_t) -> String? {
            properties._flags & amqp_flags_t(flag) == 0 ? nil : String(bytes)
        }
        contents[channel]?.expectedSize = Int(clamping: size)
        contents[channel]?.message.contentType = text(AMQP_BASIC_CONTENT_TYPE_FLAG, properties.content_type)
        contents[channel]?.message.messageID = text(AMQP_BASIC_MESSAGE_ID_FLAG, properties.message_id)
        contents[channel]?.message.correlationID = text(AMQP_BASIC_CORRELATION_ID_FLAG, properties.correlation_id)
        contents[channel]?.message.type = text(AMQP_BASIC_TYPE_FLAG, properties.type)
        func has(_ flag: CInt) -> Bool { properties._flags & amqp_flags_t(flag) != 0 }
        var attributes = MessageAttributes()
        attributes.contentEncoding = text(AMQP_BASIC_CONTENT_ENCODING_FLAG, properties.content_encoding)
        attributes.replyTo = text(AMQP_BASIC_REPLY_TO_FLAG, properties.reply_to)
        attributes.userID = text(AMQP_BASIC_USER_ID_FLAG, properties.user_id)
        if has(AMQP_BASIC_PRIORITY_FLAG) { attributes.priority = properties.priority }
        if has(AMQP_BASIC_TIMESTAMP_FLAG) { attributes.timestamp = Int64(clamping: properties.timestamp) }
        attributes.isPersistent =
            has(AMQP_BASIC_DELIVERY_MODE_FLAG)
            && properties.delivery_mode == UInt8(AMQP_DELIVERY_PERSISTENT.rawValue)
        contents[channel]?.message.attributes = attributes
        if properties._flags & amqp_flags_t(AMQP_BASIC_HEADERS_FLAG) != 0 {
            contents[channel]?.message.headers = [String: String](properties.headers)
        }
        if let content = contents[channel], !content.isOversized {
            contents[channel]?.message.body.reserveCapacity(content.expectedSize)
        }
    }

    private func readBody(_ fragment: amqp_bytes_t, channel: ChannelNumber) {
        guard let isOversized = contents[channel]?.isOversized else { return }
        contents[channel]?.receivedSize += fragment.len
        if !isOversized {
            contents[channel]?.message.body.append(
                contentsOf: UnsafeRawBufferPointer(start: fragment.bytes, count: fragment.len)
            )
        }
    }

    private func completeContent(channel: ChannelNumber) -> LinkEvent {
        guard let content = contents[channel], content.receivedSize >= content.expectedSize else { return .none }
        contents[channel] = nil
        switch content.purpose {
        case .delivery(let tag):
            return .delivery(
                channel: channel,
                Delivery(tag: tag, message: content.message, isOversized: content.isOversized)
            )
        case .returned(let reason):
            return .returned(
                channel: channel,
                exchange: content.message.exchange,
                routingKey: content.message.routingKey,
                messageID: content.message.messageID,
                reason: reason
            )
        }
    }
}
