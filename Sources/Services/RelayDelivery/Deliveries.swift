public import ContractRuntime
public import Logging
public import RelayMessagingContract
public import ServiceKit
public import SharedContract
public import StateManagerContract

/// Brings deliveries to an end: done, held for their tenant, or handed over as a dead letter. What the two transformers do
/// alike.
public struct Deliveries: Sendable {
    /// Who says so in dead letters.
    public let service: SharedContract.ServiceName
    /// Held messages of the platform that is sent to.
    public let held: HeldMessages
    /// The broker.
    public let messaging: any MessageTransport
    /// Its metrics are counted on.
    public let operations: OperationsAnswers
    /// How long things are tried.
    public let policy: DeliveryPolicy
    /// Wakes those who wait to try again when the service stops.
    public let drain = DrainSignal()
    let logger: Logger
    let now: @Sendable () -> DateTime
    let makeID: @Sendable () -> String

    /// Creates what ends deliveries.
    /// - Parameters:
    ///   - service: Who gives up.
    ///   - platform: Which platform its messages are for.
    ///   - stateManager: Client with the internal token; keeps held messages.
    ///   - messaging: Where dead letters are published.
    ///   - operations: Its metrics are counted on.
    ///   - policy: How long things are tried.
    ///   - logger: Gets ids and codes, never content.
    ///   - now: The time of day.
    ///   - makeID: A new UUID.
    public init(
        service: SharedContract.ServiceName, to platform: SharedContract.Platform, stateManager: StateManagerClient,
        messaging: any MessageTransport, operations: OperationsAnswers, policy: DeliveryPolicy, logger: Logger,
        now: @escaping @Sendable () -> DateTime, makeID: @escaping @Sendable () -> String
    ) {
        self.service = service
        held = HeldMessages(platform: platform, stateManager: stateManager, makeID: makeID)
        self.messaging = messaging
        self.operations = operations
        self.policy = policy
        self.logger = logger
        self.now = now
        self.makeID = makeID
    }

    /// A delivery at hand.
    /// - Parameter ids: The platforms' ids of the message, by name, for the log.
    public func work(
        _ delivery: DeliveredMessage, _ headers: RelayHeaders, tenantID: String? = nil, channelID: String? = nil,
        direction: Direction, _ ids: [String: String] = [:]
    ) -> Work {
        var logger = logger
        let context = LogContext(traceparent: headers.traceparent, tenantID: tenantID, messageIDs: ids)
        for (name, value) in context.metadata { logger[metadataKey: name] = value }
        return Work(
            delivery: delivery, headers: headers, tenantID: tenantID, channelID: channelID, direction: direction,
            logger: logger)
    }

    /// A clock whose sleep ends when the service stops.
    public var clock: DrainClock { DrainClock(signal: drain) }

    /// A job that declares what is needed and consumes until it is cancelled. Then handlers that wait to try again put their
    /// message back, and those that send finish.
    /// - Parameters:
    ///   - name: For logs.
    ///   - topologies: The consumed channel and what is published to, dead-letter targets first.
    ///   - consume: Runs the consumer.
    public func job(
        _ name: String, declaring topologies: [Topology], consume: @escaping @Sendable () async throws -> Void
    ) -> ServiceAssembly.Job {
        drain.job(name) {
            try await withRetries(policy.neighbours, clock: clock) { _ in
                for topology in topologies { try await messaging.declare(topology) }
            }
            try await consume()
        }
    }
}
