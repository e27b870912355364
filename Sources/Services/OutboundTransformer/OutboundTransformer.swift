public import ContractRuntime
import FoundationEssentials
public import Logging
public import OutboundTransformerContract
import RelayMessagingContract
public import ServiceKit
import StateManagerBatches
public import StateManagerContract
public import TenantServiceContract
public import WhatsAppAPIServiceContract

/// Turns what agents and bots write into WhatsApp messages: claim, transform, send part by part, acknowledge. Records
/// Genesys' receipts about inbound messages.
public struct OutboundTransformer: OutboundTransformerHandler {
    let stateManager: StateManagerClient
    let batches: StateManagerBatches
    let whatsAppAPI: WhatsAppAPIServiceClient
    let policies: TenantPolicies
    let messaging: any MessageTransport
    let operations: OperationsAnswers
    let policy: DeliveryPolicy
    let logger: Logger
    let now: @Sendable () -> DateTime
    let makeID: @Sendable () -> String
    /// Wakes those who wait to try again when the service stops.
    let clock = DrainingClock()

    /// Creates the service.
    /// - Parameters:
    ///   - stateManager: Client with the internal token.
    ///   - whatsAppAPI: Client with the internal token.
    ///   - tenants: Client with the internal token.
    ///   - messaging: The broker.
    ///   - operations: Answers of `/healthz`, `/readyz` and `/metrics`; its metrics are counted on.
    ///   - policy: How long things are tried.
    ///   - logger: Gets ids and codes, never content.
    ///   - now: The time of day.
    ///   - makeID: A new UUID.
    public init(
        stateManager: StateManagerClient,
        whatsAppAPI: WhatsAppAPIServiceClient,
        tenants: TenantServiceClient,
        messaging: any MessageTransport,
        operations: OperationsAnswers,
        policy: DeliveryPolicy = DeliveryPolicy(),
        logger: Logger,
        now: @escaping @Sendable () -> DateTime = { WallClock.now },
        makeID: @escaping @Sendable () -> String = { UUID().uuidString.lowercased() }
    ) {
        self.stateManager = stateManager
        batches = StateManagerBatches(stateManager)
        self.whatsAppAPI = whatsAppAPI
        policies = TenantPolicies(tenants: tenants)
        self.messaging = messaging
        self.operations = operations
        self.policy = policy
        self.logger = logger
        self.now = now
        self.makeID = makeID
    }

    /// The routes of the contract and the consumer of `outbound.messages`.
    public var assembly: ServiceAssembly {
        ServiceAssembly(routes: routes, jobs: [.init(name: "outbound.messages") { try await work() }])
    }

    /// Consumes until the task is cancelled. Then handlers that wait to try again put their message back, and those
    /// that send finish.
    private func work() async throws {
        try await withTaskCancellationHandler {
            try await withRetries(policy.neighbours, clock: clock) { _ in
                try await messaging.declare(ReturnedMessagesChannel.topology)
                try await messaging.declare(DeadLettersChannel.topology)
                try await messaging.declare(OutboundMessagesChannel.topology)
                try await messaging.declare(InboundMessagesChannel.topology)
            }
            try await run(on: messaging)
        } onCancel: {
            clock.drain()
        }
    }
}
