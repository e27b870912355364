public import AuthServiceContract
public import ContractRuntime
import GenesysWebhookContract
import GenesysWebhookServiceContract
public import Logging
import MediaTransfer
public import ObjectStorage
import RelayCacheContract
import RelayDelivery
import RelayMessagingContract
public import ServiceKit
import SharedContract
public import StateManagerContract
public import TenantServiceContract
public import WebhookIntake

/// Accepts the webhooks of Genesys, archives them and tells messages from receipts for outbound-transformer.
public struct GenesysWebhookService: Sendable {
    /// The bucket of accepted bodies.
    public static let bucket = "webhooks-outbound"

    /// The bucket of agents' files.
    public static let mediaBucket = "media-outbound"

    private let receiver: WebhookReceiver
    private let reporter: IntakeReporter
    private let archiver: WebhookArchiver
    private let router: MessageRouter
    private let transport: any MessageTransport
    private let drain: DrainSignal
    private let queues: DeclaredQueues
    private let logger: Logger

    /// Creates the service.
    /// - Parameters:
    ///   - authService: Gives the secrets that verify webhooks.
    ///   - tenantService: Knows whose an integration is.
    ///   - stateManager: Keeps messages with files while Genesys gives their tenant no token.
    ///   - transport: The broker.
    ///   - cache: Redis, for `integration:{integrationId}`; asked before tenant-service.
    ///   - storage: The S3 server with the bucket ``bucket``.
    ///   - media: How files are fetched.
    ///   - probe: Calls the public address as Genesys would.
    ///   - operations: Health and metrics of this role.
    ///   - retryPolicy: When a lane tries again.
    ///   - logger: For what went wrong; ids only.
    public init(
        authService: AuthServiceClient, tenantService: TenantServiceClient, stateManager: StateManagerClient,
        transport: any MessageTransport, cache: any CacheStore, storage: S3Storage, media: AttachmentFetching,
        probe: WebhookProbe,
        operations: OperationsAnswers,
        retryPolicy: RetryPolicy = RetryPolicy(), logger: Logger
    ) {
        let counters = IntakeCounters(service: .genesysWebhookService, source: "genesys", operations: operations)
        let drain = DrainSignal()
        let worker = LaneWorker(
            service: .genesysWebhookService, direction: .outbound, transport: transport, policy: retryPolicy,
            held: HeldMessages(
                platform: .genesys, stateManager: stateManager, makeID: { StableIdentifier.random() }),
            drain: drain, counters: counters, logger: logger)
        let tenants = WebhookSecretStore(authService: authService, platform: .genesys)
        receiver = WebhookReceiver(
            tenants: tenants, transport: transport, counters: counters, forgeries: ForgeryLog(), logger: logger)
        reporter = IntakeReporter(operations: operations, counters: counters, tenants: tenants, probe: probe)
        archiver = WebhookArchiver(
            archive: WebhookArchive(storage: storage, bucket: Self.bucket), worker: worker, counters: counters)
        router = MessageRouter(
            integrations: Integrations(
                cache: IntegrationEntryCache(store: cache), tenantService: tenantService, logger: logger),
            files: OutboundFiles(
                authService: authService, fetching: media,
                store: MediaStore(storage: storage, bucket: Self.mediaBucket, transfers: media.transfers),
                drain: drain, downloaders: GenesysDownloaders(media)),
            transport: transport, worker: worker, counters: counters)
        self.transport = transport
        self.drain = drain
        queues = DeclaredQueues(of: .genesysWebhookService, operations.health)
        self.logger = logger
    }

    /// The routes that Genesys and the other services call, and the two consumers.
    public var assembly: ServiceAssembly {
        ServiceAssembly(routes: receiver.routes + reporter.routes, jobs: [archiving, routing])
    }

    private var archiving: ServiceAssembly.Job {
        drain.consumerJob(
            "archive Genesys webhooks", declaring: Self.refuge + [GenesysWebhooksChannel.topology],
            queues: queues, on: transport, logger: logger
        ) { [archiver, transport] in
            try await archiver.run(on: transport)
        }
    }

    private var routing: ServiceAssembly.Job {
        drain.consumerJob(
            "route Genesys messages",
            declaring: Self.refuge + [
                QuarantineChannel.topology, GenesysMessagesChannel.topology, OutboundMessagesChannel.topology,
            ], queues: queues, on: transport, logger: logger
        ) { [router, transport] in
            try await router.run(on: transport)
        }
    }

    /// Where goes what can't be handled.
    private static let refuge = [ReturnedMessagesChannel.topology, DeadLettersChannel.topology]
}
