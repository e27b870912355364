import CRabbitMQ
import ContractRuntime

/// A method that the broker answers; one may be outstanding on a channel.
enum BrokerRequest {
    case openChannel
    case closeChannel
    case selectConfirms
    case declareExchange(Topology.Exchange)
    case declareQueue(Topology.Queue)
    case bind(Topology.Binding)
    case lookUpExchange(String)
    case lookUpQueue(String)
    case setPrefetch(Int)
    case consume(queue: String)
}

extension AMQPLink {
    /// Sends a request; its answer arrives as an event.
    func send(_ request: BrokerRequest, channel: ChannelNumber) throws(MessagingError) {
        defer { arena.clear() }
        switch request {
        case .openChannel:
            try send(AMQP_CHANNEL_OPEN_METHOD, amqp_channel_open_t(), channel: channel, "opening a channel")
        case .closeChannel:
            var close = amqp_channel_close_t()
            close.reply_code = UInt16(AMQP_REPLY_SUCCESS)
            try send(AMQP_CHANNEL_CLOSE_METHOD, close, channel: channel, "closing a channel")
        case .selectConfirms:
            try send(AMQP_CONFIRM_SELECT_METHOD, amqp_confirm_select_t(), channel: channel, "selecting confirms")
        case .declareExchange(let exchange):
            var method = amqp_exchange_declare_t()
            method.exchange = arena.bytes(exchange.name)
            method.type = arena.bytes(exchange.type)
            method.durable = exchange.isDurable ? 1 : 0
            method.auto_delete = exchange.isAutoDeleted ? 1 : 0
            method.arguments = arena.table(exchange.arguments)
            try send(AMQP_EXCHANGE_DECLARE_METHOD, method, channel: channel, "declaring an exchange")
        case .declareQueue(let queue):
            var method = amqp_queue_declare_t()
            method.queue = arena.bytes(queue.name)
            method.durable = queue.isDurable ? 1 : 0
            method.exclusive = queue.isExclusive ? 1 : 0
            method.auto_delete = queue.isAutoDeleted ? 1 : 0
            method.arguments = arena.table(queue.arguments)
            try send(AMQP_QUEUE_DECLARE_METHOD, method, channel: channel, "declaring a queue")
        case .bind(let binding):
            var method = amqp_queue_bind_t()
            method.queue = arena.bytes(binding.queue)
            method.exchange = arena.bytes(binding.exchange)
            method.routing_key = arena.bytes(binding.routingKey)
            method.arguments = arena.table(binding.arguments)
            try send(AMQP_QUEUE_BIND_METHOD, method, channel: channel, "binding a queue")
        case .lookUpExchange(let name):
            var method = amqp_exchange_declare_t()
            method.exchange = arena.bytes(name)
            method.passive = 1
            try send(AMQP_EXCHANGE_DECLARE_METHOD, method, channel: channel, "looking up an exchange")
        case .lookUpQueue(let name):
            var method = amqp_queue_declare_t()
            method.queue = arena.bytes(name)
            method.passive = 1
            try send(AMQP_QUEUE_DECLARE_METHOD, method, channel: channel, "looking up a queue")
        case .setPrefetch(let count):
            var method = amqp_basic_qos_t()
            method.prefetch_count = UInt16(clamping: count)
            try send(AMQP_BASIC_QOS_METHOD, method, channel: channel, "setting the prefetch count")
        case .consume(let queue):
            var method = amqp_basic_consume_t()
            method.queue = arena.bytes(queue)
            try send(AMQP_BASIC_CONSUME_METHOD, method, channel: channel, "subscribing")
        }
    }

    /// Answers `channel.close`.
    func confirmChannelClosed(_ channel: ChannelNumber) throws(MessagingError) {
        try send(AMQP_CHANNEL_CLOSE_OK_METHOD, amqp_channel_close_ok_t(), channel: channel, "closing a channel")
    }

    /// Says goodbye without waiting for the answer; the socket is closed afterwards.
    func sendGoodbye() {
        var close = amqp_connection_close_t()
        close.reply_code = UInt16(AMQP_REPLY_SUCCESS)
        // The connection ends either way, so an error changes nothing.
        try? send(AMQP_CONNECTION_CLOSE_METHOD, close, channel: 0, "closing the connection")
    }
}
