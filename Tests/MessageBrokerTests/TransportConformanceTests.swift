import ContractRuntime
import MessageBroker
import Synchronization
import Testing

@Suite(
    "A transport on a real broker",
    .enabled(if: TestBroker.isAvailable, "AMQP_URL is not set"),
    .timeLimit(.minutes(1))
)
struct TransportConformanceTests {
    let transport: RabbitMQTransport

    init() throws { transport = try TestBroker.transport() }

    /// Declares one queue and returns its name.
    private func declareQueue(
        _ purpose: String,
        quorum: Bool = true,
        _ arguments: [String: Topology.Argument] = [:]
    ) async throws -> String {
        let name = TestBroker.uniqueName(purpose)
        try await transport.declare(Topology(queues: [TestBroker.queue(name, quorum: quorum, arguments)]))
        return name
    }

    @Test("a message arrives with every property and header that it was published with")
    func roundTrip() async throws {
        let queue = try await declareQueue("round-trip")
        var message = OutgoingMessage(
            exchange: "",
            routingKey: queue,
            body: Array("{\"grüße\":\"\u{1F44B}\"}".utf8),
            messageID: "id-1",
            correlationID: "correlation-1",
            type: "InboundText",
            expiration: .seconds(60),
            headers: ["lane": "a", "traceparent": "00-1-2-03", "empty": ""]
        )
        message.contentType = "application/json"
        try await transport.publish([message])
        let received = Recorder<DeliveredMessage>()
        try await consuming(transport, Subscription(queue: queue)) { delivery in
            received.record(delivery)
            return .acknowledge
        } while: {
            let delivery = try #require(await received.wait(count: 1).first)
            #expect(
                delivery
                    == DeliveredMessage(
                        queue: queue,
                        exchange: "",
                        routingKey: queue,
                        body: message.body,
                        contentType: "application/json",
                        messageID: "id-1",
                        correlationID: "correlation-1",
                        type: "InboundText",
                        headers: message.headers
                    )
            )
        }
        try await expectSoon { try await transport.queueDepth(queue) == (0, 0) }
    }

    @Test("bodies from none to several frames arrive unchanged", arguments: [0, 1, 131_064, 131_065, 3_000_000])
    func bodySizes(size: Int) async throws {
        let queue = try await declareQueue("size")
        let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try await transport.publish([OutgoingMessage(exchange: "", routingKey: queue, body: body)])
        let received = Recorder<[UInt8]>()
        try await consuming(transport, Subscription(queue: queue)) { delivery in
            received.record(delivery.body)
            return .acknowledge
        } while: {
            #expect(await received.wait(count: 1).first == body)
        }
    }

    @Test("a batch of 10,000 is confirmed as a whole and arrives in order")
    func largeBatch() async throws {
        let queue = try await declareQueue("batch", quorum: false)
        let texts = (0..<10_000).map(String.init)
        try await transport.publish(texts.map { OutgoingMessage(queue: queue, $0) })
        try await expectSoon { try await transport.queueDepth(queue).messages == 10_000 }
        let received = Recorder<String>()
        try await consuming(transport, Subscription(queue: queue, laneHeader: nil)) { delivery in
            received.record(delivery.text)
            return .acknowledge
        } while: {
            #expect(await received.wait(count: 10_000) == texts)
        }
        try await expectSoon { try await transport.queueDepth(queue).messages == 0 }
    }

    @Test("batches of many callers are confirmed side by side")
    func concurrentBatches() async throws {
        let queue = try await declareQueue("callers")
        try await withThrowingTaskGroup { group in
            for caller in 0..<200 {
                group.addTask {
                    try await transport.publish(
                        (0..<3).map { OutgoingMessage(queue: queue, "\(caller)-\($0)") }
                    )
                }
            }
            try await group.waitForAll()
        }
        try await expectSoon { try await transport.queueDepth(queue).messages == 600 }
    }

    @Test("a batch with a message that has no queue is unroutable, its neighbours are not")
    func unroutable() async throws {
        let queue = try await declareQueue("routable")
        let nowhere = OutgoingMessage(queue: TestBroker.uniqueName("nowhere"), "lost")
        async let neighbours: Void = transport.publish((0..<50).map { OutgoingMessage(queue: queue, "\($0)") })
        let error = await messagingError {
            try await transport.publish([OutgoingMessage(queue: queue, "before"), nowhere])
        }
        #expect(error?.code == .unroutable)
        try await neighbours
        try await expectSoon { try await transport.queueDepth(queue).messages == 51 }
    }

    @Test("a message for an exchange that does not exist is unroutable and later ones are not harmed")
    func missingExchange() async throws {
        let queue = try await declareQueue("after-missing")
        let error = await messagingError {
            try await transport.publish([
                OutgoingMessage(exchange: TestBroker.uniqueName("missing"), routingKey: "x", body: [])
            ])
        }
        #expect(error?.code == .unroutable)
        try await transport.publish([OutgoingMessage(queue: queue, "later")])
        try await expectSoon { try await transport.queueDepth(queue).messages == 1 }
    }

    @Test("a queue that the broker says is full refuses")
    func refused() async throws {
        let queue = try await declareQueue(
            "full",
            quorum: false,
            ["x-max-length": .integer(1), "x-overflow": .string("reject-publish")]
        )
        try await transport.publish([OutgoingMessage(queue: queue, "1")])
        let error = await messagingError { try await transport.publish([OutgoingMessage(queue: queue, "2")]) }
        #expect(error?.code == .refused)
    }

    @Test("a queue that exists with other arguments is a topology mismatch and harms nothing else")
    func mismatch() async throws {
        let queue = try await declareQueue("mismatch")
        let received = Recorder<String>()
        try await consuming(transport, Subscription(queue: queue)) { delivery in
            received.record(delivery.text)
            return .acknowledge
        } while: {
            let error = await messagingError {
                try await transport.declare(Topology(queues: [TestBroker.queue(queue, quorum: false)]))
            }
            #expect(error?.code == .topologyMismatch)
            #expect(error?.isRetryable == false)
            try await transport.publish([OutgoingMessage(queue: queue, "still works")])
            #expect(await received.wait(count: 1) == ["still works"])
        }
        try await transport.check()
    }

    @Test("a look-up of a queue that does not exist says so")
    func missingQueue() async throws {
        let error = await messagingError { _ = try await transport.queueDepth(TestBroker.uniqueName("none")) }
        #expect(error?.code == .unroutable)
        try await transport.check()
    }

    @Test("a publish of a cancelled task is cancelled")
    func cancelledPublish() async throws {
        let queue = try await declareQueue("cancelled")
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await messagingError { try await transport.publish([OutgoingMessage(queue: queue, "1")]) }
        }
        #expect(await task.value?.code == .cancelled)
    }

    @Test("what AMQP can't carry is refused before it is sent")
    func unsendable() async throws {
        let long = String(repeating: "x", count: 256)
        let messages = [
            OutgoingMessage(exchange: "", routingKey: long, body: []),
            OutgoingMessage(exchange: "", routingKey: "x", body: [], messageID: long),
            OutgoingMessage(
                exchange: "",
                routingKey: "x",
                body: [],
                headers: ["h": String(repeating: long, count: 400)]
            ),
            OutgoingMessage(exchange: "", routingKey: "x", body: [UInt8](repeating: 0, count: (16 << 20) + 1)),
        ]
        for message in messages {
            #expect(await messagingError { try await transport.publish([message]) }?.code == .misconfigured)
        }
    }
}
