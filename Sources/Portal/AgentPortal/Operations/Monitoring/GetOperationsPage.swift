import AgentPortalContract
import ContractRuntime
import ServiceKit
import SharedContract
import StateManagerContract

extension AgentPortal {
    /// How the relay is doing.
    public func getOperationsPage(
        _ input: GetOperationsPage.Input, _ context: RequestContext
    ) async throws -> GetOperationsPage.Output {
        guard let reading = await sampler.latest() else { throw PortalRefusal.failed }
        // The page is shown, and says so, where state-manager is away: that is what it is looked at for.
        let holds = try? await services.state.listHolds(.init(), traceparent: context.traceparent)
        var held: [TenantHold]?
        if case .ok(let list)? = holds { held = list.items }
        let expiries = try await store.results(of: .whatsAppTokenExpiry)
        var ids = Set((held ?? []).map(\.tenantId))
        ids.formUnion(reading.budgets.map(\.tenant))
        ids.formUnion(reading.tokens.map(\.tenant))
        ids.formUnion(expiries.map(\.tenantID))
        let names = await tenantNames.names(of: ids.filter(Self.isTenantID), context)
        let content = OperationsContent(
            reading, sample: sampler.figures.samples.last, holds: held, expiries: expiries, names: names)
        return .ok(
            try pages.page(
                "operations", title: "Operations", section: .operations, content,
                scripts: PageScripts(libraries: ["chart.min.js"], modules: ["charts.js"])))
    }

    /// What the charts show.
    public func getFigures(_ input: GetFigures.Input, _ context: RequestContext) async throws -> GetFigures.Output {
        .ok(sampler.figures)
    }

    /// Ends a hold.
    public func releaseHoldFromForm(
        _ input: ReleaseHoldFromForm.Input, _ context: RequestContext
    ) async throws -> ReleaseHoldFromForm.Output {
        let form = input.body
        let output = try await ask("state-manager") {
            try await services.state.releaseHold(
                .init(body: ReleaseRequest(tenantId: form.tenantId, platform: form.platform)),
                traceparent: context.traceparent)
        }
        guard case .ok(let result) = output else { throw PortalRefusal.serviceAway("state-manager") }
        AuditNote.add(subject: form.tenantId, detail: "released \(result.released) at \(form.platform.rawValue)")
        return .seeOther(location: "/operations#holds")
    }

    /// Budgets may be counted by something else than a tenant.
    private static func isTenantID(_ text: String) -> Bool { ContractFormat.isValid("uuid", text) == true }
}
