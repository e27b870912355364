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
            writer.line("public static let queues = [\(topology.queues.map(\.literal).joined(separator: ", "))]")
            writer.line("/// What must be declared before the channel is used.")
            writer.line("public static let topology = Topology(")
            writer.indented { writer in
                writer.line("exchanges: [Topology.Exchange(name: exchange, type: \(topology.exchangeType.literal))],")
                writer.line("queues: queues.map { queue in")
                writer.indented { writer in
                    writer.line("Topology.Queue(")
                    writer.indented { writer in
                        writer.line("name: queue,")
                        writer.line("arguments: [")
                        writer.indented {
                            for argument in topology.arguments {
                                $0.line("\(argument.name.literal): \(argument.expression),")
                            }
                        }
                        writer.line("])")
                    }
                }
                writer.line("},")
                let key = topology.partitionHeader == nil ? topology.bindingKey.literal : "String(partition)"
                let parameters = topology.partitionHeader == nil ? "queue" : "partition, queue"
                let queues = topology.partitionHeader == nil ? "queues" : "queues.enumerated()"
                writer.line("bindings: \(queues).map { \(parameters) in")
                writer.indented {
                    $0.line("Topology.Binding(exchange: exchange, queue: queue, routingKey: \(key))")
                }
                writer.line("})")
            }
            writer.line("/// One subscription a queue.")
            writer.line(
                "public static let subscriptions = queues.map { Subscription(queue: $0, prefetch: \(topology.prefetch)) }"
            )
        }
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
        writer.line("/// - Throws: ``ContractDecodingError`` if payload or headers break the contract.")
        writer.line("public static func message(")
        writer.indented { $0.line("_ payload: \(payload)\(headers), messageID: String") }
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
                ?? (plan.topology.routingKey ?? "").literal
            writer.line("return OutgoingMessage(")
            writer.indented { writer in
                writer.line("exchange: \(base)Channel.exchange,")
                writer.line("routingKey: \(key),")
                writer.line("body: body,")
                writer.line(
                    "contentType: \(message.message.contentType.literal), messageID: messageID, type: \(message.wireType.literal)\(headerArgument))"
                )
            }
        }
        writer.line("}")
    }

    private mutating func consumer(_ writer: inout CodeWriter) {
        writer.line("/// Handles what arrives on ``\(base)Channel``. There are no default implementations.")
        writer.block("public protocol \(base)Consumer: Sendable") { writer in
            for message in plan.messages {
                writer.documentation(message.message.summary, fallback: "Handles a `\(message.wireType)`.")
                writer.line("func consume(\(self.arguments(message))) async -> DeliveryDecision")
            }
            writer.line("/// Decides about a delivery that breaks the contract or whose type it does not know.")
            writer.line(
                "func refuse(_ delivery: DeliveredMessage, because error: ContractDecodingError) async -> DeliveryDecision"
            )
        }
        writer.line()
        writer.block("extension \(base)Consumer") { writer in
            writer.line("/// Consumes every queue of the channel until the calling task is cancelled.")
            writer.block("public func run(on transport: any MessageTransport) async throws") { writer in
                writer.line("try await transport.declare(\(base)Channel.topology)")
                writer.line("try await withThrowingTaskGroup(of: Void.self) { group in")
                writer.indented { writer in
                    writer.block("for subscription in \(base)Channel.subscriptions") {
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
        writer.line("return await consume(message, \(argument)delivery: delivery)")
    }

    private mutating func check(_ schema: SchemaID) -> String {
        types.decoder.check(schema, node: "node", hint: base) ?? "_ = (node, context)"
    }
}

/// Emits the typed access to one cache key.
struct CacheEmitter {
    var types: TypeEmitter
    let name: String
    let schema: SchemaID
    let representation: Representation
    let redis: JSONValue

    mutating func emit(into writer: inout CodeWriter) {
        let type = representation.spelled(in: types.module)
        let template = redis["key"]?.string ?? ""
        let field = redis["kind"]?.string == "hash" ? redis["field"]?.string : nil
        let parameters = Self.parameters(template) + (field.map(Self.parameters) ?? [])
        let signature = parameters.map { "\($0): String" }.joined(separator: ", ")
        let seconds = redis["ttlSeconds"]?.int
        writer.documentation(
            "Redis key `\(template)`" + (field.map { ", field `\($0)`" } ?? "")
                + (seconds.map { ", kept \($0) s" } ?? "") + ".", fallback: "")
        writer.block("public struct \(name)Cache: Sendable") { writer in
            writer.line("/// Where the values are.")
            writer.line("public let store: any CacheStore")
            writer.line("/// How long a value is kept; nil: until removed.")
            writer.line("public static let timeToLive: Duration? = \(seconds.map { ".seconds(\($0))" } ?? "nil")")
            writer.line()
            writer.line("/// Creates the access.")
            writer.line("public init(store: any CacheStore) { self.store = store }")
            writer.line()
            let keyParameters = Self.parameters(template)
            writer.line("/// The key.")
            writer.line(
                "public static func key(\(keyParameters.map { "\($0): String" }.joined(separator: ", "))) -> String { \(Self.interpolated(template)) }"
            )
            writer.line()
            let key = "Self.key(\(keyParameters.map { "\($0): \($0)" }.joined(separator: ", ")))"
            let fieldText = field.map(Self.interpolated)
            let read = self.types.decoder.decode(self.schema, as: self.representation, node: "node", hint: self.name)
            writer.line("/// The value; nil if there is none.")
            writer.line("/// - Throws: ``CacheError``, with code `invalidValue` if what is stored breaks the contract.")
            writer.block("public func get(\(signature)) async throws(CacheError) -> \(type)?") { writer in
                let get = fieldText.map { "store.getField(\($0), of: \(key))" } ?? "store.get(\(key))"
                writer.line("guard let bytes = try await \(get) else { return nil }")
                writer.line("return try CacheCoding.value(bytes) { node, context in \(read) }")
            }
            writer.line()
            writer.line("/// Sets the value for ``timeToLive``.")
            writer.block("public func set(_ value: \(type), \(signature)) async throws(CacheError)") { writer in
                let check =
                    self.types.decoder.check(self.schema, node: "node", hint: self.name) ?? "_ = (node, context)"
                writer.line("let bytes = try CacheCoding.bytes(value) { node, context in \(check) }")
                if let fieldText {
                    writer.line(
                        "try await store.setField(\(fieldText), of: \(key), to: bytes, timeToLive: Self.timeToLive)")
                } else {
                    writer.line("try await store.set(\(key), to: bytes, timeToLive: Self.timeToLive)")
                }
            }
            writer.line()
            writer.line("/// Removes the value.")
            writer.block("public func remove(\(signature)) async throws(CacheError)") { writer in
                if let fieldText {
                    writer.line("try await store.removeField(\(fieldText), of: \(key))")
                } else {
                    writer.line("try await store.remove([\(key)])")
                }
            }
        }
    }

    private static func parameters(_ template: String) -> [String] {
        template.split(separator: "{", omittingEmptySubsequences: false).dropFirst().compactMap { part in
            part.split(separator: "}", omittingEmptySubsequences: false).first.map {
                SwiftNaming.plainMemberName(String($0))
            }
        }
    }

    private static func interpolated(_ template: String) -> String {
        var result = ""
        var rest = Substring(template)
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            result +=
                rest[..<open] + "\\(" + SwiftNaming.plainMemberName(String(rest[rest.index(after: open)..<close])) + ")"
            rest = rest[rest.index(after: close)...]
        }
        return "\"" + result + rest + "\""
    }
}
