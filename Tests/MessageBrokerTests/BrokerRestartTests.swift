import ContractRuntime
import Glibc
import MessageBroker
import Synchronization
import Testing

@Suite(
    "A private broker that restarts, hangs, takes things away or speaks TLS",
    PrivateBrokerTrait(),
    .serialized,
    .enabled(if: PrivateBroker.isInstalled, "RabbitMQ is not installed here"),
    .timeLimit(.minutes(3))
)
struct BrokerRestartTests {
    let broker: PrivateBroker
    let transport: RabbitMQTransport

    init() throws {
        broker = try #require(PrivateBroker.current)
        var configuration = try broker.configuration()
        configuration.heartbeat = .seconds(1)
        configuration.backoff.longest = .seconds(1)
        transport = RabbitMQTransport(configuration, logger: TestBroker.quietLogger)
    }

    @Test("messages go through TLS when the certificate is trusted and names the host")
    func secure() async throws {
        let configuration = try broker.secureConfiguration(host: "localhost", trusted: true)
        let secure = RabbitMQTransport(configuration, logger: TestBroker.quietLogger)
        let queue = TestBroker.uniqueName("secure")
        try await secure.declare(Topology(queues: [TestBroker.queue(queue)]))
        let texts = (0..<500).map { String($0) + String(repeating: "x", count: 1_000) }
        try await secure.publish(texts.map { OutgoingMessage(exchange: "", routingKey: queue, body: Array($0.utf8)) })
        let seen = Recorder<String>()
        try await consuming(secure, Subscription(queue: queue)) { delivery in
            seen.record(delivery.text)
            return .acknowledge
        } while: {
            #expect(await seen.wait(count: 500) == texts)
        }
    }

    @Test(
        "a certificate that is not trusted, or names another host, is misconfigured",
        arguments: [("localhost", false), ("127.0.0.1", true)]
    )
    func insecure(host: String, trusted: Bool) async throws {
        let configuration = try broker.secureConfiguration(host: host, trusted: trusted)
        let transport = RabbitMQTransport(configuration, logger: TestBroker.quietLogger)
        #expect(await messagingError { try await transport.check() }?.code == .misconfigured)
    }

    @Test("a consumer that the broker cancelled subscribes again")
    func brokerCancel() async throws {
        let queue = TestBroker.uniqueName("deleted")
        // A classic queue: when a quorum queue comes back under its name at once, RabbitMQ 3.10 can leave out the cancel.
        let topology = Topology(queues: [TestBroker.queue(queue, quorum: false)])
        try await transport.declare(topology)
        let seen = Recorder<String>()
        try await consuming(transport, Subscription(queue: queue)) { delivery in
            seen.record(delivery.text)
            return .acknowledge
        } while: {
            try await transport.publish([OutgoingMessage(queue: queue, "before")])
            _ = await seen.wait(count: 1)
            try await broker.control("delete_queue", queue)
            try await transport.declare(topology)
            try await transport.publish([OutgoingMessage(queue: queue, "after")])
            #expect(await seen.wait(count: 2) == ["before", "after"])
        }
    }

    @Test("after kill -9 and restart no confirmed message is lost, and the consumer goes on by itself")
    func killedBroker() async throws {
        let queue = TestBroker.uniqueName("survivor")
        let exchange = TestBroker.uniqueName("exchange")
        try await transport.declare(
            Topology(
                exchanges: [.init(name: exchange, type: "direct")],
                queues: [TestBroker.queue(queue)],
                bindings: [.init(exchange: exchange, queue: queue, routingKey: "k")]
            )
        )
        let confirmed = Recorder<String>()
        let failures = Recorder<MessagingError.Code>()
        let seen = Recorder<String>()
        let isDone = Recorder<Bool>()
        try await consuming(transport, Subscription(queue: queue)) { delivery in
            seen.record(delivery.text)
            return .acknowledge
        } while: {
            let publisher = Task {
                var number = 0
                while isDone.elements.isEmpty {
                    let texts = (0..<5).map { "\(number)-\($0)" }
                    number += 1
                    let error = await messagingError {
                        try await transport.publish(
                            texts.map {
                                OutgoingMessage(
                                    exchange: exchange,
                                    routingKey: "k",
                                    body: Array($0.utf8),
                                    messageID: $0
                                )
                            }
                        )
                    }
                    if let error {
                        failures.record(error.code)
                        try? await Task.sleep(for: .milliseconds(50))
                    } else {
                        for text in texts { confirmed.record(text) }
                    }
                }
            }
            _ = await confirmed.wait(count: 200)
            // RabbitMQ 3.10 writes the directory of its quorum queues with a delay: a queue younger than about a second can
            // be lost with a killed node.
            try await Task.sleep(for: .seconds(3))
            try await broker.kill9()
            _ = await failures.wait(count: 1)
            try await broker.start()
            let before = confirmed.elements.count
            _ = await confirmed.wait(count: before + 100)
            isDone.record(true)
            await publisher.value
            let expected = Set(confirmed.elements)
            _ = await seen.wait { expected.isSubset(of: $0) }
        }
        #expect(Set(failures.elements) == [.unavailable])
    }

    @Test("an answer that does not come in time costs its channel only")
    func lateAnswer() async throws {
        var configuration = try broker.configuration()
        configuration.replyTimeout = .milliseconds(200)
        let hasty = RabbitMQTransport(configuration, logger: TestBroker.quietLogger)
        let queue = TestBroker.uniqueName("late-answer")
        try await transport.declare(Topology(queues: [TestBroker.queue(queue)]))
        try await hasty.check()
        try await broker.pause()
        let publish = Task { await messagingError { try await hasty.publish([OutgoingMessage(queue: queue, "1")]) } }
        let seen = Recorder<String>()
        try await consuming(hasty, Subscription(queue: queue)) { delivery in
            seen.record(delivery.text)
            return .acknowledge
        } while: {
            for _ in 0..<2 {
                let error = await messagingError { _ = try await hasty.queueDepth(queue) }
                #expect(error?.code == .timedOut, "\(error?.reason ?? "an answer came")")
            }
            #expect(hasty.isConnected)
            try broker.signal(SIGCONT)
            // The publish was in flight all the time on the same connection.
            #expect(await publish.value == nil)
            #expect(await seen.wait(count: 1) == ["1"])
            try await expectSoon { await messagingError { _ = try await hasty.queueDepth(queue) } == nil }
            try await expectSoon { try await hasty.queueDepth(queue).consumers == 1 }
        }
    }

    @Test("a broker that hangs is noticed within three heartbeats, and used again when it wakes up")
    func pausedBroker() async throws {
        let queue = TestBroker.uniqueName("paused")
        try await transport.declare(Topology(queues: [TestBroker.queue(queue)]))
        try await broker.pause()
        let began = ContinuousClock.now
        let error = await messagingError { try await transport.publish([OutgoingMessage(queue: queue, "1")]) }
        let waited = began.duration(to: .now)
        #expect(error?.code == .unavailable)
        #expect(waited > .seconds(1) && waited < .seconds(3.5))
        #expect(!transport.isConnected)
        try broker.signal(SIGCONT)
        try await expectSoon(within: .seconds(20)) {
            await messagingError { try await transport.publish([OutgoingMessage(queue: queue, "2")]) } == nil
        }
    }
}
