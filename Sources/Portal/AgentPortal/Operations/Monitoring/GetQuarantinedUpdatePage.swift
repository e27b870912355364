import AgentPortalContract
import ContractRuntime
import SharedContract
import StateManagerContract

private struct QuarantinedContent {
    let row: QuarantineRow
    let archiveKey: String
    let violations: [ViolationRow]
    let update: String?
}

extension AgentPortal {
    /// A quarantined update with what the platform sent.
    public func getQuarantinedUpdatePage(
        _ input: GetQuarantinedUpdatePage.Input, _ context: RequestContext
    ) async throws -> GetQuarantinedUpdatePage.Output {
        let output = try await ask("state-manager") {
            try await services.state.getQuarantinedUpdate(
                .init(quarantineId: input.quarantineId), traceparent: context.traceparent)
        }
        let details: QuarantineDetails
        switch output {
        case .ok(let found): details = found
        case .notFound, .badRequest: throw PortalRefusal.notFound("quarantined update")
        default: throw PortalRefusal.serviceAway("state-manager")
        }
        let record = details.record
        let names = await tenantNames.names(of: Set([record.tenantId].compactMap(\.self)), context)
        let content = QuarantinedContent(
            row: QuarantineRow(record, names), archiveKey: record.archiveKey,
            violations: record.violations.map(ViolationRow.init), update: details.update.map(IndentedJSON.text))
        return .ok(try pages.page("quarantined-update", title: "Quarantined update", section: .quarantine, content))
    }
}
