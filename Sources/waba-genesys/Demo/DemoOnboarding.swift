import ContractRuntime
import ServiceKit
import SharedContract
import SimulatorContract
import TenantServiceContract

/// Sets the demo tenant up: in the relay through its public API, on the platforms through the simulators' control
/// interface. A second run changes nothing.
struct DemoOnboarding: Sendable {
    let tenant: DemoTenant
    let addresses: DemoAddresses
    /// tenant-service as the gateway shows it.
    let tenants: TenantServiceClient
    let meta: SimulatorClient
    let genesys: SimulatorClient

    /// - Returns: The tenant's id.
    func run() async throws -> String {
        let id = try await DemoFailure.naming("onboarding: POST /api/v1/tenants") { try await create() }
        try await DemoFailure.naming("Meta simulator: set up the number") { try await putNumber(tenant: id) }
        try await DemoFailure.naming("Genesys simulator: set up the integration") {
            try await putIntegration(tenant: id)
        }
        // Behind the platforms, which are asked about a credential that replaces that of a run before.
        try await DemoFailure.naming("onboarding: PUT …/credentials") {
            try await put(tenant.whatsApp, .whatsapp, tenant: id)
            try await put(tenant.genesys(baseURL: addresses.genesysSimulatorURL), .genesys, tenant: id)
        }
        return id
    }

    private func create() async throws -> String {
        let draft = TenantDraft(
            name: tenant.name, phoneNumberId: tenant.phoneNumberID, genesysIntegrationId: tenant.integrationID,
            status: .active)
        switch try await tenants.createTenant(CreateTenant.Input(body: draft)) {
        case .created(let created, _): return created.id
        case .conflict(let problem): return problem.existingTenantId
        case let other: throw DemoFailure.refused("onboarding: POST /api/v1/tenants", other)
        }
    }

    private func put(_ credential: Credential, _ type: CredentialType, tenant id: String) async throws {
        let input = PutCredential.Input(tenantId: id, credentialType: type, body: credential)
        let output = try await tenants.putCredential(input)
        guard case .ok = output else {
            throw DemoFailure.refused("onboarding: PUT …/credentials/\(type.rawValue)", output)
        }
    }

    private func putNumber(tenant id: String) async throws {
        let number = SimulatedNumber(
            wabaId: tenant.accountID, displayPhoneNumber: tenant.displayPhoneNumber,
            accessToken: tenant.accessToken.reveal(), appSecret: tenant.appSecret.reveal(),
            callbackUrl: "\(addresses.gatewayURL)/webhooks/whatsapp/\(id)")
        let output = try await meta.putNumber(PutNumber.Input(phoneNumberId: tenant.phoneNumberID, body: number))
        guard case .noContent = output else { throw DemoFailure.refused("Meta simulator: set up the number", output) }
    }

    private func putIntegration(tenant id: String) async throws {
        let integration = SimulatedIntegration(
            name: tenant.name, clientId: tenant.clientID, clientSecret: tenant.clientSecret.reveal(),
            webhookUrl: "\(addresses.gatewayURL)/webhooks/genesys/\(id)", webhookSecret: tenant.webhookSecret.reveal())
        let output = try await genesys.putIntegration(
            PutIntegration.Input(integrationId: tenant.integrationID, body: integration))
        guard case .noContent = output else {
            throw DemoFailure.refused("Genesys simulator: set up the integration", output)
        }
    }
}
