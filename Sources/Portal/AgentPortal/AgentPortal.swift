public import AgentPortalContract
public import ContractRuntime
public import ServiceKit
import SharedContract
public import TenantServiceContract

/// Shows how far each tenant is connected, and the addresses to enter at the platforms.
public struct AgentPortal: AgentPortalHandler {
    private let tenants: TenantServiceClient
    private let publicBaseURL: String
    private let operations: OperationsAnswers

    /// Creates the portal.
    /// - Parameters:
    ///   - tenants: Client with the administrator's key.
    ///   - publicBaseURL: The gateway as the platforms reach it.
    ///   - operations: Health and metrics of this role.
    public init(tenants: TenantServiceClient, publicBaseURL: String, operations: OperationsAnswers) {
        self.tenants = tenants
        self.publicBaseURL = publicBaseURL
        self.operations = operations
    }

    /// Its routes; it has no background work.
    public var assembly: ServiceAssembly { ServiceAssembly(routes: routes) }

    /// Addresses to enter at the platforms.
    var addresses: PublicAddresses {
        PublicAddresses(
            whatsAppWebhookUrl: publicBaseURL + "/webhooks/whatsapp",
            genesysWebhookUrlTemplate: publicBaseURL + "/webhooks/genesys/{tenantId}")
    }

    /// Answers with one page of tenants.
    public func getOnboardingSummary(
        _ input: GetOnboardingSummary.Input, _ context: RequestContext
    ) async throws -> GetOnboardingSummary.Output {
        let page = try await tenants.listTenants(
            ListTenants.Input(cursor: input.cursor, limit: input.limit), traceparent: context.traceparent)
        switch page {
        case .ok(let page):
            var items: [TenantOnboarding] = []
            for tenant in page.items { items.append(try await onboarding(of: tenant, context)) }
            return .ok(OnboardingSummary(items: items, nextCursor: page.nextCursor, addresses: addresses))
        case .badRequest(let problem): return .badRequest(problem)
        case .serviceUnavailable(let problem, let retryAfter): return .serviceUnavailable(problem, retryAfter: retryAfter)
        default: throw ProblemDocument(status: 503, title: "Service Unavailable", detail: "tenant-service did not list the tenants")
        }
    }

    private func onboarding(of tenant: Tenant, _ context: RequestContext) async throws -> TenantOnboarding {
        let answer = try await tenants.listCredentials(
            ListCredentials.Input(tenantId: tenant.id), traceparent: context.traceparent)
        guard case .ok(let credentials) = answer else {
            throw ProblemDocument(status: 503, title: "Service Unavailable", detail: "tenant-service did not list the credentials")
        }
        let types = Set(credentials.items.map(\.type))
        func step(_ name: OnboardingStepName, _ isDone: Bool, fix: String) -> OnboardingStep {
            isDone
                ? OnboardingStep(step: name, state: .done)
                : OnboardingStep(step: name, state: .open, fix: fix)
        }
        return TenantOnboarding(
            tenant: tenant,
            steps: [
                step(.tenantCreated, true, fix: ""),
                step(.whatsAppCredential, types.contains(.whatsapp), fix: "put the credential of type whatsapp"),
                step(.genesysCredential, types.contains(.genesys), fix: "put the credential of type genesys"),
                step(
                    .genesysIntegration, tenant.genesysIntegrationId != nil,
                    fix: "set genesysIntegrationId to the Open Messaging integration of this tenant"),
            ])
    }

    /// Answers with the page that lists the addresses; it holds no data of a tenant.
    public func getPortalPage(_ input: GetPortalPage.Input, _ context: RequestContext) async throws -> GetPortalPage.Output {
        .ok(PortalPage(addresses: addresses).html)
    }

    /// The process runs.
    public func getLiveness(_ input: AgentPortalContract.GetLiveness.Input, _ context: RequestContext) async throws -> AgentPortalContract.GetLiveness.Output {
        .ok(Liveness(service: .agentPortal, version: operations.version, startedAt: operations.startedAt))
    }

    /// Whether the portal takes requests; it has no dependency without which it could not say what is wrong.
    public func getReadiness(_ input: AgentPortalContract.GetReadiness.Input, _ context: RequestContext) async throws -> AgentPortalContract.GetReadiness.Output {
        let readiness = await operations.readiness()
        let status: ReadinessStatus = readiness.status == .ready ? .ready : .draining
        let answer = SharedContract.Readiness(status: status, service: .agentPortal, dependencies: [])
        return readiness.status == .ready ? .ok(answer) : .serviceUnavailable(answer)
    }

    /// All metrics.
    public func getMetrics(_ input: AgentPortalContract.GetMetrics.Input, _ context: RequestContext) async throws -> AgentPortalContract.GetMetrics.Output {
        .ok(operations.metricsText())
    }
}
