public import ContractRuntime
public import Logging
public import RelayDelivery
public import ServiceKit

extension DrainSignal {
    /// A job that declares what a consumer needs and consumes until it is cancelled; a broker that is away when it starts
    /// is waited for.
    /// - Parameters:
    ///   - name: For logs.
    ///   - topologies: The consumed channel and what is published to, dead-letter targets first.
    ///   - queues: Told when all of it is there.
    ///   - transport: The broker.
    ///   - logger: Told when the broker is away.
    ///   - consume: Runs the consumer.
    public func consumerJob(
        _ name: String, declaring topologies: [Topology], queues: DeclaredQueues, on transport: any MessageTransport,
        logger: Logger,
        consume: @escaping @Sendable () async throws -> Void
    ) -> ServiceAssembly.Job {
        queues.expect(name)
        return job(name) {
            let policy = RetryPolicy(
                delays: [.milliseconds(200), .seconds(1), .seconds(5)], maximumAttempts: .max,
                maximumElapsed: .seconds(365 * 86_400))
            do {
                try await withRetries(policy, clock: DrainClock(signal: self)) { error, attempt, _ in
                    logger.warning(
                        "the broker is away",
                        metadata: ["job": .string(name), "attempt": .stringConvertible(attempt)])
                } operation: { _ in
                    for topology in topologies { try await transport.declare(topology) }
                    queues.declared(name)
                    try await consume()
                }
            } catch let error as RetriesExhausted {
                throw error.cause
            }
        }
    }
}
