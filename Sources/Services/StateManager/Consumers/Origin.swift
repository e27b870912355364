import ContractRuntime
import RelayMessagingContract
import SharedContract

/// Where a message was before the broker handed it on.
struct Origin: Hashable {
    var exchange: String
    var routingKey: String
    var queue: String
    var attempts: Int
    var service: ServiceName

    /// From the headers that the broker adds when it dead-letters (`x-first-death-…`, RabbitMQ 3.10, dlx). Its
    /// `x-death` table says the same and the routing key; that one follows from the topology here.
    init(_ delivery: DeliveredMessage) {
        queue = delivery.headers["x-first-death-queue"] ?? delivery.queue
        exchange = delivery.headers["x-first-death-exchange"] ?? delivery.exchange
        let queue = queue
        let exchange = exchange
        let topology = RelayMessagingTopology.all.first { $0.queues.contains { $0.name == queue } }
        let binding = topology?.bindings.first { $0.queue == queue && $0.exchange == exchange }
        routingKey = binding?.routingKey ?? delivery.headers["lane"] ?? delivery.routingKey
        let limit = topology?.queues.first { $0.name == queue }?.arguments["x-delivery-limit"]
        // The broker gives up when a message would be redelivered more often than the limit.
        if case .integer(let redeliveries) = limit { attempts = max(Int(redeliveries) + 1, 1) } else { attempts = 1 }
        service = Self.consumer(of: queue)
    }

    /// Who consumes a queue (`x-services` in Specs/messaging/relay.yaml).
    private static func consumer(of queue: String) -> ServiceName {
        let families: [(prefix: String, service: ServiceName)] = [
            ("webhooks.raw.whatsapp", .whatsappWebhookService), ("whatsapp.updates", .whatsappWebhookService),
            ("inbound.messages", .inboundTransformer), ("webhooks.raw.genesys", .genesysWebhookService),
            ("genesys.messages", .genesysWebhookService), ("outbound.messages", .outboundTransformer),
        ]
        return families.first { queue.hasPrefix($0.prefix) }?.service ?? .stateManager
    }
}
