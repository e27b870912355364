import ContractJSON
import ContractModel

extension Planner {
    /// Plans the channels of a document.
    public mutating func channels(of document: MessagingDocument, in contract: Contract) -> [ChannelPlan] {
        let answers = Set(document.operations.filter { $0.action == .receive }.compactMap(\.replyChannel))
        return document.channels.compactMap { channel in
            let operations = document.operations.filter { $0.channel == channel.name }
            guard let topology = topology(channel) else { return nil }
            let messages = channel.messages.compactMap { name in
                document.messages.first { $0.name == name }.flatMap { message($0, contract) }
            }
            let sending = operations.first { $0.action == .send }
            return ChannelPlan(
                channel: channel, baseName: SwiftNaming.typeName(channel.name), messages: messages,
                isPublished: sending != nil || answers.contains(channel.name),
                isConsumed: operations.contains { $0.action == .receive }, topology: topology,
                publishing: publishing(operations, messages, channel),
                replyChannel: sending?.replyChannel.map { replyChannel($0, document) },
                isAnswer: answers.contains(channel.name))
        }
    }

    /// Types of payloads and headers that stand inside messages.
    public func looseTypes(in module: String) -> [TypePlan] { nested[TypeName(module: module, path: [])] ?? [] }

    private mutating func replyChannel(_ name: String, _ document: MessagingDocument) -> ChannelPlan.ReplyChannel {
        let topology = document.channels.first { $0.name == name }.flatMap { self.topology($0) }
        return ChannelPlan.ReplyChannel(
            baseName: SwiftNaming.typeName(name),
            hasQueue: topology.map { $0.queues.count == 1 && !$0.hasQueueParameters } ?? false)
    }

    private mutating func message(_ message: MessagingMessage, _ contract: Contract) -> MessagePlan? {
        guard let payload = message.payload else {
            diagnostics.append(
                Diagnostic(
                    at: message.location, "message \(message.name) has no payload that is read here",
                    remedy: "give it a payload with schemaFormat application/schema+json;version=draft-2020-12"))
            return nil
        }
        guard Self.isJSON(message.contentType) else {
            diagnostics.append(
                Diagnostic(
                    at: message.location, "message \(message.name) has the content type \(message.contentType)",
                    reason: "payloads are written as JSON", remedy: "use application/json"))
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
            representation: representation, headers: headers, correlation: correlation(message))
    }

    /// Where the correlation id stands, from a runtime expression.
    private mutating func correlation(_ message: MessagingMessage) -> MessagePlan.Correlation? {
        guard let location = message.correlationID else { return nil }
        for (prefix, isHeader) in [("$message.header#/", true), ("$message.payload#/", false)]
        where location.hasPrefix(prefix) {
            let rest = location.dropFirst(prefix.count)
            // AMQP headers are texts: one level deep, and of the message's own headers.
            if isHeader {
                return message.headers == nil || rest.contains("/") ? nil : .header(JSONPointer.unescape(rest))
            }
            return .payload("/" + rest)
        }
        diagnostics.append(
            Diagnostic(
                at: message.location, "the correlation id of \(message.name) stands at \(location)",
                reason: "it is taken from $message.header#/NAME or $message.payload#/POINTER"))
        return nil
    }

    // MARK: Bindings

    private mutating func publishing(
        _ operations: [MessagingOperation], _ messages: [MessagePlan], _ channel: MessagingChannel
    ) -> PublishingPlan {
        var plan = PublishingPlan()
        for operation in operations where operation.action == .receive && operation.amqp["ack"]?.bool == false {
            diagnostics.append(
                Diagnostic(
                    .warning, at: operation.location,
                    "the operation \(operation.name) takes messages without acknowledgement",
                    reason: "a consumer of ours acknowledges every delivery by what it decides, so that none is lost",
                    remedy: "remove ack, or set it to true"))
        }
        guard let amqp = operations.first(where: { $0.action == .send })?.amqp else { return plan }
        plan.expirationMilliseconds = amqp["expiration"]?.int
        if let user = amqp["userId"]?.string { plan.attributes.append("userID = \(Self.literal(user))") }
        if let priority = amqp["priority"]?.int, (0...255).contains(priority) {
            plan.attributes.append("priority = \(priority)")
        }
        if amqp["deliveryMode"]?.int == 1 { plan.attributes.append("isPersistent = false") }
        if amqp["mandatory"]?.bool == false { plan.attributes.append("isMandatory = false") }
        for (key, name) in [("cc", "copies"), ("bcc", "blindCopies")] {
            guard let keys = amqp[key]?.array?.compactMap(\.string), !keys.isEmpty else { continue }
            plan.attributes.append("\(name) = [\(keys.map(Self.literal).joined(separator: ", "))]")
        }
        if let reply = amqp["replyTo"]?.string { plan.attributes.append("replyTo = \(Self.literal(reply))") }
        plan.hasTimestamp = amqp["timestamp"]?.bool ?? false
        let encodings = Set(messages.compactMap { $0.message.amqp["contentEncoding"]?.string })
        if let encoding = encodings.sorted().first {
            plan.attributes.append("contentEncoding = \(Self.literal(encoding))")
            // Payloads are written as they are; an encoding would have to be applied.
            if encoding != "identity", encoding != "utf-8", encoding != "UTF-8" {
                diagnostics.append(
                    Diagnostic(
                        at: channel.location, "messages of \(channel.name) have the content encoding \(encoding)",
                        reason: "payloads are written as UTF-8 JSON and not compressed", remedy: "remove it"))
            }
        }
        return plan
    }

    private static func literal(_ text: String) -> String { JSONValue.string(text).jsonText }

    private mutating func topology(_ channel: MessagingChannel) -> TopologyPlan? {
        guard let value = channel.extensions["x-relay-topology"] else { return bound(channel) }
        guard let exchange = value["exchange"]?["name"]?.string, let exchangeType = value["exchange"]?["type"]?.string,
            let queue = value["queue"], let queueName = queue["name"]?.string
        else {
            diagnostics.append(
                Diagnostic(
                    at: channel.location, "x-relay-topology of channel \(channel.name) lacks exchange or queue",
                    remedy: "describe exchange, routingKey and queue there; Specs/messaging/README.md explains it"))
            return nil
        }
        let routingKey = value["routingKey"]?["value"]?.string
        let partitionHeader = value["routingKey"]?["partitionOf"]?.string
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
            partitionHeader: partitionHeader, queues: queues, bindingKey: routingKey, arguments: arguments(queue),
            prefetch: queue["prefetch"]?.int ?? 128)
    }

    /// The topology that AMQP bindings describe; without any, a queue of the channel's address on the default exchange.
    private mutating func bound(_ channel: MessagingChannel) -> TopologyPlan? {
        let amqp = channel.amqp
        let address = channel.address ?? channel.name
        let parameters = channel.parameters.map { (name: $0.name, swiftName: SwiftNaming.plainMemberName($0.name)) }
        for part in ["exchange", "queue"] {
            guard let host = amqp[part]?["vhost"]?.string, host != "/" else { continue }
            diagnostics.append(
                Diagnostic(
                    at: channel.location, "the \(part) of channel \(channel.name) is in the virtual host \(host)",
                    reason: "the virtual host is part of the broker's address, one for all channels",
                    remedy: "remove vhost and name it in AMQP_URL"))
        }
        let isRouted = amqp["is"]?.string.map { $0 == "routingKey" } ?? (amqp["exchange"] != nil)
        let exchange = isRouted ? amqp["exchange"]?["name"]?.string ?? "" : ""
        let type = amqp["exchange"]?["type"]?.string ?? "topic"
        let named = amqp["queue"]?["name"]?.string
        let queue = named ?? (exchange.isEmpty ? address : "\(exchange).\(channel.name)")
        if let named, !exchange.isEmpty, named.isEmpty {
            diagnostics.append(
                Diagnostic(
                    at: channel.location, "the queue of channel \(channel.name) has an empty name",
                    remedy: "name it, or leave the name out"))
        }
        var plan = TopologyPlan(
            exchange: exchange, exchangeType: type, routingKey: exchange.isEmpty ? queue : address, queues: [queue],
            bindingKey: exchange.isEmpty ? nil : Self.wildcards(address, type), arguments: [], prefetch: 128,
            parameters: parameters)
        plan.exchangeFlags = flags(
            amqp["exchange"], [("durable", "isDurable", true), ("autoDelete", "isAutoDeleted", false)])
        plan.queueFlags = flags(
            amqp["queue"],
            [
                ("durable", "isDurable", true), ("exclusive", "isExclusive", false),
                ("autoDelete", "isAutoDeleted", false),
            ])
        if !exchange.isEmpty, !parameters.isEmpty, type != "topic", address.contains("{") {
            diagnostics.append(
                Diagnostic(
                    at: channel.location,
                    "the address of channel \(channel.name) has parameters, its exchange is of type \(type)",
                    reason: "a queue takes messages of all values of a parameter through a topic exchange only",
                    remedy: "use an exchange of type topic"))
        }
        return plan
    }

    /// Parameters as words of a topic binding.
    private static func wildcards(_ address: String, _ type: String) -> String {
        guard type == "topic" else { return address }
        var result = ""
        var isInside = false
        for character in address {
            if character == "{" { isInside = true }
            if !isInside { result.append(character) }
            if character == "}" {
                isInside = false
                result.append("*")
            }
        }
        return result
    }

    private func flags(_ binding: JSONValue?, _ known: [(key: String, label: String, usual: Bool)]) -> [String] {
        known.compactMap { key, label, usual in
            guard let value = binding?[key]?.bool, value != usual else { return nil }
            return "\(label): \(value)"
        }
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
