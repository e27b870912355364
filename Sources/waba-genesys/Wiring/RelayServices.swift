import APIGateway
import AgentPortal
import AuthService
import AuthServiceContract
import ContractRuntime
import GenesysAPIService
import GenesysAPIServiceContract
import GenesysWebhookService
import GenesysWebhookServiceContract
import InboundTransformer
import Logging
import MediaTransfer
import OutboundTransformer
import PlatformBudget
import ServiceKit
import Simulators
import StateManager
import StateManagerContract
import TenantService
import TenantServiceContract
import WebhookIntake
import WhatsAppAPIService
import WhatsAppAPIServiceContract
import WhatsAppWebhookService
import WhatsAppWebhookServiceContract

/// Gives each role what it needs.
struct RelayServices {
    let parts: SharedParts
    /// For the simulators alone.
    let simulation: SimulatorSettings

    private var configuration: ServiceConfiguration { parts.configuration }

    /// The routes and jobs of a role.
    func assembly(of service: ServiceName, operations: OperationsAnswers, logger: Logger) throws -> ServiceAssembly {
        let health = operations.health
        switch service {
        case .tenantService:
            return TenantService(
                database: try parts.database(health), cache: try parts.cache(health),
                cipher: EnvelopeCipher(try configuration.encryptionKeys),
                trial: CredentialTrials(whatsApp: try whatsAppAPIClient(), genesys: try genesysAPIClient()).objection,
                news: try holdsEnding(logger),
                operations: operations, logger: logger
            ).assembly
        case .authService:
            return try authService(operations, logger).assembly
        case .stateManager:
            let broker = try parts.broker(health)
            return StateManager(
                database: try parts.database(health), cache: try parts.cache(health),
                messages: broker, media: try parts.storage(health), queueDepth: broker.queueDepth,
                operations: operations, logger: logger
            ).assembly
        case .whatsAppWebhookService:
            return WhatsAppWebhookService(
                appSecrets: try configuration.metaAppSecrets, verifyToken: try configuration.metaVerifyToken,
                authService: try authClient(), tenantService: try tenantClient(), stateManager: try stateClient(),
                transport: try parts.broker(health), cache: try parts.cache(health), storage: try parts.storage(health),
                media: try mediaFetching(), probe: try probe(), links: parts.platformTransport, operations: operations,
                logger: logger
            ).assembly
        case .genesysWebhookService:
            return GenesysWebhookService(
                authService: try authClient(), tenantService: try tenantClient(), stateManager: try stateClient(),
                transport: try parts.broker(health), cache: try parts.cache(health), storage: try parts.storage(health),
                media: AttachmentFetching(
                    engine: parts.engine, otherHosts: configuration.genesysMediaHosts,
                    trustsAPIBaseURL: configuration.isOwn(.genesysAPIBaseURL)),
                probe: try probe(), operations: operations, logger: logger
            ).assembly
        case .inboundTransformer:
            return InboundTransformer(
                stateManager: try stateClient(), genesysAPI: try genesysAPIClient(),
                whatsAppAPI: try whatsAppAPIClient(), tenants: try tenantClient(),
                messaging: try parts.broker(health), links: try mediaLinks(health),
                operations: operations, logger: logger
            ).assembly
        case .outboundTransformer:
            return OutboundTransformer(
                stateManager: try stateClient(), whatsAppAPI: try whatsAppAPIClient(),
                tenants: try tenantClient(),
                messaging: try parts.broker(health),
                operations: operations, logger: logger
            ).assembly
        case .genesysAPIService:
            return GenesysAPIService(
                stateManager: try stateClient(), authService: try authClient(), genesys: parts.platformTransport,
                budget: RateBudget(
                    cache: try parts.cache(health), api: "genesys", metrics: operations.metrics, logger: logger),
                operations: operations,
                policy: .init(requestsPerMinute: configuration.genesysRequestsPerMinute),
                publicBaseURL: try configuration.publicBaseURL, logger: logger
            ).assembly
        case .whatsAppAPIService:
            return WhatsAppAPIService(
                stateManager: try stateClient(), authService: try authClient(),
                graph: try parts.platformTransport(try configuration.metaGraphBaseURL),
                budget: RateBudget(
                    cache: try parts.cache(health), api: "meta", metrics: operations.metrics, logger: logger),
                media: MediaUploads(
                    storage: try parts.storage(health), links: try mediaLinks(health),
                    delivery: MediaDelivery(rawValue: configuration.whatsAppMedia) ?? .upload),
                operations: operations,
                policy: .init(
                    graphVersion: try configuration.metaGraphVersion,
                    messagesPerSecond: configuration.metaMessagesPerSecond,
                    pairMessagesPerMinute: configuration.metaPairMessagesPerMinute),
                publicBaseURL: try configuration.publicBaseURL, logger: logger
            ).assembly
        case .apiGateway:
            return try APIGateway(operations: operations, upstream: parts.directory.transport(to:)).assembly
        case .agentPortal:
            return try portal(operations, logger).assembly
        case .metaSimulator, .genesysSimulator:
            return simulator(service, operations)
        }
    }

    private func mediaLinks(_ health: HealthRegistry) throws -> MediaLinks {
        MediaLinks(storage: try parts.storage(health), lifetimeSeconds: configuration.mediaLinkSeconds)
    }

    /// An address of Meta's that the operator has set is fetched from as it is, else only public hosts over TLS.
    private func mediaFetching() throws -> MediaFetching {
        let graph = try configuration.metaGraphBaseURL
        return MediaFetching(
            graph: try parts.platformTransport(graph), graphVersion: try configuration.metaGraphVersion,
            downloader: try MediaDownloader(
                hosts: configuration.metaMediaHosts, origins: configuration.isOwn(.metaGraphBaseURL) ? [graph] : [],
                engine: parts.engine))
    }

    private func probe() throws -> WebhookProbe {
        let address = try configuration.publicBaseURL
        return WebhookProbe(publicBaseURL: address, transport: try parts.platformTransport(address))
    }

    private func portal(_ operations: OperationsAnswers, _ logger: Logger) throws -> AgentPortal {
        try AgentPortal(
            database: try parts.database(operations.health),
            services: try PortalClients(directory: parts.directory, configuration: configuration).services(),
            addresses: PortalAddresses(
                portalURL: try configuration.portalBaseURL, publicBaseURL: try configuration.publicBaseURL,
                mediaOrigin: configuration.isSet(.s3Endpoint) ? try configuration.s3PublicEndpoint : nil,
                libraries: try configuration.portalLibraries, reference: try configuration.portalReference),
            operations: operations, logger: logger)
    }

    private func authService(_ operations: OperationsAnswers, _ logger: Logger) throws -> AuthService {
        let platform = parts.platformTransport
        return AuthService(
            tenants: try tenantClient(), cache: try parts.cache(operations.health),
            addresses: GenesysAddresses(
                apiBaseURL: try configuration.genesysAPIBaseURL, loginBaseURL: try configuration.genesysLoginBaseURL),
            transport: { address in
                do { return try platform(address) } catch { return UnusableTransport(error: error) }
            }, operations: operations, logger: logger)
    }

    private func simulator(_ service: ServiceName, _ operations: OperationsAnswers) -> ServiceAssembly {
        let world = SimulatorWorld(transport: parts.platformTransport)
        guard service == .metaSimulator else {
            var settings = simulation.genesys
            settings.baseURL = configuration.url(of: .genesysSimulator)
            return GenesysSimulator(configuration: settings, world: world, operations: operations).assembly
        }
        var settings = simulation.meta
        settings.baseURL = configuration.url(of: .metaSimulator)
        return MetaSimulator(configuration: settings, world: world, operations: operations).assembly
    }

    /// Ends the hold of a tenant whose credential was stored. Where state-manager gives no answer, the next trial does.
    private func holdsEnding(_ logger: Logger) throws -> TenantService.CredentialNews {
        let state = try stateClient()
        return { tenantID, type, traceparent in
            let request = ReleaseRequest(tenantId: tenantID, platform: type == .whatsapp ? .whatsapp : .genesys)
            let output = try? await state.releaseHold(
                .init(body: request), traceparent: TraceContext.child(of: traceparent),
                options: RequestOptions(timeout: .seconds(3)))
            guard case .ok? = output else {
                logger.notice(
                    "messages that waited for a credential follow with the next trial, within a minute",
                    metadata: ["tenant_id": .string(tenantID)])
                return
            }
        }
    }

    // MARK: Clients

    private func tenantClient() throws -> TenantServiceClient {
        TenantServiceClient(
            transport: try parts.directory.transport(to: .tenantService), credentials: try parts.internalCredentials())
    }

    private func authClient() throws -> AuthServiceClient {
        AuthServiceClient(
            transport: try parts.directory.transport(to: .authService), credentials: try parts.internalCredentials())
    }

    private func stateClient() throws -> StateManagerClient {
        StateManagerClient(
            transport: try parts.directory.transport(to: .stateManager), credentials: try parts.internalCredentials())
    }

    private func genesysAPIClient() throws -> GenesysAPIServiceClient {
        GenesysAPIServiceClient(
            transport: try parts.directory.transport(to: .genesysAPIService),
            credentials: try parts.internalCredentials())
    }

    private func whatsAppAPIClient() throws -> WhatsAppAPIServiceClient {
        WhatsAppAPIServiceClient(
            transport: try parts.directory.transport(to: .whatsAppAPIService),
            credentials: try parts.internalCredentials())
    }
}

/// Stands for an address that no transport can be made for: every request fails with the reason.
private struct UnusableTransport: ClientTransport {
    let error: any Error

    func send(_ request: ContractRequest, options: RequestOptions) async throws(TransportError) -> ContractResponse {
        throw (error as? TransportError) ?? TransportError(.invalidRequest, reason: "the address is none")
    }
}
