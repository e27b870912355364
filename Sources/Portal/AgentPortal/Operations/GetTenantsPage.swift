import AgentPortalContract
import ContractRuntime
import SharedContract
import TenantServiceContract

private struct TenantsContent {
    struct Item {
        let id: String
        let name: String
        let phoneNumberID: String
        let integrationID: String?
        let isActive: Bool
        let changed: TimeText
    }

    let items: [Item]
    let search: String?
    /// Query of the next page.
    let older: String?
}

extension AgentPortal {
    /// The tenants, or those that a search finds.
    public func getTenantsPage(
        _ input: GetTenantsPage.Input, _ context: RequestContext
    ) async throws -> GetTenantsPage.Output {
        let search = input.q.map(PortalStore.normalised).flatMap { $0.isEmpty ? nil : $0 }
        let output = try await ask("tenant-service") {
            try await services.tenants.listTenants(
                .init(q: search, cursor: input.cursor, limit: 50), traceparent: context.traceparent)
        }
        guard case .ok(let page) = output else { throw PortalRefusal.serviceAway("tenant-service") }
        let items = page.items.map { tenant in
            TenantsContent.Item(
                id: tenant.id, name: tenant.name, phoneNumberID: tenant.phoneNumberId,
                integrationID: tenant.genesysIntegrationId, isActive: tenant.status == .active,
                changed: TimeText(tenant.updatedAt))
        }
        return .ok(
            try pages.page(
                "tenants", title: "Tenants", section: .tenants,
                TenantsContent(
                    items: items, search: search,
                    older: page.nextCursor.map {
                        "cursor=\($0)" + (search.map { "&q=" + PercentCoding.encode($0) } ?? "")
                    })))
    }

    /// Calls a service; what kept it from answering becomes a page that names it.
    func ask<Output: Sendable>(
        _ service: String, _ call: () async throws -> Output
    ) async throws -> Output {
        do {
            return try await call()
        } catch ClientError.invalidRequest(let violations) {
            throw ProblemDocument(.violations(violations))
        } catch is ClientError {
            throw PortalRefusal.serviceAway(service)
        }
    }
}
