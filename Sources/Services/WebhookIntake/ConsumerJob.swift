public import ContractRuntime
public import Logging
public import ServiceKit

extension DrainSignal {
    /// A job that declares what a consumer needs and consumes until it is cancelled; a broker that is away when it starts
    /// is waited for.
    /// - Parameters:
    ///   - name: For logs.
    ///   - topologies: What is published to besides the consumed channel, dead-letter targets first.
    ///   - transport: The broker.
    ///   - logger: Told when the broker is away.
    ///   - consume: Runs the consumer.
    public func consumerJob(
        _ name: String, declaring topologies: [Topology], on transport: any MessageTransport, logger: Logger,
        consume: @escaping @Sendable () async throws -> Void
    ) -> ServiceAssembly.Job {
        job(name) {
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
                    try await consume()
                }
            } catch let error as RetriesExhausted {
                throw error.cause
            }
        }
    }
}
