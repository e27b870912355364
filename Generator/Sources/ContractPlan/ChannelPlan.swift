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
    /// The topology extension, read.
    public var topology: TopologyPlan
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
}

/// `x-relay-topology`, read.
public struct TopologyPlan: Sendable {
    /// Exchange name.
    public var exchange: String
    /// Exchange type.
    public var exchangeType: String
    /// Fixed routing key, or nil.
    public var routingKey: String?
    /// Header whose value decides the partition, or nil; the partition's number is the routing key and the binding key.
    public var partitionHeader: String?
    /// Queue names, one a partition.
    public var queues: [String]
    /// Binding key of a queue without partitions.
    public var bindingKey: String
    /// Declaration arguments of the queues as Swift expressions, in order of their names.
    public var arguments: [(name: String, expression: String)]
    /// Unacknowledged messages a consumer may hold.
    public var prefetch: Int
}

extension Planner {
    /// Plans the channels of a document.
    public mutating func channels(of document: MessagingDocument, in contract: Contract) -> [ChannelPlan] {
        document.channels.compactMap { channel in
            guard let topology = topology(channel) else { return nil }
            let messages = channel.messages.compactMap { name in
                document.messages.first { $0.name == name }.flatMap { message($0, contract) }
            }
            let operations = document.operations.filter { $0.channel == channel.name }
            return ChannelPlan(
                channel: channel, baseName: SwiftNaming.typeName(channel.name), messages: messages,
                isPublished: operations.contains { $0.action == .send },
                isConsumed: operations.contains { $0.action == .receive }, topology: topology)
        }
    }

    private mutating func message(_ message: MessagingMessage, _ contract: Contract) -> MessagePlan? {
        guard let payload = message.payload else {
            diagnostics.append(
                Diagnostic(
                    at: message.location, "message \(message.name) has no payload that is read here",
                    remedy: "give it a payload with schemaFormat application/schema+json;version=draft-2020-12"))
            return nil
        }
        let name = TypeName(module: contract.module, path: [SwiftNaming.typeName(message.name)])
        let representation = representation(of: payload, as: name)
        let headers = message.headers.map {
            schema -> (schema: SchemaID, representation: Representation, literals: [String]) in
            let type = self.representation(
                of: schema,
                as: TypeName(module: contract.module, path: [SwiftNaming.typeName(message.name) + "Headers"]))
            let structure = StructureCollector(predicates: predicates).collect(predicates.resolved(schema))
            let literals = structure.properties.filter { property in
                property.schemas.contains {
                    !(predicates.types(of: $0) ?? []).isDisjoint(with: [.integer, .number, .boolean])
                }
            }
            return (schema, type, literals.map(\.name))
        }
        return MessagePlan(
            message: message, wireType: message.amqp["messageType"]?.string ?? message.name, payload: payload,
            representation: representation, headers: headers)
    }

    private mutating func topology(_ channel: MessagingChannel) -> TopologyPlan? {
        guard let extensionValue = channel.extensions["x-relay-topology"],
            let exchange = extensionValue["exchange"]?["name"]?.string,
            let exchangeType = extensionValue["exchange"]?["type"]?.string,
            let queue = extensionValue["queue"], let queueName = queue["name"]?.string
        else {
            diagnostics.append(
                Diagnostic(
                    at: channel.location, "channel \(channel.name) has no x-relay-topology",
                    reason: "AMQP bindings of AsyncAPI know neither quorum queues nor partitions",
                    remedy: "describe exchange, routingKey and queue there; Specs/messaging/README.md explains it"))
            return nil
        }
        let routingKey = extensionValue["routingKey"]?["value"]?.string
        let partitionHeader = extensionValue["routingKey"]?["partitionOf"]?.string
        let partitions = queue["partitions"]?.int
        guard (routingKey == nil) != (partitionHeader == nil), (partitionHeader == nil) == (partitions == nil) else {
            diagnostics.append(
                Diagnostic(
                    at: channel.location, "the messages of channel \(channel.name) have no way to its queues",
                    reason: "a partitioned queue needs routingKey.partitionOf, any other routingKey.value",
                    remedy: "give routingKey exactly one member; Specs/messaging/README.md explains both"))
            return nil
        }
        let queues =
            partitions.map { count in
                (0..<count).map { queueName.replacing("{partition}", with: String($0)) }
            } ?? [queueName]
        return TopologyPlan(
            exchange: exchange, exchangeType: exchangeType, routingKey: routingKey,
            partitionHeader: partitionHeader, queues: queues,
            bindingKey: routingKey ?? "", arguments: arguments(queue),
            prefetch: queue["prefetch"]?.int ?? 128)
    }

    private func arguments(_ queue: JSONValue) -> [(name: String, expression: String)] {
        var arguments: [(name: String, expression: String)] = []
        func add(_ name: String, _ value: JSONValue?) {
            switch value {
            case .string(let text): arguments.append((name, ".string(\"\(text)\")"))
            case .bool(let truth) where truth: arguments.append((name, ".bool(true)"))
            case .number(let number): arguments.append((name, ".integer(\(number.text))"))
            default: break
            }
        }
        add("x-queue-type", queue["type"])
        add("x-single-active-consumer", queue["singleActiveConsumer"])
        add("x-delivery-limit", queue["deliveryLimit"])
        if let seconds = queue["messageTTLSeconds"]?.int { add("x-message-ttl", .number(JSONNumber(seconds * 1_000))) }
        add("x-max-length-bytes", queue["maximumLengthBytes"])
        add("x-overflow", queue["overflow"])
        add("x-dead-letter-exchange", queue["deadLetter"]?["exchange"])
        add("x-dead-letter-routing-key", queue["deadLetter"]?["routingKey"])
        add("x-dead-letter-strategy", queue["deadLetter"]?["strategy"])
        return arguments.sorted { $0.name < $1.name }
    }
}
