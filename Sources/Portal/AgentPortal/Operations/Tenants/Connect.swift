import AgentPortalContract
import ContractRuntime
import GenesysAPIServiceContract
import SharedContract
import TenantServiceContract

extension AgentPortal {
    /// Waiting for Genesys to complete an integration takes up to 20 seconds.
    static let patient = RequestOptions(timeout: .seconds(60))

    /// Connects an integration, notes it at the tenant, and checks.
    public func connectIntegrationFromForm(
        _ input: ConnectIntegrationFromForm.Input, _ context: RequestContext
    ) async throws -> ConnectIntegrationFromForm.Output {
        let record = try await record(input.tenantId, context)
        func refused(_ error: String) async throws -> ConnectIntegrationFromForm.Output {
            .badRequest(try await onboardingPage(.genesys, record, context, error: error))
        }
        let isNew = input.body.integrationId == "new"
        let name = input.body.name?.entered ?? "WhatsApp \(record.tenant.name)"
        let connected = try await ask("genesys-api-service") {
            try await services.genesysAPI.connectIntegration(
                .init(
                    tenantId: input.tenantId,
                    body: IntegrationChoice(
                        id: isNew ? nil : input.body.integrationId, name: String(name.prefix(200)))),
                traceparent: context.traceparent, options: Self.patient)
        }
        guard case .ok(let connection) = connected else { throw PortalRefusal.serviceAway("genesys-api-service") }
        guard let integration = connection.integration else {
            return try await refused([connection.cause, connection.remedy].compactMap(\.self).joined(separator: " "))
        }
        let changed = try await ask("tenant-service") {
            try await services.tenants.updateTenant(
                .init(tenantId: input.tenantId, body: TenantPatch(genesysIntegrationId: .value(integration.id))),
                traceparent: context.traceparent)
        }
        switch changed {
        case .ok(let tenant):
            AuditNote.add(detail: "connected the integration \(integration.name) (\(integration.id))")
            try await check([.stored, .genesys], tenant, context)
            return .seeOther(location: "/tenants/\(input.tenantId)/onboarding/genesys")
        case .conflict:
            return try await refused("This integration is connected to another tenant; choose or create another one.")
        default: throw PortalRefusal.serviceAway("tenant-service")
        }
    }

    /// Subscribes the app to the business account, and checks.
    public func subscribeFromForm(
        _ input: SubscribeFromForm.Input, _ context: RequestContext
    ) async throws -> SubscribeFromForm.Output {
        let record = try await record(input.tenantId, context)
        let output = try await ask("whatsapp-api-service") {
            try await services.whatsAppAPI.subscribeWebhooks(
                .init(tenantId: input.tenantId), traceparent: context.traceparent, options: Self.patient)
        }
        guard case .ok(let subscription) = output else { throw PortalRefusal.serviceAway("whatsapp-api-service") }
        guard subscription.subscribed else {
            let error = [subscription.cause, subscription.remedy].compactMap(\.self).joined(separator: " ")
            return .badRequest(try await onboardingPage(.webhooks, record, context, error: error))
        }
        AuditNote.add(detail: subscription.callbackUrl.map { "subscribed with callback \($0)" } ?? "subscribed")
        try await check([.whatsApp, .whatsAppWebhooks, .genesysWebhooks], record.tenant, context)
        return .seeOther(location: "/tenants/\(input.tenantId)/onboarding/webhooks")
    }

    /// Runs the checks of a step, or all.
    public func runChecks(_ input: RunChecks.Input, _ context: RequestContext) async throws -> RunChecks.Output {
        let tenant = try await tenant(input.tenantId, context)
        let parts: [ConnectionChecker.Part] =
            switch input.body.suite {
            case .whatsapp: OnboardingStep.whatsapp.parts
            case .genesys: OnboardingStep.genesys.parts
            case .webhooks: OnboardingStep.webhooks.parts
            case .all: ConnectionChecker.Part.allCases
            }
        try await check(parts, tenant, context)
        return .seeOther(location: (input.body.next ?? "/tenants/\(tenant.id)") + "#checks")
    }
}
