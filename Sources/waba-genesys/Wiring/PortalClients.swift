import APIGatewayContract
import AgentPortal
import AuthServiceContract
import ContractRuntime
import GenesysAPIServiceContract
import GenesysWebhookServiceContract
import InboundTransformerContract
import OutboundTransformerContract
import ServiceKit
import StateManagerContract
import TenantServiceContract
import WhatsAppAPIServiceContract
import WhatsAppWebhookServiceContract

/// Makes the clients of everything that the portal and `doctor` ask.
struct PortalClients {
    let directory: ServiceDirectory
    let configuration: ServiceConfiguration

    /// Clients with the administrator's key for public operations and the internal token for checks.
    func services() throws -> PortalServices {
        let admin = ClientCredentials(bearerToken: try configuration.adminAPIKeys.first?.reveal())
        let trusted = ClientCredentials(bearerToken: try configuration.internalAPITokens.first?.reveal())
        return PortalServices(
            tenants: TenantServiceClient(transport: try directory.transport(to: .tenantService), credentials: admin),
            tenantChecks: TenantServiceClient(
                transport: try directory.transport(to: .tenantService), credentials: trusted),
            state: StateManagerClient(transport: try directory.transport(to: .stateManager), credentials: admin),
            whatsAppAPI: WhatsAppAPIServiceClient(
                transport: try directory.transport(to: .whatsAppAPIService), credentials: trusted),
            genesysAPI: GenesysAPIServiceClient(
                transport: try directory.transport(to: .genesysAPIService), credentials: trusted),
            whatsAppWebhooks: WhatsAppWebhookServiceClient(
                transport: try directory.transport(to: .whatsAppWebhookService), credentials: trusted),
            genesysWebhooks: GenesysWebhookServiceClient(
                transport: try directory.transport(to: .genesysWebhookService), credentials: trusted),
            probes: try probes())
    }

    /// The ten services; their health and metrics need no credentials.
    private func probes() throws -> [ServiceProbe] {
        [
            ServiceProbe(APIGatewayClient(transport: try directory.transport(to: .apiGateway))),
            ServiceProbe(
                WhatsAppWebhookServiceClient(transport: try directory.transport(to: .whatsAppWebhookService))),
            ServiceProbe(GenesysWebhookServiceClient(transport: try directory.transport(to: .genesysWebhookService))),
            ServiceProbe(InboundTransformerClient(transport: try directory.transport(to: .inboundTransformer))),
            ServiceProbe(OutboundTransformerClient(transport: try directory.transport(to: .outboundTransformer))),
            ServiceProbe(StateManagerClient(transport: try directory.transport(to: .stateManager))),
            ServiceProbe(GenesysAPIServiceClient(transport: try directory.transport(to: .genesysAPIService))),
            ServiceProbe(WhatsAppAPIServiceClient(transport: try directory.transport(to: .whatsAppAPIService))),
            ServiceProbe(AuthServiceClient(transport: try directory.transport(to: .authService))),
            ServiceProbe(TenantServiceClient(transport: try directory.transport(to: .tenantService))),
        ]
    }
}
