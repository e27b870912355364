public import ContractRuntime
import FoundationEssentials
public import GenesysAPIServiceContract
public import InboundTransformerContract
public import Logging
public import MediaTransfer
public import RelayDelivery
import RelayMessagingContract
public import ServiceKit
import StateManagerBatches
public import StateManagerContract
public import TenantServiceContract
public import WhatsAppAPIServiceContract

/// Turns WhatsApp messages and statuses into Genesys messages and receipts: claim, transform, send, acknowledge.
public struct InboundTransformer: InboundTransformerHandler {
    let stateManager: StateManagerClient
    let batches: StateManagerBatches
    let genesysAPI: GenesysAPIServiceClient
    let whatsAppAPI: WhatsAppAPIServiceClient
    let policies: TenantPolicies
    let messaging: any MessageTransport
    let links: MediaLinks
    let operations: OperationsAnswers
    /// Ends deliveries.
    let deliveries: Deliveries
    let now: @Sendable () -> DateTime
    let makeID: @Sendable () -> String
    /// Outbound messages that Genesys knows as delivered, by tracking id; only to save receipts.
    let reportedDelivered = ExpiringCache<String, Bool>(capacity: 20_000, lifetime: .seconds(86_400))

    /// Creates the service.
    /// - Parameters:
    ///   - stateManager: Client with the internal token.
    ///   - genesysAPI: Client with the internal token.
    ///   - whatsAppAPI: Client with the internal token; marks messages as read.
    ///   - tenants: Client with the internal token.
    ///   - messaging: The broker.
    ///   - links: Makes addresses of stored files for Genesys.
    ///   - operations: Answers of `/healthz`, `/readyz` and `/metrics`; its metrics are counted on.
    ///   - policy: How long things are tried.
    ///   - logger: Gets ids and codes, never content.
    ///   - now: The time of day.
    ///   - makeID: A new UUID.
    public init(
        stateManager: StateManagerClient,
        genesysAPI: GenesysAPIServiceClient,
        whatsAppAPI: WhatsAppAPIServiceClient,
        tenants: TenantServiceClient,
        messaging: any MessageTransport,
        links: MediaLinks,
        operations: OperationsAnswers,
        policy: DeliveryPolicy = DeliveryPolicy(),
        logger: Logger,
        now: @escaping @Sendable () -> DateTime = { WallClock.now },
        makeID: @escaping @Sendable () -> String = { UUID().uuidString.lowercased() }
    ) {
        self.stateManager = stateManager
        batches = StateManagerBatches(stateManager)
        self.genesysAPI = genesysAPI
        self.whatsAppAPI = whatsAppAPI
        policies = TenantPolicies(tenants: tenants)
        self.messaging = messaging
        self.links = links
        self.operations = operations
        deliveries = Deliveries(
            service: .inboundTransformer, to: .genesys, stateManager: stateManager, messaging: messaging,
            operations: operations, policy: policy, logger: logger, now: now, makeID: makeID)
        self.now = now
        self.makeID = makeID
    }

    var policy: DeliveryPolicy { deliveries.policy }

    /// The routes of the contract and the consumer of `inbound.messages`.
    public var assembly: ServiceAssembly {
        let job = deliveries.job(
            "inbound.messages",
            declaring: [
                ReturnedMessagesChannel.topology, DeadLettersChannel.topology, InboundMessagesChannel.topology,
            ]
        ) {
            try await run(on: messaging)
        }
        return ServiceAssembly(routes: routes, jobs: [job])
    }
}
