import AgentPortalContract
import ContractRuntime
import SharedContract

/// What every step shows: the way through the steps, the fields of this one, the results of its checks.
struct OnboardingContent {
    struct Region {
        let value: String
        /// As Genesys Cloud calls it in its documentation.
        let label: String
        let isChosen: Bool
    }

    struct Choice {
        let id: String
        let name: String
        let isChosen: Bool
        let isElsewhere: Bool
    }

    var steps: [OnboardingSteps.Item]
    var tenantID: String?
    var name: String?
    var phoneNumberID: String?
    var error: String?
    /// Where the error offers to go.
    var errorLink: String?
    /// Whether a credential that the platform does not take may be stored all the same.
    var mayStoreAnyway = false
    var previous: String?
    var next: String?
    var checks: CheckView?
    var suite: String?
    var here: String?
    // WhatsApp
    var wabaID: String?
    var accessToken: String?
    var appSecret: String?
    var verifyToken: String?
    var hasOwnApp = false
    // Genesys
    var clientID: String?
    var clientSecret: String?
    var webhookSecret: String?
    var regions: [Region] = []
    var hasCredential = false
    var integrationID: String?
    var integrations: [Choice] = []
    var integrationsCause: String?
    var integrationsRemedy: String?
    // Webhooks
    var sharedWebhook: String?
    var ownWebhook: String?
    var genesysWebhook: String?
    // Test
    var test: TestMessages?
    var testCustomer: String?
    var testText = "Hello! This is a test."
}

extension AgentPortal {
    /// The page of a step.
    /// - Parameters:
    ///   - step: Which step.
    ///   - error: What is wrong with what was entered.
    ///   - change: Puts back what was entered.
    func onboardingPage(
        _ step: OnboardingStep, _ record: TenantRecord, _ context: RequestContext, error: String? = nil,
        change: (inout OnboardingContent) -> Void = { _ in }
    ) async throws -> String {
        let test = try await testMessages(of: record.tenant.id, context)
        let steps = OnboardingSteps(record, current: step, isTested: test.isDone)
        let index = OnboardingSteps.all.firstIndex(of: step) ?? 0
        let base = "/tenants/\(record.tenant.id)/onboarding"
        var content = OnboardingContent(steps: steps.items, tenantID: record.tenant.id, error: error)
        content.name = record.tenant.name
        content.phoneNumberID = record.tenant.phoneNumberId
        content.previous = index > 0 ? "\(base)/\(OnboardingSteps.all[index - 1].rawValue)" : nil
        content.next =
            index + 1 < OnboardingSteps.all.count ? "\(base)/\(OnboardingSteps.all[index + 1].rawValue)" : nil
        content.here = "\(base)/\(step.rawValue)"
        let view = CheckView(record.reports, of: step.parts)
        content.checks = view.groups.isEmpty ? nil : view
        switch step {
        case .organisation: break
        case .whatsapp: fillWhatsApp(&content, record)
        case .genesys: try await fillGenesys(&content, record, context)
        case .webhooks: fillWebhooks(&content, record)
        case .test:
            content.suite = CheckSuite.all.rawValue
            content.test = test
        }
        change(&content)
        return try pages.page(
            "onboarding-\(step.rawValue)", title: "\(record.tenant.name): \(step.label)", section: .tenants, content)
    }

    private func fillWhatsApp(_ content: inout OnboardingContent, _ record: TenantRecord) {
        content.suite = CheckSuite.whatsapp.rawValue
        content.hasCredential = record.credentials[.whatsapp] != nil
        content.wabaID = record.value(.whatsapp, "wabaId")
        content.accessToken = record.value(.whatsapp, "accessToken")
        content.appSecret = record.value(.whatsapp, "appSecret")
        content.verifyToken = record.value(.whatsapp, "verifyToken")
        content.hasOwnApp = content.appSecret != nil
    }

    private func fillGenesys(
        _ content: inout OnboardingContent, _ record: TenantRecord, _ context: RequestContext
    ) async throws {
        content.suite = CheckSuite.genesys.rawValue
        content.hasCredential = record.credentials[.genesys] != nil
        content.clientID = record.value(.genesys, "clientId")
        content.clientSecret = record.value(.genesys, "clientSecret")
        content.webhookSecret = record.value(.genesys, "webhookSecret")
        content.integrationID = record.tenant.genesysIntegrationId
        let region = record.value(.genesys, "region")
        content.regions = GenesysRegion.allCases.map {
            .init(value: $0.rawValue, label: $0.words, isChosen: $0.rawValue == region)
        }
        content.genesysWebhook = "\(addresses.publicBaseURL)/webhooks/genesys/\(record.tenant.id)"
        guard content.hasCredential else { return }
        let output = try await ask("genesys-api-service") {
            try await services.genesysAPI.listIntegrations(
                .init(tenantId: record.tenant.id), traceparent: context.traceparent,
                options: RequestOptions(timeout: .seconds(30)))
        }
        guard case .ok(let list) = output else { throw PortalRefusal.serviceAway("genesys-api-service") }
        content.integrationsCause = list.cause
        content.integrationsRemedy = list.remedy
        content.integrations = list.items.map {
            .init(
                id: $0.id, name: $0.name, isChosen: $0.id == record.tenant.genesysIntegrationId,
                isElsewhere: !$0.webhookUrl.hasPrefix(addresses.publicBaseURL))
        }
    }

    private func fillWebhooks(_ content: inout OnboardingContent, _ record: TenantRecord) {
        content.suite = CheckSuite.webhooks.rawValue
        content.hasOwnApp = record.value(.whatsapp, "appSecret") != nil
        content.verifyToken = record.value(.whatsapp, "verifyToken")
        content.sharedWebhook = "\(addresses.publicBaseURL)/webhooks/whatsapp"
        content.ownWebhook = "\(addresses.publicBaseURL)/webhooks/whatsapp/\(record.tenant.id)"
        content.genesysWebhook = "\(addresses.publicBaseURL)/webhooks/genesys/\(record.tenant.id)"
    }
}
