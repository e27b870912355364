import ContractRuntime
import RelayDelivery
import RelayMessagingContract
import ServiceKit
import SharedContract
import Testing

@testable import InboundTransformer

@Suite(
    "inbound-transformer on RabbitMQ",
    .enabled(if: TestBroker.isAvailable, TestBroker.missing),
    .timeLimit(.minutes(2))
)
struct LaneTests {
    private func running(
        _ service: InboundTransformer,
        while body: () async throws -> Void
    ) async throws {
        let job = try #require(service.assembly.jobs.first)
        let task = Task { try await job.run() }
        do { try await body() } catch {
            task.cancel()
            _ = await task.result
            throw error
        }
        task.cancel()
        _ = await task.result
    }

    private func declare(_ broker: PrivateNames) async throws {
        for topology in [
            ReturnedMessagesChannel.topology, DeadLettersChannel.topology, InboundMessagesChannel.topology,
        ] {
            try await broker.declare(topology)
        }
    }

    @Test("a message that is tried again keeps its lane in order and does not hold up another lane")
    func order() async throws {
        let broker = try TestBroker.transport()
        try await declare(broker)
        let genesys = GenesysDesk(waiting: ["a1": "b1"])
        let patient = DeliveryPolicy(
            sending: RetryPolicy(delays: [.milliseconds(20)], maximumAttempts: 10_000, maximumElapsed: .seconds(60)),
            receipts: World.fast.receipts,
            neighbours: World.fast.neighbours
        )
        let service = World.service(ClaimDesk(), genesys, on: broker, policy: patient)
        try await broker.publish(
            [
                try World.message("a1", lane: "100:a"), try World.message("a2", lane: "100:a"),
                try World.message("a3", lane: "100:a"), try World.message("b1", lane: "100:b"),
            ])
        try await running(service) {
            let sent = await genesys.sent.wait { $0.count { $0.hasSuffix("accepted") } == 4 }
            let accepted = sent.filter { $0.hasSuffix("accepted") }
            #expect(accepted == ["b1 accepted", "a1 accepted", "a2 accepted", "a3 accepted"])
        }
    }

    @Test("after a permanent failure the dead letter stands in its queue and the lane goes on")
    func deadLetter() async throws {
        let broker = try TestBroker.transport()
        try await declare(broker)
        let genesys = GenesysDesk(["a1": [.permanent(.init(code: "bad.request", reason: "r"))]])
        let service = World.service(ClaimDesk(), genesys, on: broker)
        try await broker.publish([try World.message("a1"), try World.message("a2")])
        let letters = Recorder<String>()
        try await running(service) {
            let reading = Task {
                try await broker.consume(DeadLettersChannel.subscriptions[0]) { delivery in
                    letters.record(delivery.messageID ?? "")
                    return .acknowledge
                }
            }
            _ = await genesys.sent.wait { $0.contains("a2 accepted") }
            _ = await letters.wait(count: 1)
            reading.cancel()
            _ = await reading.result
        }
        #expect(genesys.sent.elements == ["a1 refused", "a2 accepted"])
    }

    @Test("a service that stops while a message waits puts it back, and the next one sends it")
    func draining() async throws {
        let broker = try TestBroker.transport()
        try await declare(broker)
        let desk = ClaimDesk()
        let slow = DeliveryPolicy(
            sending: RetryPolicy(
                delays: [.seconds(600)],
                maximumAttempts: 5,
                maximumElapsed: .seconds(6_000),
                random: { 0.99 }
            ),
            receipts: World.fast.receipts,
            neighbours: World.fast.neighbours
        )
        let first = GenesysDesk(["a1": [.transient(.init(reason: "r"))]])
        try await broker.publish([try World.message("a1"), try World.message("a2")])
        try await running(World.service(desk, first, on: broker, policy: slow)) { _ = await first.sent.wait(count: 1) }
        #expect(first.sent.elements == ["a1 refused"])
        let second = GenesysDesk()
        try await running(World.service(desk, second, on: broker)) { _ = await second.sent.wait(count: 2) }
        #expect(second.sent.elements == ["a1 accepted", "a2 accepted"])
    }
}
