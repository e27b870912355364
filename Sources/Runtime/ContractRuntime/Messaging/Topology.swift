/// The exchanges, queues and bindings that a contract needs.
public struct Topology: Sendable, Hashable {
    /// An exchange; always durable.
    public struct Exchange: Sendable, Hashable {
        /// Its name.
        public var name: String
        /// `direct`, `topic`, `fanout`, `headers` or one that a plugin brings.
        public var type: String
        /// Declaration arguments.
        public var arguments: [String: Argument]

        /// Creates an exchange.
        public init(name: String, type: String, arguments: [String: Argument] = [:]) {
            self.name = name
            self.type = type
            self.arguments = arguments
        }
    }

    /// A queue; always durable, never exclusive, never auto-deleted.
    public struct Queue: Sendable, Hashable {
        /// Its name.
        public var name: String
        /// Declaration arguments such as `x-queue-type: quorum`.
        public var arguments: [String: Argument]

        /// Creates a queue.
        public init(name: String, arguments: [String: Argument] = [:]) {
            self.name = name
            self.arguments = arguments
        }
    }

    /// A binding from an exchange to a queue.
    public struct Binding: Sendable, Hashable {
        /// The exchange's name.
        public var exchange: String
        /// The queue's name.
        public var queue: String
        /// The binding key; for a partitioned channel the number of the partition, see ``Partition``.
        public var routingKey: String
        /// Binding arguments.
        public var arguments: [String: Argument]

        /// Creates a binding.
        public init(exchange: String, queue: String, routingKey: String, arguments: [String: Argument] = [:]) {
            self.exchange = exchange
            self.queue = queue
            self.routingKey = routingKey
            self.arguments = arguments
        }
    }

    /// An AMQP argument value.
    public enum Argument: Sendable, Hashable {
        /// A UTF-8 long string.
        case string(String)
        /// A signed 64-bit integer.
        case integer(Int64)
        /// A truth value.
        case bool(Bool)
    }

    /// Exchanges, declared first.
    public var exchanges: [Exchange]
    /// Queues, declared second.
    public var queues: [Queue]
    /// Bindings, declared last.
    public var bindings: [Binding]

    /// Creates a topology.
    public init(exchanges: [Exchange] = [], queues: [Queue] = [], bindings: [Binding] = []) {
        self.exchanges = exchanges
        self.queues = queues
        self.bindings = bindings
    }
}
