import ContractJSON
import ContractModel
import ContractPlan

/// Emits what belongs to one channel: topology, publisher and consumer.
struct ChannelEmitter {
    var types: TypeEmitter
    let plan: ChannelPlan

    private var module: String { types.module }
    private var base: String { plan.baseName }

    mutating func emit(into writer: inout CodeWriter) {
        channel(&writer)
        if plan.isPublished, !plan.messages.isEmpty {
            writer.line()
            publisher(&writer)
        }
        if plan.isConsumed, !plan.messages.isEmpty {
            writer.line()
            consumer(&writer)
        }
    }

    private func channel(_ writer: inout CodeWriter) {
        writer.documentation(plan.channel.summary, fallback: "The channel `\(plan.channel.name)`.")
        writer.line("///")
        writer.line("/// Contract: `\(plan.channel.location.file)#\(plan.channel.location.pointer)`")
        let topology = plan.topology
        writer.block("public enum \(base)Channel") { writer in
            writer.line("/// The exchange that messages are published to.")
            writer.line("public static let exchange = \(topology.exchange.literal)")
            writer.line("/// The queues that consumers read, one a partition.")
            let isFixed = !topology.hasQueueParameters
            let queues = "[\(topology.queues.map(self.interpolated).joined(separator: ", "))]"
            writer.line(
                isFixed
                    ? "public static let queues = \(queues)"
                    : "public static func queues(\(signature)) -> [String] { \(queues) }")
            writer.line("/// What must be declared before the channel is used.")
            if isFixed {
                writer.line("public static let topology = Topology(")
                writer.indented { self.topology(&$0) }
            } else {
                writer.block("public static func topology(\(signature)) -> Topology") { writer in
                    writer.line("let queues = queues(\(values))")
                    writer.line("return Topology(")
                    writer.indented { self.topology(&$0) }
                }
            }
            writer.line("/// One subscription a queue.")
            let subscriptions = "map { ContractRuntime.Subscription(queue: $0, prefetch: \(topology.prefetch)) }"
            writer.line(
                isFixed
                    ? "public static let subscriptions = queues.\(subscriptions)"
                    : "public static func subscriptions(\(signature)) -> [ContractRuntime.Subscription] { queues(\(values)).\(subscriptions) }"
            )
        }
    }

    /// Parameters of the address in a declaration, in a call, and as a text that they are filled into.
    private var signature: String { plan.topology.parameters.map { "\($0.swiftName): String" }.joined(separator: ", ") }
    private var values: String {
        plan.topology.parameters.map { "\($0.swiftName): \($0.swiftName)" }.joined(separator: ", ")
    }
    private func interpolated(_ text: String) -> String {
        var marked = text
        for parameter in plan.topology.parameters {
            marked = marked.replacing("{\(parameter.name)}", with: "\u{1}(\(parameter.swiftName))")
        }
        return marked.literal.replacing("\\u{1}", with: "\\")
    }

    private func topology(_ writer: inout CodeWriter) {
        let topology = plan.topology
        let flags = topology.exchangeFlags.map { ", \($0)" }.joined()
        writer.line(
            topology.exchange.isEmpty
                ? "exchanges: [],"
                : "exchanges: [Topology.Exchange(name: exchange, type: \(topology.exchangeType.literal)\(flags))],")
        writer.line("queues: queues.map { queue in")
        writer.indented { writer in
            writer.line("Topology.Queue(")
            writer.indented { writer in
                writer.line("name: queue,")
                for flag in topology.queueFlags { writer.line("\(flag),") }
                if topology.arguments.isEmpty {
                    writer.line("arguments: [:])")
                } else {
                    writer.line("arguments: [")
                    writer.indented {
                        for argument in topology.arguments {
                            $0.line("\(argument.name.literal): \(argument.expression),")
                        }
                    }
                    writer.line("])")
                }
            }
        }
        writer.line("},")
        if topology.partitionHeader != nil {
            writer.line("bindings: queues.enumerated().map { partition, queue in")
            writer.indented {
                $0.line("Topology.Binding(exchange: exchange, queue: queue, routingKey: String(partition))")
            }
            writer.line("})")
            return
        }
        guard let key = topology.bindingKey else {
            writer.line("bindings: [])")
            return
        }
        writer.line("bindings: queues.map { queue in")
        writer.indented {
            $0.line("Topology.Binding(exchange: exchange, queue: queue, routingKey: \(key.literal))")
        }
        writer.line("})")
    }

    private mutating func publisher(_ writer: inout CodeWriter) {
        writer.line("/// Publishes to ``\(base)Channel``, persistent, mandatory and confirmed.")
        writer.block("public struct \(base)Publisher: Sendable") { writer in
            writer.line("/// Carries the messages.")
            writer.line("public let transport: any MessageTransport")
            writer.line()
            writer.line("/// Creates a publisher.")
            writer.line("public init(transport: any MessageTransport) { self.transport = transport }")
            for message in plan.messages {
                writer.line()
                self.form(message, &writer)
            }
            writer.line()
            writer.line("/// Publishes messages formed before and waits until the broker has confirmed all of them.")
            writer.block("public func publish(_ messages: [OutgoingMessage]) async throws(MessagingError)") {
                $0.line("try await transport.publish(messages)")
            }
        }
    }

    private mutating func form(_ message: MessagePlan, _ writer: inout CodeWriter) {
        let payload = message.representation.spelled(in: module)
        let headers = message.headers.map { ", headers: \($0.representation.spelled(in: module))" } ?? ""
        writer.documentation(message.message.summary, fallback: "Forms a `\(message.wireType)`.")
        writer.line(
            "/// - Parameter messageID: Unique for the message; equal when the same message is published again.")
        if plan.publishing.hasTimestamp { writer.line("/// - Parameter timestamp: Seconds since 1970.") }
        if plan.replyChannel != nil {
            writer.line("/// - Parameter correlationID: Comes back with the answer; by default the message id.")
        }
        writer.line("/// - Throws: ``ContractDecodingError`` if payload or headers break the contract.")
        let name = isAlone(message) ? "message" : SwiftNaming.plainMemberName(message.message.name) + "Message"
        writer.line("public static func \(name)(")
        let parameters = plan.topology.parameters.isEmpty ? "" : ", \(signature)"
        let reply = replyParameters
        writer.indented { $0.line("_ payload: \(payload)\(headers)\(parameters), messageID: String\(reply)") }
        writer.line(") throws(ContractDecodingError) -> OutgoingMessage {")
        writer.indented { writer in
            writer.line(
                "let body = try MessageCoding.body(payload) { node, context in \(self.check(message.payload)) }")
            var headerArgument = ""
            if let headers = message.headers {
                writer.line(
                    "let fields = try MessageCoding.headers(headers) { node, context in \(self.check(headers.schema)) }"
                )
                headerArgument = ", headers: fields"
            }
            let key =
                plan.topology.partitionHeader.map {
                    "Partition.key(of: fields[\($0.literal)] ?? \"\", count: \(base)Channel.queues.count)"
                }
                ?? interpolated(plan.topology.routingKey ?? "")
            let isPlain = isPlain(message)
            writer.line(isPlain ? "return OutgoingMessage(" : "var message = OutgoingMessage(")
            writer.indented { writer in
                writer.line("exchange: \(base)Channel.exchange,")
                writer.line("routingKey: \(key),")
                writer.line("body: body,")
                writer.line(
                    "contentType: \(message.message.contentType.literal), messageID: messageID, type: \(message.wireType.literal)\(headerArgument))"
                )
            }
            if !isPlain { self.properties(message, &writer) }
        }
        writer.line("}")
        if plan.isAnswer { answer(message, payload, headers, parameters, &writer) }
    }

    /// Whether the types of payload and headers tell a message from the others of its channel.
    private func isAlone(_ message: MessagePlan) -> Bool {
        plan.messages.count {
            $0.representation == message.representation && $0.headers?.representation == message.headers?.representation
        } == 1
    }

    private var replyParameters: String {
        let timestamp = plan.publishing.hasTimestamp ? ", timestamp: Int64" : ""
        guard let reply = plan.replyChannel else { return timestamp }
        let queue = reply.hasQueue ? " = \(reply.baseName)Channel.queues[0]" : ""
        return timestamp + ", replyTo: String\(queue), correlationID: String? = nil"
    }

    /// Whether a message needs nothing but its body, headers and id.
    private func isPlain(_ message: MessagePlan) -> Bool {
        plan.replyChannel == nil && message.correlation == nil && plan.publishing.attributes.isEmpty
            && plan.publishing.expirationMilliseconds == nil && !plan.publishing.hasTimestamp
    }

    private func properties(_ message: MessagePlan, _ writer: inout CodeWriter) {
        switch message.correlation {
        case .header(let name): writer.line("message.correlationID = fields[\(name.literal)]")
        case .payload(let pointer):
            writer.line("message.correlationID = MessageCoding.text(at: \(pointer.literal), in: payload)")
        case nil: break
        }
        if plan.replyChannel != nil {
            writer.line("message.correlationID = correlationID ?? message.correlationID ?? messageID")
            writer.line("message.attributes.replyTo = replyTo")
        }
        if let milliseconds = plan.publishing.expirationMilliseconds {
            writer.line("message.expiration = .milliseconds(\(milliseconds))")
        }
        for attribute in plan.publishing.attributes { writer.line("message.attributes.\(attribute)") }
        if plan.publishing.hasTimestamp { writer.line("message.attributes.timestamp = timestamp") }
        writer.line("return message")
    }

    /// The same message as the answer to a delivery.
    private func answer(
        _ message: MessagePlan, _ payload: String, _ headers: String, _ parameters: String, _ writer: inout CodeWriter
    ) {
        writer.line()
        writer.line(
            "/// Forms a `\(message.wireType)` that answers a delivery: it goes where `reply-to` says, with the same correlation id."
        )
        writer.line(
            "/// - Throws: ``ContractDecodingError`` if payload or headers break the contract, or the delivery wants no answer."
        )
        let name = isAlone(message) ? "message" : SwiftNaming.plainMemberName(message.message.name) + "Message"
        writer.line("public static func \(isAlone(message) ? "answer" : name.dropLast(7) + "Answer")(")
        writer.indented {
            $0.line(
                "_ payload: \(payload)\(headers), to delivery: DeliveredMessage, messageID: String\(plan.publishing.hasTimestamp ? ", timestamp: Int64" : "")"
            )
        }
        writer.block(") throws(ContractDecodingError) -> OutgoingMessage") { writer in
            let headerArgument = message.headers == nil ? "" : ", headers: headers"
            let values = plan.topology.parameters.map { ", \($0.swiftName): \"\"" }.joined()
            let rest = plan.publishing.hasTimestamp ? ", timestamp: timestamp" : ""
            writer.line(
                "try MessageCoding.reply(\(name)(payload\(headerArgument)\(values), messageID: messageID\(rest)), to: delivery)"
            )
        }
    }

    private mutating func consumer(_ writer: inout CodeWriter) {
        writer.line("/// Handles what arrives on ``\(base)Channel``. There are no default implementations.")
        writer.block("public protocol \(base)Consumer: Sendable") { writer in
            for message in plan.messages {
                writer.documentation(message.message.summary, fallback: "Handles a `\(message.wireType)`.")
                writer.line("func \(self.consume(message))(\(self.arguments(message))) async -> DeliveryDecision")
            }
            writer.line("/// Decides about a delivery that breaks the contract or whose type it does not know.")
            writer.line(
                "func refuse(_ delivery: DeliveredMessage, because error: ContractDecodingError) async -> DeliveryDecision"
            )
        }
        writer.line()
        writer.block("extension \(base)Consumer") { writer in
            writer.line("/// Consumes every queue of the channel until the calling task is cancelled.")
            let isFixed = !plan.topology.hasQueueParameters
            let values = isFixed ? "" : "(\(self.values))"
            writer.block(
                "public func run(on transport: any MessageTransport\(isFixed ? "" : ", \(signature)")) async throws"
            ) { writer in
                writer.line("try await transport.declare(\(base)Channel.topology\(values))")
                writer.line("try await withThrowingTaskGroup(of: Void.self) { group in")
                writer.indented { writer in
                    writer.block("for subscription in \(base)Channel.subscriptions\(values)") {
                        $0.line(
                            "group.addTask { try await transport.consume(subscription) { await self.receive($0) } }")
                    }
                    writer.line("try await group.waitForAll()")
                }
                writer.line("}")
            }
            writer.line()
            writer.line("/// Decodes one delivery and handles it.")
            writer.block("public func receive(_ delivery: DeliveredMessage) async -> DeliveryDecision") { writer in
                self.dispatch(&writer)
            }
        }
    }

    private func consume(_ message: MessagePlan) -> String {
        isAlone(message) ? "consume" : "consume" + SwiftNaming.typeName(message.message.name)
    }

    private func arguments(_ message: MessagePlan) -> String {
        let headers = message.headers.map { "headers: \($0.representation.spelled(in: module)), " } ?? ""
        return "_ message: \(message.representation.spelled(in: module)), \(headers)delivery: DeliveredMessage"
    }

    private mutating func dispatch(_ writer: inout CodeWriter) {
        let isSingle = plan.messages.count == 1
        writer.line("do throws(ContractDecodingError) {")
        writer.indented { writer in
            if isSingle, let message = plan.messages.first {
                self.call(message, &writer)
                return
            }
            writer.line("switch delivery.type {")
            for message in plan.messages {
                writer.line("case \(message.wireType.literal):")
                writer.indented { self.call(message, &$0) }
            }
            let list = plan.messages.map(\.wireType).joined(separator: " or ")
            writer.line("default: throw MessageCoding.unknownType(expected: \(list.literal))")
            writer.line("}")
        }
        writer.line("} catch {")
        writer.indented { $0.line("return await refuse(delivery, because: error)") }
        writer.line("}")
    }

    private mutating func call(_ message: MessagePlan, _ writer: inout CodeWriter) {
        let read = types.decoder.decode(message.payload, as: message.representation, node: "node", hint: base)
        writer.line("let message = try MessageCoding.payload(delivery) { node, context in \(read) }")
        var argument = ""
        if let headers = message.headers {
            let readHeaders = types.decoder.decode(
                headers.schema, as: headers.representation, node: "node", hint: base + "Headers")
            let literals = headers.literals.map(\.literal).joined(separator: ", ")
            writer.line(
                "let headers = try MessageCoding.headers(of: delivery, literals: [\(literals)]) { node, context in \(readHeaders) }"
            )
            argument = "headers: headers, "
        }
        writer.line("return await \(consume(message))(message, \(argument)delivery: delivery)")
    }

    private mutating func check(_ schema: SchemaID) -> String {
        types.decoder.check(schema, node: "node", hint: base) ?? "_ = (node, context)"
    }
}
