import ContractRuntime
import RelayMessagingContract
import ServiceKit
import Testing

@testable import StateManager

@Suite("Gauges of what waits", .enabled(if: TestWorld.isAvailable, TestWorld.missing))
struct GaugeTests {
    @Test("the depth and the consumers of every queue of the contract are told")
    func queues() async throws {
        try await TestWorld.run { world in
            for topology in RelayMessagingTopology.all { try await world.broker.declare(topology) }
            await WaitingGauges(state: world.service).countQueues()
            let metrics = world.service.operations.metrics
            for queue in RelayMessagingTopology.all.flatMap(\.queues) {
                #expect(metrics.value(.queueMessages, [queue.name]) != nil, "\(queue.name)")
                #expect(metrics.value(.queueConsumers, [queue.name]) != nil, "\(queue.name)")
            }
        }
    }

    @Test("a queue that nobody has declared has no figure, and the others have theirs")
    func undeclared() async throws {
        try await TestWorld.run { world in
            let metrics = MetricRegistry()
            let service = StateManager(
                database: world.database, cache: world.cache, messages: world.broker, media: world.media,
                queueDepth: { name throws(MessagingError) in
                    if name == DeadLettersChannel.queues.first { throw MessagingError(.unroutable, reason: "none") }
                    return (messages: 7, consumers: 2)
                },
                operations: OperationsAnswers(
                    service: .stateManager, version: "test", health: HealthRegistry(), metrics: metrics),
                logger: TestWorld.quietLogger)
            await WaitingGauges(state: service).countQueues()
            let undeclared = try #require(DeadLettersChannel.queues.first)
            #expect(metrics.value(.queueMessages, [undeclared]) == nil)
            #expect(metrics.value(.queueMessages, ["quarantine"]) == 7)
            #expect(metrics.value(.queueConsumers, ["quarantine"]) == 2)
        }
    }
}
