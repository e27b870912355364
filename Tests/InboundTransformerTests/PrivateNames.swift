import ContractRuntime
import Foundation
import Logging
import MessageBroker
import Testing

/// The RabbitMQ server that AMQP_URL names.
enum TestBroker {
    static let isAvailable = value("AMQP_URL") != nil || value("REQUIRE_SERVERS") == "1"
    static let missing: Comment = "AMQP_URL is not set"

    private static func value(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A transport on which the relay's exchanges and queues have names that no other test and no other run has.
    static func transport() throws -> PrivateNames {
        let url = try #require(value("AMQP_URL"), "AMQP_URL must hold the address of a RabbitMQ server")
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return PrivateNames(
            inner: RabbitMQTransport(BrokerConfiguration(address: try BrokerAddress(url)), logger: logger),
            prefix: "test.\(UInt64.random(in: 0...UInt64.max))."
        )
    }
}

/// Puts a prefix before every name on the way to the broker and takes it away on the way back.
struct PrivateNames: MessageTransport {
    let inner: RabbitMQTransport
    let prefix: String

    func publish(_ messages: [OutgoingMessage]) async throws(MessagingError) {
        try await inner.publish(
            messages.map { message in
                var message = message
                message.exchange = prefix + message.exchange
                return message
            }
        )
    }

    func declare(_ topology: Topology) async throws(MessagingError) {
        var topology = topology
        for index in topology.exchanges.indices {
            topology.exchanges[index].name = prefix + topology.exchanges[index].name
        }
        for index in topology.bindings.indices {
            topology.bindings[index].exchange = prefix + topology.bindings[index].exchange
            topology.bindings[index].queue = prefix + topology.bindings[index].queue
        }
        for index in topology.queues.indices {
            topology.queues[index].name = prefix + topology.queues[index].name
            topology.queues[index].arguments["x-expires"] = .integer(60_000)
            if case .string(let name) = topology.queues[index].arguments["x-dead-letter-exchange"] {
                topology.queues[index].arguments["x-dead-letter-exchange"] = .string(prefix + name)
            }
        }
        try await inner.declare(topology)
    }

    func consume(
        _ subscription: Subscription,
        handler: @escaping @Sendable (DeliveredMessage) async -> DeliveryDecision
    ) async throws(MessagingError) {
        var subscription = subscription
        subscription.queue = prefix + subscription.queue
        let prefix = prefix
        try await inner.consume(subscription) { delivery in
            var delivery = delivery
            delivery.queue = String(delivery.queue.dropFirst(prefix.count))
            delivery.exchange = String(delivery.exchange.dropFirst(prefix.count))
            return await handler(delivery)
        }
    }
}
