/// A role that a process can play.
public enum ServiceName: String, Sendable, Hashable, CaseIterable {
    case tenantService = "tenant-service"
    case authService = "auth-service"
    case stateManager = "state-manager"
    case whatsAppWebhookService = "whatsapp-webhook-service"
    case inboundTransformer = "inbound-transformer"
    case genesysAPIService = "genesys-api-service"
    case genesysWebhookService = "genesys-webhook-service"
    case outboundTransformer = "outbound-transformer"
    case whatsAppAPIService = "whatsapp-api-service"
    case apiGateway = "api-gateway"
    case agentPortal = "agent-portal"
    case metaSimulator = "meta-simulator"
    case genesysSimulator = "genesys-simulator"

    /// The port it listens on unless `PORT` says otherwise.
    public var defaultPort: Int {
        switch self {
        case .apiGateway: 8080
        case .agentPortal: 8081
        case .tenantService: 8101
        case .authService: 8102
        case .stateManager: 8103
        case .whatsAppWebhookService: 8104
        case .inboundTransformer: 8105
        case .genesysAPIService: 8106
        case .genesysWebhookService: 8107
        case .outboundTransformer: 8108
        case .whatsAppAPIService: 8109
        case .metaSimulator: 9101
        case .genesysSimulator: 9102
        }
    }

    /// The environment variable with its address, `TENANT_SERVICE_URL`.
    public var urlVariable: String {
        String(rawValue.uppercased().map { $0 == "-" ? "_" : $0 }) + "_URL"
    }

    /// Where it is found unless ``urlVariable`` says otherwise.
    public var defaultURL: String { "http://127.0.0.1:\(defaultPort)" }

    /// One of the ten services of the relay, not the portal or a simulator.
    public var isRelayService: Bool {
        switch self {
        case .agentPortal, .metaSimulator, .genesysSimulator: false
        default: true
        }
    }

    /// The variables it refuses to start without.
    public var needs: [ConfigurationVariable] {
        switch self {
        case .tenantService:
            [.databaseURL, .redisURL, .encryptionKeys, .adminAPIKey, .internalAPIToken]
        case .authService:
            [.redisURL, .internalAPIToken]
        case .stateManager:
            [.databaseURL, .redisURL, .amqpURL, .adminAPIKey, .internalAPIToken]
        case .whatsAppWebhookService:
            [.redisURL, .amqpURL, .metaVerifyToken, .internalAPIToken] + ConfigurationVariable.objectStorage
        case .genesysWebhookService:
            [.redisURL, .amqpURL, .internalAPIToken] + ConfigurationVariable.objectStorage
        case .inboundTransformer:
            [.amqpURL, .internalAPIToken] + ConfigurationVariable.objectStorage
        case .outboundTransformer:
            [.amqpURL, .internalAPIToken]
        case .genesysAPIService:
            [.redisURL, .internalAPIToken]
        case .whatsAppAPIService:
            [.redisURL, .internalAPIToken] + ConfigurationVariable.objectStorage
        case .apiGateway:
            [.adminAPIKey]
        case .agentPortal:
            [.databaseURL, .internalAPIToken]
        case .metaSimulator, .genesysSimulator:
            []
        }
    }
}
