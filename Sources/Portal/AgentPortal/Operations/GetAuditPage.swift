import AgentPortalContract
import ContractRuntime

private struct AuditContent {
    struct Item {
        let at: TimeText
        let person: String?
        let operation: String
        let subject: String?
        let detail: String?
        let outcome: String
        let outcomeKind: String
        let address: String?
        let traceID: String?
    }

    let items: [Item]
    let person: String?
    /// Query of the next page.
    let older: String?
}

extension AgentPortal {
    private static let auditPageSize = 100

    /// What was done, newest first.
    public func getAuditPage(
        _ input: GetAuditPage.Input, _ context: RequestContext
    ) async throws -> GetAuditPage.Output {
        let person = input.person.map(PortalStore.normalised).flatMap { $0.isEmpty ? nil : $0 }
        let entries = try await store.auditEntries(
            before: input.before, personName: person, limit: Self.auditPageSize + 1)
        let shown = entries.prefix(Self.auditPageSize)
        let older = entries.count > shown.count ? shown.last : nil
        return .ok(
            try pages.page(
                "audit", title: "Audit log", section: .audit,
                AuditContent(
                    items: shown.map(Self.item), person: person,
                    older: older.map {
                        "before=\($0.number)" + (person.map { "&person=" + PercentCoding.encode($0) } ?? "")
                    })))
    }

    private static func item(_ entry: AuditEntry) -> AuditContent.Item {
        let outcome: (text: String, kind: String) =
            switch entry.status {
            case .some(..<400): ("done", "success")
            case .some(401), .some(403): ("refused", "warning")
            case .some(400..<500): ("not possible", "secondary")
            case .some: ("failed", "danger")
            case nil: ("unknown", "danger")
            }
        return AuditContent.Item(
            at: TimeText(entry.at), person: entry.personName, operation: words(entry.operation),
            subject: entry.subject, detail: entry.detail, outcome: outcome.text, outcomeKind: outcome.kind,
            address: entry.address, traceID: entry.traceID)
    }

    /// `acceptInvitation` as `accept invitation`.
    private static func words(_ operationID: String) -> String {
        operationID.reduce(into: "") { $0 += $1.isUppercase ? " \($1.lowercased())" : String($1) }
    }
}
