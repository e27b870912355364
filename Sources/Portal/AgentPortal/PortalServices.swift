import GenesysAPIServiceContract
import GenesysWebhookServiceContract
import StateManagerContract
import TenantServiceContract
import WhatsAppAPIServiceContract
import WhatsAppWebhookServiceContract

/// The services that the portal asks, by their generated clients.
public struct PortalServices: Sendable {
    /// With the internal token: the portal records itself what its users change, and not as what a key does.
    public var tenants: TenantServiceClient
    /// With the internal token, for its checks.
    public var tenantChecks: TenantServiceClient
    /// With the internal token.
    public var state: StateManagerClient
    /// With the internal token.
    public var whatsAppAPI: WhatsAppAPIServiceClient
    /// With the internal token.
    public var genesysAPI: GenesysAPIServiceClient
    /// With the internal token.
    public var whatsAppWebhooks: WhatsAppWebhookServiceClient
    /// With the internal token.
    public var genesysWebhooks: GenesysWebhookServiceClient
    /// Whoever is asked for health and metrics.
    public var probes: [ServiceProbe]

    /// Takes the clients.
    public init(
        tenants: TenantServiceClient, tenantChecks: TenantServiceClient, state: StateManagerClient,
        whatsAppAPI: WhatsAppAPIServiceClient, genesysAPI: GenesysAPIServiceClient,
        whatsAppWebhooks: WhatsAppWebhookServiceClient, genesysWebhooks: GenesysWebhookServiceClient,
        probes: [ServiceProbe] = []
    ) {
        self.tenants = tenants
        self.tenantChecks = tenantChecks
        self.state = state
        self.whatsAppAPI = whatsAppAPI
        self.genesysAPI = genesysAPI
        self.whatsAppWebhooks = whatsAppWebhooks
        self.genesysWebhooks = genesysWebhooks
        self.probes = probes
    }
}
