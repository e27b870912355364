import AgentPortalContract
import AuditLog
import ContractRuntime
import Foundation

private struct AuditContent {
    struct Item {
        let at: TimeText
        let actor: String?
        /// How it came about, where the name alone does not say.
        let way: String?
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
    let about: String?
    let ways: [FilterChoice]
    let isFiltered: Bool
    /// Address of the next page.
    let older: String?
}

extension AgentPortal {
    private static let auditPageSize = 100

    /// What was done, newest first.
    public func getAuditPage(
        _ input: GetAuditPage.Input, _ context: RequestContext
    ) async throws -> GetAuditPage.Output {
        let filter = AuditLog.Filter(
            actor: input.person.map(PortalStore.normalised).flatMap { $0.isEmpty ? nil : $0 },
            way: input.way.flatMap { Act.Way(rawValue: $0.rawValue) }, about: input.about?.entered)
        let entries = try await store.log.entries(filter, before: input.before, limit: Self.auditPageSize + 1)
        let shown = entries.prefix(Self.auditPageSize)
        var older = ListQuery()
        older.add("person", filter.actor)
        older.add("way", filter.way?.rawValue)
        older.add("about", filter.about)
        older.add("before", shown.last.map { String($0.number) })
        return .ok(
            try pages.page(
                "audit", title: "Audit log", section: .audit,
                AuditContent(
                    items: shown.map(Self.item), person: filter.actor, about: filter.about,
                    ways: FilterChoice.all(Act.Way.self, chosen: filter.way?.rawValue, label: Self.words),
                    isFiltered: filter.actor != nil || filter.way != nil || filter.about != nil,
                    older: entries.count > shown.count ? older.address("/audit") : nil)))
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
            at: TimeText(entry.at), actor: entry.actor, way: entry.way == .apiKey ? words(entry.way) : nil,
            operation: ActWords.words(entry.operation), subject: entry.subject, detail: entry.detail,
            outcome: outcome.text, outcomeKind: outcome.kind, address: entry.address, traceID: entry.traceID)
    }

    private static func words(_ way: Act.Way) -> String {
        switch way {
        case .person: "in the portal"
        case .apiKey: "by API key"
        case .commandLine: "by command"
        }
    }
}

/// Operations in words, as the audit log tells of them.
enum ActWords {
    /// `acceptInvitation` as `accept invitation`, `saveWhatsApp` as `save WhatsApp`.
    static func words(_ operationID: String) -> String {
        if let known = known[operationID] { return known }
        var name = operationID
        for ending in ["FromForm", "ByCommand"] where name.hasSuffix(ending) { name.removeLast(ending.count) }
        let words = name.reduce(into: "") { $0 += $1.isUppercase ? " \($1.lowercased())" : String($1) }
        return words.replacingOccurrences(of: "whats app", with: "WhatsApp").replacingOccurrences(
            of: "genesys", with: "Genesys")
    }

    /// Where the id says less than people need.
    private static let known = [
        "changePerson": "change a user", "invitePerson": "invite a user", "inviteByCommand": "invite a user",
        "setPasswordByCommand": "set a user's password", "unlockByCommand": "unlock a user",
        "disableByCommand": "disable a user",
        "enableByCommand": "enable a user",
        "rotateKeys": "rotate the encryption keys", "saveWhatsApp": "store the WhatsApp credential",
        "saveGenesys": "store the Genesys credential", "putCredential": "store a credential",
        "patchCredential": "change a credential", "runChecks": "run the connection checks",
        "subscribeFromForm": "subscribe webhooks", "checkChannelFromForm": "run the checks of a number",
        "createChannel": "add a number", "updateChannel": "change a number", "deleteChannel": "remove a number",
        "addChannelFromForm": "add a number", "changeChannelFromForm": "change a number",
        "removeChannelFromForm": "remove a number", "connectChannelFromForm": "connect a number",
        "subscribeChannelFromForm": "subscribe a number's webhooks",
    ]
}
