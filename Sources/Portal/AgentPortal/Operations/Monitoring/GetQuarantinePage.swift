import AgentPortalContract
import ContractRuntime
import SharedContract
import StateManagerContract

private struct QuarantineContent {
    let items: [QuarantineRow]
    let tenants: [TenantChoice]
    let states: [FilterChoice]
    let reasons: [FilterChoice]
    let addressee: String?
    let tenantID: String?
    let reason: String?
    let isFiltered: Bool
    let showsOpen: Bool
    /// Address of the next page.
    let older: String?
}

/// A quarantined update in a list.
struct QuarantineRow {
    let id: String
    let platform: String
    let reason: String
    let remedy: String
    let addressee: String?
    let field: String?
    let tenantName: String?
    let tenantID: String?
    let at: TimeText
    let state: String
    let stateKind: String
    let isOpen: Bool
    let isReplayable: Bool
    let note: String?

    init(_ record: QuarantineRecord, _ names: [String: String]) {
        id = record.id
        platform = record.platform == .whatsapp ? "WhatsApp" : "Genesys"
        (reason, remedy) = Self.words(record.reason)
        addressee = record.addressee
        field = record.field
        tenantID = record.tenantId
        tenantName = record.tenantId.map { names[$0] ?? $0 }
        at = TimeText(record.receivedAt)
        state = record.state.rawValue
        stateKind =
            switch record.state {
            case .open: "wait"
            case .replayed: "good"
            case .discarded: "off"
            }
        isOpen = record.state == .open
        isReplayable = record.isReplayable
        note = record.note
    }

    /// A reason, and what helps.
    static func words(_ reason: QuarantineReason) -> (reason: String, remedy: String) {
        switch reason {
        case .unknownPhoneNumber:
            (
                "no tenant has this number, or another one than the app's",
                "Connect the number to the tenant whose app it is subscribed by, then route it again."
            )
        case .unknownIntegration: ("no tenant has this integration", "Connect the integration, then route it again.")
        case .tenantSuspended: ("tenant or number is suspended", "Resume it, then route it again.")
        case .tenantIncomplete: ("the tenant has no integration yet", "Finish its onboarding, then route it again.")
        case .contractViolation:
            ("breaks the platform's contract", "Look at the violations; there is nothing to route.")
        case .reportedByPlatform:
            ("the platform reports it", "Read it, do what it asks for, and discard it.")
        case .unhandledField: ("nothing handles its field yet", "A later version may; keep or discard it.")
        }
    }
}

/// What quarantined updates are filtered by.
struct QuarantineSearch: Sendable {
    var tenantID: String?
    var reason: QuarantineReason?
    var addressee: String?

    init(tenantID: String?, reason: String?, addressee: String?) {
        self.tenantID = tenantID?.entered
        self.reason = reason.flatMap(QuarantineReason.init(rawValue:))
        self.addressee = addressee?.entered
    }

    var filter: QuarantineFilter { QuarantineFilter(tenantId: tenantID, reason: reason, addressee: addressee) }

    var query: ListQuery {
        var query = ListQuery()
        query.add("tenantId", tenantID)
        query.add("reason", reason?.rawValue)
        query.add("addressee", addressee)
        return query
    }
}

extension AgentPortal {
    /// The quarantined updates, open ones unless asked for others, the latest first.
    public func getQuarantinePage(
        _ input: GetQuarantinePage.Input, _ context: RequestContext
    ) async throws -> GetQuarantinePage.Output {
        let search = QuarantineSearch(tenantID: input.tenantId, reason: input.reason, addressee: input.addressee)
        let state = input.state?.entered ?? QuarantineState.open.rawValue
        let output = try await ask("state-manager") {
            try await services.state.listQuarantinedUpdates(
                .init(
                    tenantId: search.tenantID, reason: search.reason, addressee: search.addressee,
                    state: QuarantineState(rawValue: state), cursor: input.cursor, limit: 50),
                traceparent: context.traceparent)
        }
        guard case .ok(let page) = output else { throw PortalRefusal.serviceAway("state-manager") }
        let names = await tenantNames.names(of: Set(page.items.compactMap(\.tenantId)), context)
        var older = search.query
        older.add("state", input.state?.entered)
        older.add("cursor", page.nextCursor)
        let content = QuarantineContent(
            items: page.items.map { QuarantineRow($0, names) },
            tenants: await tenantChoices(chosen: search.tenantID, context),
            states: FilterChoice.all(QuarantineState.self, chosen: state)
                + [FilterChoice(value: "all", label: "all", isChosen: state == "all")],
            reasons: FilterChoice.all(QuarantineReason.self, chosen: search.reason?.rawValue) {
                QuarantineRow.words($0).reason
            },
            addressee: search.addressee, tenantID: search.tenantID, reason: search.reason?.rawValue,
            isFiltered: !search.query.text.isEmpty || input.state?.entered != nil || input.cursor != nil,
            showsOpen: state == QuarantineState.open.rawValue,
            older: page.nextCursor == nil ? nil : older.address("/quarantine"))
        return .ok(
            try pages.page(
                "quarantine", title: "Quarantine", section: .quarantine, content,
                notice: ChangeNotice.text(
                    replayed: input.replayed, discarded: input.discarded, unchanged: input.unchanged,
                    remaining: input.remaining)))
    }
}
