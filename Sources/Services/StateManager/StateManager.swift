import AuditLog
import ContractRuntime
import Database
import Logging
import ObjectStorage
import RelayMessagingContract
import ServiceKit
import StateManagerContract

/// Knows every conversation and every message of the relay: who is behind a conversation, whether a message was sent
/// and what became of it.
public struct StateManager: StateManagerHandler {
    /// The ready messages and the consumers of a queue; throws where there is no such queue.
    public typealias QueueDepth = @Sendable (String) async throws(MessagingError) -> (messages: Int, consumers: Int)

    let database: DatabasePool
    let conversations: ConversationCache
    let messages: any MessageTransport
    let media: S3Storage
    let queueDepth: QueueDepth?
    let operations: OperationsAnswers
    let logger: Logger
    let evidenceLag = EvidenceLag()

    /// Creates the service.
    /// - Parameters:
    ///   - database: Where its tables are; ``migrations`` must have been applied.
    ///   - cache: Takes `mapping:wa:…` and `mapping:conv:…`; nothing depends on it.
    ///   - messages: Brings dead letters and quarantined updates, and publishes replays.
    ///   - media: Where media is stored; links to it are made here.
    ///   - queueDepth: Counts the messages of a queue, for `/metrics`.
    ///   - operations: Health and metrics of the process.
    ///   - logger: For what goes wrong.
    public init(
        database: DatabasePool,
        cache: any CacheStore,
        messages: any MessageTransport,
        media: S3Storage,
        queueDepth: QueueDepth? = nil,
        operations: OperationsAnswers,
        logger: Logger
    ) {
        self.database = database
        conversations = ConversationCache(store: cache, logger: logger)
        self.messages = messages
        self.media = media
        self.queueDepth = queueDepth
        self.operations = operations
        self.logger = logger
    }

    /// Its routes, its three consumers, and what it does by itself: publish held messages again, count what waits.
    public var assembly: ServiceAssembly {
        let log = AuditLog(database: database)
        return ServiceAssembly(
            routes: routes.map { $0.answeringUnavailable.recorded(in: log, logger: logger).answeringUnavailable },
            jobs: [
                ServiceAssembly.Job(name: "dead-letters") { try await DeadLetterIntake(state: self).run(on: messages) },
                ServiceAssembly.Job(name: "dead-letters.returned") {
                    try await ReturnedMessageIntake(state: self).run(on: messages)
                },
                ServiceAssembly.Job(name: "held-messages") { try await HeldMessageRelease(state: self).run() },
                ServiceAssembly.Job(name: "gauges") { try await WaitingGauges(state: self).run() },
                ServiceAssembly.Job(name: "quarantine") { try await QuarantineIntake(state: self).run(on: messages) },
            ]
        )
    }
}
