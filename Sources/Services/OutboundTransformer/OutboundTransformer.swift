public import ContractRuntime
import FoundationEssentials
public import Logging
public import OutboundTransformerContract
public import RelayDelivery
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
    /// Ends deliveries.
    let deliveries: Deliveries
    let now: @Sendable () -> DateTime
    let makeID: @Sendable () -> String

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
        deliveries = Deliveries(
            service: .outboundTransformer, to: .whatsapp, stateManager: stateManager, messaging: messaging,
            operations: operations, policy: policy, logger: logger, now: now, makeID: makeID)
        self.now = now
        self.makeID = makeID
    }

    var policy: DeliveryPolicy { deliveries.policy }

    /// The routes of the contract and the consumer of `outbound.messages`.
    public var assembly: ServiceAssembly {
        let job = deliveries.job(
            "outbound.messages",
            declaring: [
                ReturnedMessagesChannel.topology, DeadLettersChannel.topology, OutboundMessagesChannel.topology,
                InboundMessagesChannel.topology,
            ]
        ) {
            try await run(on: messaging)
        }
        return ServiceAssembly(routes: routes, jobs: [job])
    }
}
