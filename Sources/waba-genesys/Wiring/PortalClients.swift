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

    /// Clients with the internal token: what the portal's users change stands in its own log, not as acts of a key.
    func services() throws -> PortalServices {
        let trusted = ClientCredentials(bearerToken: try configuration.internalAPITokens.first?.reveal())
        return PortalServices(
            tenants: TenantServiceClient(transport: try directory.transport(to: .tenantService), credentials: trusted),
            tenantChecks: TenantServiceClient(
                transport: try directory.transport(to: .tenantService), credentials: trusted),
            state: StateManagerClient(transport: try directory.transport(to: .stateManager), credentials: trusted),
            whatsAppAPI: WhatsAppAPIServiceClient(
                transport: try directory.transport(to: .whatsAppAPIService), credentials: trusted),
            genesysAPI: GenesysAPIServiceClient(
                transport: try directory.transport(to: .genesysAPIService), credentials: trusted),
            whatsAppWebhooks: WhatsAppWebhookServiceClient(
                transport: try directory.transport(to: .whatsAppWebhookService), credentials: trusted),
            genesysWebhooks: GenesysWebhookServiceClient(
                transport: try directory.transport(to: .genesysWebhookService), credentials: trusted),
            probes: try probes(trusted))
    }

    /// The ten services; their metrics need the internal token.
    private func probes(_ trusted: ClientCredentials) throws -> [ServiceProbe] {
        func transport(_ service: ServiceName) throws -> any ClientTransport { try directory.transport(to: service) }
        return [
            ServiceProbe(APIGatewayClient(transport: try transport(.apiGateway), credentials: trusted)),
            ServiceProbe(
                WhatsAppWebhookServiceClient(transport: try transport(.whatsAppWebhookService), credentials: trusted)),
            ServiceProbe(
                GenesysWebhookServiceClient(transport: try transport(.genesysWebhookService), credentials: trusted)),
            ServiceProbe(InboundTransformerClient(transport: try transport(.inboundTransformer), credentials: trusted)),
            ServiceProbe(
                OutboundTransformerClient(transport: try transport(.outboundTransformer), credentials: trusted)),
            ServiceProbe(StateManagerClient(transport: try transport(.stateManager), credentials: trusted)),
            ServiceProbe(GenesysAPIServiceClient(transport: try transport(.genesysAPIService), credentials: trusted)),
            ServiceProbe(WhatsAppAPIServiceClient(transport: try transport(.whatsAppAPIService), credentials: trusted)),
            ServiceProbe(AuthServiceClient(transport: try transport(.authService), credentials: trusted)),
            ServiceProbe(TenantServiceClient(transport: try transport(.tenantService), credentials: trusted)),
        ]
    }
}
