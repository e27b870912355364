import ContractRuntime
import MessageBroker
import Synchronization
import Testing

@Suite(
    "Consuming from a real broker",
    .enabled(if: TestBroker.isAvailable, "AMQP_URL is not set"),
    .timeLimit(.minutes(1))
)
struct ConsumingConformanceTests {
    let transport: RabbitMQTransport

    init() throws { transport = try TestBroker.transport() }

    private func declareQueue(
        _ purpose: String,
        quorum: Bool = true,
        _ arguments: [String: Topology.Argument] = [:]
    ) async throws -> String {
        let name = TestBroker.uniqueName(purpose)
        try await transport.declare(Topology(queues: [TestBroker.queue(name, quorum: quorum, arguments)]))
        return name
    }

    @Test("no more deliveries than the prefetch count are handled at a time")
    func prefetchBound() async throws {
        let queue = try await declareQueue("prefetch")
        try await transport.publish((0..<20).map { OutgoingMessage(queue: queue, "\($0)", lane: "\($0)") })
        let started = Recorder<String>()
        let gate = Gate()
        try await consuming(transport, Subscription(queue: queue, prefetch: 5)) { delivery in
            started.record(delivery.text)
            await gate.wait()
            return .acknowledge
        } while: {
            _ = await started.wait(count: 5)
            try await expectSoon { try await transport.queueDepth(queue).messages == 15 }
            #expect(started.elements.count == 5)
            gate.open()
            #expect(await started.wait(count: 20).count == 20)
        }
    }

    @Test("no more lanes than asked for are handled at a time")
    func laneBound() async throws {
        let queue = try await declareQueue("lanes")
        try await transport.publish((0..<60).map { OutgoingMessage(queue: queue, "\($0)", lane: "\($0 % 20)") })
        let running = Mutex((now: 0, most: 0))
        let done = Recorder<String>()
        try await consuming(transport, Subscription(queue: queue, concurrentLanes: 3)) { delivery in
            running.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
            }
            await Task.yield()
            running.withLock { $0.now -= 1 }
            done.record(delivery.text)
            return .acknowledge
        } while: {
            _ = await done.wait(count: 60)
        }
        #expect((1...3).contains(running.withLock { $0.most }))
    }

    @Test("a lane is handled in queue order, one delivery at a time, while other lanes run", arguments: [true, false])
    func laneOrder(quorum: Bool) async throws {
        let queue = try await declareQueue("order", quorum: quorum)
        try await transport.publish((0..<1_000).map { OutgoingMessage(queue: queue, "\($0)", lane: "\($0 % 10)") })
        let busy = Mutex(Set<String>())
        let overlaps = Mutex(0)
        let seen = Recorder<(lane: String, number: Int)>()
        try await consuming(transport, Subscription(queue: queue, prefetch: 64)) { delivery in
            let lane = delivery.headers["lane"] ?? ""
            if !busy.withLock({ $0.insert(lane).inserted }) { overlaps.withLock { $0 += 1 } }
            for _ in 0..<Int.random(in: 0...5) { await Task.yield() }
            seen.record((lane, Int(delivery.text) ?? -1))
            _ = busy.withLock { $0.remove(lane) }
            return .acknowledge
        } while: {
            let all = await seen.wait(count: 1_000)
            for lane in 0..<10 {
                let numbers = all.filter { $0.lane == "\(lane)" }.map(\.number)
                #expect(numbers == Array(stride(from: lane, to: 1_000, by: 10)))
            }
        }
        #expect(overlaps.withLock { $0 } == 0)
    }

    @Test("a delivery that is put back comes again before the later ones of its lane", arguments: [true, false])
    func requeueKeepsOrder(quorum: Bool) async throws {
        let queue = try await declareQueue("requeue", quorum: quorum)
        try await transport.publish((0..<300).map { OutgoingMessage(queue: queue, "\($0)", lane: "\($0 % 3)") })
        let attempts = Mutex<[String: Int]>([:])
        let done = Recorder<(lane: String, number: Int)>()
        try await consuming(transport, Subscription(queue: queue, prefetch: 20)) { delivery in
            let attempt = attempts.withLock { attempts in
                attempts[delivery.text, default: 0] += 1
                return attempts[delivery.text, default: 0]
            }
            let number = Int(delivery.text) ?? -1
            if number % 7 == 0, attempt <= 1 + number % 3 { return .requeue }
            done.record((delivery.headers["lane"] ?? "", number))
            return .acknowledge
        } while: {
            let all = await done.wait(count: 300)
            for lane in 0..<3 {
                let numbers = all.filter { $0.lane == "\(lane)" }.map(\.number)
                #expect(numbers == Array(stride(from: lane, to: 300, by: 3)))
            }
        }
    }

    @Test("a rejected delivery goes to the dead-letter exchange, and its lane goes on")
    func rejection() async throws {
        let dead = try await declareQueue("dead")
        let queue = try await declareQueue(
            "rejecting",
            ["x-dead-letter-exchange": .string(""), "x-dead-letter-routing-key": .string(dead)]
        )
        try await transport.publish(["bad", "good"].map { OutgoingMessage(queue: queue, $0, lane: "a") })
        let handled = Recorder<String>()
        let buried = Recorder<String>()
        try await consuming(transport, Subscription(queue: queue)) { delivery in
            handled.record(delivery.text)
            return delivery.text == "bad" ? .reject : .acknowledge
        } while: {
            #expect(await handled.wait(count: 2) == ["bad", "good"])
            try await consuming(transport, Subscription(queue: dead)) { delivery in
                buried.record(delivery.text)
                return .acknowledge
            } while: {
                #expect(await buried.wait(count: 1) == ["bad"])
            }
        }
    }

    @Test("cancelling lets the running handler finish, and the rest comes again in order", arguments: [true, false])
    func cancelMidFlight(quorum: Bool) async throws {
        let queue = try await declareQueue("cancel", quorum: quorum)
        let texts = (0..<50).map { String($0) }
        try await transport.publish(texts.map { OutgoingMessage(queue: queue, $0) })
        let started = Recorder<String>()
        let finished = Recorder<Bool>()
        let gate = Gate()
        let task = Task {
            try await transport.consume(Subscription(queue: queue, prefetch: 30)) { delivery in
                started.record(delivery.text)
                if delivery.text == "3" {
                    await gate.wait()
                    finished.record(Task.isCancelled)
                }
                return .acknowledge
            }
        }
        #expect(await started.wait(count: 4) == ["0", "1", "2", "3"])
        task.cancel()
        gate.open()
        try await task.value
        // The handler was not disturbed by the cancellation, and nothing was started after it.
        #expect(finished.elements == [false])
        #expect(started.elements.count == 4)

        let again = Recorder<String>()
        try await consuming(transport, Subscription(queue: queue)) { delivery in
            again.record(delivery.text)
            return .acknowledge
        } while: {
            #expect(await again.wait(count: 46) == Array(texts[4...]))
        }
    }

    @Test("a single active consumer hands over in order", arguments: [true, false])
    func singleActiveConsumer(quorum: Bool) async throws {
        let queue = try await declareQueue("single", quorum: quorum, ["x-single-active-consumer": .bool(true)])
        let texts = (0..<400).map { String($0) }
        let other = try TestBroker.transport()
        let seen = Recorder<(consumer: String, text: String)>()
        @Sendable func consume(_ transport: RabbitMQTransport, _ name: String) -> Task<Void, any Error> {
            Task {
                try await transport.consume(Subscription(queue: queue, prefetch: 16)) { delivery in
                    await Task.yield()
                    seen.record((name, delivery.text))
                    return .acknowledge
                }
            }
        }
        let first = consume(transport, "first")
        try await expectSoon { try await transport.queueDepth(queue).consumers == 1 }
        let second = consume(other, "second")
        try await transport.publish(texts.map { OutgoingMessage(queue: queue, $0) })
        _ = await seen.wait(count: 100)
        first.cancel()
        try await first.value
        let all = await seen.wait(count: 400)
        second.cancel()
        try await second.value
        #expect(all.map(\.text) == texts)
        let consumers = all.map(\.consumer)
        #expect(consumers == consumers.sorted())
        #expect(Set(consumers) == ["first", "second"])
    }

    @Test("a consumer of a queue that does not exist yet starts when it does")
    func lateQueue() async throws {
        let queue = TestBroker.uniqueName("late")
        let seen = Recorder<String>()
        try await consuming(transport, Subscription(queue: queue)) { delivery in
            seen.record(delivery.text)
            return .acknowledge
        } while: {
            try await transport.check()
            try await transport.declare(Topology(queues: [TestBroker.queue(queue)]))
            try await transport.publish([OutgoingMessage(queue: queue, "there")])
            #expect(await seen.wait(count: 1) == ["there"])
        }
    }

    @Test("waiting consumers and publishers end when the transport is closed")
    func close() async throws {
        let queue = try await declareQueue("closing")
        let closing = try TestBroker.transport()
        try await closing.check()
        let task = Task {
            await messagingError { try await closing.consume(Subscription(queue: queue)) { _ in .acknowledge } }
        }
        try await expectSoon { try await transport.queueDepth(queue).consumers == 1 }
        await closing.close()
        #expect(await task.value?.code == .unavailable)
        let error = await messagingError { try await closing.publish([OutgoingMessage(queue: queue, "late")]) }
        #expect(error?.code == .unavailable)
        #expect(!closing.isConnected)
    }
}

/// Holds handlers back until it is opened.
final class Gate: Sendable {
    private let opened = Recorder<Bool>()
    func open() { opened.record(true) }
    func wait() async { _ = await opened.wait(count: 1) }
}
