import BindingsContract
import ContractRuntime
import Logging
import MessageBroker
import Synchronization
import Testing

/// What the AMQP bindings of a contract describe, on a real RabbitMQ.
@Suite("AMQP bindings", .enabled(if: Broker.isAvailable), .timeLimit(.minutes(1)), .serialized)
struct BindingTests {
    @Test("a topic exchange routes by the parameters of the address, with every property of the bindings")
    func topic() async throws {
        let transport = try Broker.transport()
        defer { Task { await transport.close() } }
        let seen = Deliveries()
        try await withConsumer(
            { try await MeasurementTaker(seen: seen).run(on: transport) },
            ready: { try await transport.queueDepth("test.bindings.measured").consumers == 1 }
        ) {
            let message = try MeasurementsPublisher.message(
                Measurement(lumens: 3), headers: TraceHeaders(trace: "t-1", attempt: 2), lightId: "l-7",
                messageID: "m-1",
                timestamp: 1_790_000_000)
            #expect(message.expiration == .seconds(60) && !message.attributes.isPersistent)
            #expect(message.attributes.copies == ["lights.all.copied"] && message.attributes.isMandatory)
            try await MeasurementsPublisher(transport: transport).publish([message])
            let deliveries = try await seen.wait(for: 1)
            let delivery = try #require(deliveries.first)
            #expect(delivery.routingKey == "lights.l-7.measured" && delivery.exchange == "test.bindings.lights")
            #expect(delivery.type == "light.measured" && delivery.correlationID == "t-1" && delivery.messageID == "m-1")
            #expect(delivery.attributes.priority == 7 && delivery.attributes.timestamp == 1_790_000_000)
            #expect(delivery.attributes.contentEncoding == "utf-8" && !delivery.attributes.isPersistent)
            #expect(delivery.headers["attempt"] == "2")
        }
    }

    @Test("CC and BCC reach other queues, BCC unseen")
    func copies() async throws {
        let transport = try Broker.transport()
        defer { Task { await transport.close() } }
        let name = "test.bindings.copies.\(UInt64.random(in: 0...UInt64.max))"
        try await transport.declare(MeasurementsChannel.topology)
        try await transport.declare(
            Topology(
                queues: [Topology.Queue(name: name, isDurable: false, arguments: ["x-expires": .integer(60_000)])],
                bindings: [
                    Topology.Binding(
                        exchange: MeasurementsChannel.exchange, queue: name, routingKey: "lights.all.blind")
                ]))
        let message = try MeasurementsPublisher.message(
            Measurement(lumens: 1), headers: TraceHeaders(trace: "t"), lightId: "x", messageID: "m", timestamp: 0)
        try await transport.publish([message])
        #expect(try await transport.queueDepth(name).messages == 1)
        // The broker refuses a user id that is not the connection's, which closes the channel.
        var forged = message
        forged.attributes.userID = "somebody-else"
        await #expect(throws: MessagingError.self) { try await transport.publish([forged]) }
    }

    @Test("a queue for each parameter takes what is meant for it, on the default exchange")
    func queues() async throws {
        let transport = try Broker.transport()
        defer { Task { await transport.close() } }
        let seen = Deliveries()
        let light = "l\(UInt64.random(in: 0...UInt64.max))"
        let queue = "test.bindings.commands.\(light)"
        try await withConsumer(
            { try await CommandTaker(seen: seen).run(on: transport, lightId: light) },
            ready: { try await transport.queueDepth(queue).consumers == 1 }
        ) {
            let publisher = CommandsPublisher(transport: transport)
            try await publisher.publish([
                try CommandsPublisher.switchedMessage(Command(id: 5), lightId: light, messageID: "m-1"),
                try CommandsPublisher.dimmedMessage(Command(id: 6), lightId: light, messageID: "m-2"),
                // Nobody is there for it; the contract says that this is no error.
                try CommandsPublisher.dimmedMessage(Command(id: 7), lightId: light + "-other", messageID: "m-3"),
            ])
            let deliveries = try await seen.wait(for: 2)
            #expect(deliveries.map(\.type) == ["Switched", "Dimmed"])
            #expect(deliveries.map(\.correlationID) == ["5", "6"])
            #expect(deliveries.allSatisfy { $0.exchange.isEmpty && $0.queue == queue })
        }
    }

    @Test("a request is answered where it says, with its correlation id, on an exclusive queue")
    func replies() async throws {
        let asking = try Broker.transport()
        let answering = try Broker.transport()
        defer {
            Task {
                await asking.close()
                await answering.close()
            }
        }
        let seen = Deliveries()
        try await withConsumer(
            { try await SumTaker(transport: answering).run(on: answering) },
            ready: { try await answering.queueDepth("test.bindings.sums").consumers == 1 }
        ) {
            try await asking.declare(ResultsChannel.topology)
            let results = Task { try await ResultTaker(seen: seen).run(on: asking) }
            defer { results.cancel() }
            try await SumsPublisher(transport: asking).publish([
                try SumsPublisher.message(Sum(numbers: [1, 2, 39]), messageID: "m-1"),
                try SumsPublisher.message(Sum(numbers: []), messageID: "m-2", correlationID: "mine"),
            ])
            let deliveries = try await seen.wait(for: 2)
            #expect(deliveries.map { String(decoding: $0.body, as: UTF8.self) } == [#"{"sum":42}"#, #"{"sum":0}"#])
            #expect(deliveries.map(\.correlationID) == ["m-1", "mine"])
            // Another connection may not touch an exclusive queue.
            await #expect(throws: MessagingError.self) { try await answering.queueDepth("test.bindings.results") }
        }
        let orphan = DeliveredMessage(queue: "q", exchange: "", routingKey: "q", body: [])
        #expect(throws: (any Error).self) {
            try ResultsPublisher.answer(ResultValue(sum: 1), to: orphan, messageID: "m")
        }
    }

    @Test("the declarations are those of the bindings")
    func declarations() {
        let topology = MeasurementsChannel.topology
        #expect(
            topology.exchanges == [
                Topology.Exchange(name: "test.bindings.lights", type: "topic", isDurable: false, isAutoDeleted: true)
            ])
        #expect(
            topology.queues == [Topology.Queue(name: "test.bindings.measured", isDurable: false, isAutoDeleted: true)])
        #expect(topology.bindings.map(\.routingKey) == ["lights.*.measured"])
        #expect(ResultsChannel.topology.queues.map(\.isExclusive) == [true])
        #expect(CommandsChannel.topology(lightId: "a").queues.map(\.name) == ["test.bindings.commands.a"])
        #expect(BindingsTopology.all.count == 3)
    }

    /// Runs `body` while a consumer runs, as soon as it takes deliveries.
    private func withConsumer(
        _ consume: @escaping @Sendable () async throws -> Void, ready: @escaping @Sendable () async throws -> Bool,
        _ body: () async throws -> Void
    ) async throws {
        let running = Task { try await consume() }
        defer { running.cancel() }
        let deadline = ContinuousClock.now + .seconds(20)
        while (try? await ready()) != true {
            try #require(ContinuousClock.now < deadline, "no consumer appeared")
            await Task.yield()
        }
        try await body()
    }
}

private struct MeasurementTaker: MeasurementsConsumer {
    let seen: Deliveries

    func consume(_ message: Measurement, headers: TraceHeaders, delivery: DeliveredMessage) async -> DeliveryDecision {
        seen.add(delivery)
        return .acknowledge
    }

    func refuse(_ delivery: DeliveredMessage, because error: ContractDecodingError) async -> DeliveryDecision {
        .reject
    }
}

private struct CommandTaker: CommandsConsumer {
    let seen: Deliveries

    func consumeSwitched(_ message: Command, delivery: DeliveredMessage) async -> DeliveryDecision {
        seen.add(delivery)
        return .acknowledge
    }

    func consumeDimmed(_ message: Command, delivery: DeliveredMessage) async -> DeliveryDecision {
        seen.add(delivery)
        return .acknowledge
    }

    func refuse(_ delivery: DeliveredMessage, because error: ContractDecodingError) async -> DeliveryDecision {
        .reject
    }
}

private struct SumTaker: SumsConsumer {
    let transport: any MessageTransport

    func consume(_ message: Sum, delivery: DeliveredMessage) async -> DeliveryDecision {
        do {
            let result = ResultValue(sum: message.numbers.reduce(0, +))
            try await transport.publish([
                try ResultsPublisher.answer(result, to: delivery, messageID: "answer \(delivery.messageID ?? "")")
            ])
            return .acknowledge
        } catch {
            return .reject
        }
    }

    func refuse(_ delivery: DeliveredMessage, because error: ContractDecodingError) async -> DeliveryDecision {
        .reject
    }
}

private struct ResultTaker: ResultsConsumer {
    let seen: Deliveries

    func consume(_ message: ResultValue, delivery: DeliveredMessage) async -> DeliveryDecision {
        seen.add(delivery)
        return .acknowledge
    }

    func refuse(_ delivery: DeliveredMessage, because error: ContractDecodingError) async -> DeliveryDecision {
        .reject
    }
}
