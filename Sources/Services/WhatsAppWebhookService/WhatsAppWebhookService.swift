public import AuthServiceContract
public import ContractRuntime
public import Logging
import MediaFiles
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
import WhatsAppWebhookContract
import WhatsAppWebhookServiceContract

/// Accepts the webhooks of Meta, archives them and takes them apart: one message or status each for inbound-transformer.
public struct WhatsAppWebhookService: Sendable {
    /// The bucket of accepted bodies.
    public static let bucket = "webhooks-inbound"

    /// The bucket of customers' files.
    public static let mediaBucket = "media-inbound"

    private let receiver: WebhookReceiver
    private let reporter: IntakeReporter
    private let archiver: WebhookArchiver
    private let router: UpdateRouter
    private let transport: any MessageTransport
    private let drain: DrainSignal
    private let queues: DeclaredQueues
    private let logger: Logger

    /// Creates the service.
    /// - Parameters:
    ///   - appSecrets: Secrets of the shared Meta app of which one has to match; several while one rotates.
    ///   - verifyToken: Verify token of the shared Meta app.
    ///   - authService: Gives the secrets of tenants with an own Meta app.
    ///   - tenantService: Knows whose a business number is.
    ///   - stateManager: Keeps messages with files while WhatsApp gives their tenant no token.
    ///   - transport: The broker.
    ///   - cache: Redis, for `phone:{phoneNumberId}`; asked before tenant-service.
    ///   - storage: The S3 server with the bucket ``bucket``.
    ///   - media: How files are fetched.
    ///   - probe: Calls the public address as Meta would.
    ///   - links: Carries requests to where presigned links point, by origin.
    ///   - operations: Health and metrics of this role.
    ///   - retryPolicy: When a lane tries again.
    ///   - logger: For what went wrong; ids only.
    public init(
        appSecrets: [Secret], verifyToken: Secret, authService: AuthServiceClient, tenantService: TenantServiceClient,
        stateManager: StateManagerClient, transport: any MessageTransport, cache: any CacheStore, storage: S3Storage,
        media: MediaFetching,
        probe: WebhookProbe,
        links: @escaping @Sendable (_ origin: String) throws -> any ClientTransport, operations: OperationsAnswers,
        retryPolicy: RetryPolicy = RetryPolicy(), logger: Logger
    ) {
        let counters = IntakeCounters(service: .whatsappWebhookService, source: "meta", operations: operations)
        let drain = DrainSignal()
        let held = HeldMessages(
            platform: .whatsapp, stateManager: stateManager, makeID: { StableIdentifier.random() })
        let worker = LaneWorker(
            service: .whatsappWebhookService, direction: .inbound, transport: transport, policy: retryPolicy,
            held: held, drain: drain, counters: counters, logger: logger)
        let sharedApp = SharedApp(secrets: appSecrets, verifyToken: verifyToken)
        let tenantApps = WebhookSecretStore(authService: authService, platform: .whatsapp)
        receiver = WebhookReceiver(
            sharedApp: sharedApp, tenantApps: tenantApps, transport: transport, counters: counters,
            forgeries: ForgeryLog(), logger: logger)
        reporter = IntakeReporter(
            operations: operations, counters: counters, sharedApp: sharedApp, tenantApps: tenantApps, probe: probe,
            storage: storage, links: links)
        archiver = WebhookArchiver(
            archive: WebhookArchive(storage: storage, bucket: Self.bucket), worker: worker, counters: counters)
        router = UpdateRouter(
            numbers: BusinessNumbers(
                cache: PhoneEntryCache(store: cache), tenantService: tenantService, logger: logger),
            files: InboundFiles(
                authService: authService, graph: media.graph, graphVersion: media.graphVersion,
                downloader: media.downloader,
                store: MediaStore(storage: storage, bucket: Self.mediaBucket, transfers: media.transfers),
                policy: media.policy, drain: drain),
            transport: transport, worker: worker, held: held, counters: counters)
        self.transport = transport
        self.drain = drain
        queues = DeclaredQueues(of: .whatsAppWebhookService, operations.health)
        self.logger = logger
    }

    /// The routes that Meta and the other services call, and the two consumers.
    public var assembly: ServiceAssembly {
        ServiceAssembly(routes: receiver.routes + reporter.routes, jobs: [archiving, routing])
    }

    private var archiving: ServiceAssembly.Job {
        drain.consumerJob(
            "archive WhatsApp webhooks", declaring: Self.refuge + [WhatsAppWebhooksChannel.topology],
            queues: queues, on: transport, logger: logger
        ) { [archiver, transport] in
            try await archiver.run(on: transport)
        }
    }

    private var routing: ServiceAssembly.Job {
        drain.consumerJob(
            "route WhatsApp updates",
            declaring: Self.refuge + [
                QuarantineChannel.topology, WhatsAppUpdatesChannel.topology, InboundMessagesChannel.topology,
            ], queues: queues, on: transport, logger: logger
        ) { [router, transport] in
            try await router.run(on: transport)
        }
    }

    /// Where goes what can't be handled.
    private static let refuge = [ReturnedMessagesChannel.topology, DeadLettersChannel.topology]
}
