import AgentPortalContract
import ContractJSON
import ContractRuntime
import SharedContract
import StateManagerContract

private struct DeadLettersContent {
    struct Cause {
        let count: Int
        let service: String
        let disposition: String
        let code: String?
        let latest: TimeText
        let address: String
    }

    let items: [DeadLetterRow]
    let causes: [Cause]
    let tenants: [TenantChoice]
    let states: [FilterChoice]
    let services: [FilterChoice]
    let directions: [FilterChoice]
    let dispositions: [FilterChoice]
    let code: String?
    // What the forms carry on.
    let tenantID: String?
    let service: String?
    let direction: String?
    let disposition: String?
    let isFiltered: Bool
    let showsOpen: Bool
    /// Address of the next page.
    let older: String?
}

/// What dead letters are filtered by.
struct DeadLetterSearch: Sendable {
    var tenantID: String?
    var service: SharedContract.ServiceName?
    var direction: Direction?
    var disposition: FailureDisposition?
    var code: String?

    init(tenantID: String?, service: String?, direction: String?, disposition: String?, code: String?) {
        self.tenantID = tenantID?.entered
        self.service = service.flatMap(SharedContract.ServiceName.init(rawValue:))
        self.direction = direction.flatMap(Direction.init(rawValue:))
        self.disposition = disposition.flatMap(FailureDisposition.init(rawValue:))
        self.code = code?.entered
    }

    var filter: DeadLetterFilter {
        DeadLetterFilter(
            tenantId: tenantID, service: service, direction: direction, disposition: disposition, code: code)
    }

    var query: ListQuery {
        var query = ListQuery()
        query.add("tenantId", tenantID)
        query.add("service", service?.rawValue)
        query.add("direction", direction?.rawValue)
        query.add("disposition", disposition?.rawValue)
        query.add("code", code)
        return query
    }
}

extension AgentPortal {
    /// The dead letters, open ones unless asked for others, the latest first.
    public func getDeadLettersPage(
        _ input: GetDeadLettersPage.Input, _ context: RequestContext
    ) async throws -> GetDeadLettersPage.Output {
        let search = DeadLetterSearch(
            tenantID: input.tenantId, service: input.service, direction: input.direction,
            disposition: input.disposition, code: input.code)
        let state = input.state?.entered ?? DeadLetterState.open.rawValue
        let output = try await ask("state-manager") {
            try await services.state.listDeadLetters(
                .init(
                    tenantId: search.tenantID, state: DeadLetterState(rawValue: state), service: search.service,
                    direction: search.direction, disposition: search.disposition, code: search.code,
                    cursor: input.cursor, limit: 50), traceparent: context.traceparent)
        }
        guard case .ok(let page) = output else { throw PortalRefusal.serviceAway("state-manager") }
        let names = await tenantNames.names(of: Set(page.items.compactMap(\.tenantId)), context)
        var older = search.query
        older.add("state", input.state?.entered)
        older.add("cursor", page.nextCursor)
        let content = DeadLettersContent(
            items: page.items.map { DeadLetterRow($0, names) }, causes: try await causes(search.tenantID, context),
            tenants: await tenantChoices(chosen: search.tenantID, context),
            states: FilterChoice.all(DeadLetterState.self, chosen: state)
                + [FilterChoice(value: "all", label: "all", isChosen: state == "all")],
            services: FilterChoice.all(SharedContract.ServiceName.self, chosen: search.service?.rawValue),
            directions: FilterChoice.all(Direction.self, chosen: search.direction?.rawValue) {
                $0 == .inbound ? "WhatsApp → Genesys" : "Genesys → WhatsApp"
            },
            dispositions: FilterChoice.all(
                FailureDisposition.self, chosen: search.disposition?.rawValue, label: DeadLetterRow.words),
            code: search.code, tenantID: search.tenantID, service: search.service?.rawValue,
            direction: search.direction?.rawValue, disposition: search.disposition?.rawValue,
            isFiltered: !search.query.text.isEmpty || input.state?.entered != nil || input.cursor != nil,
            showsOpen: state == DeadLetterState.open.rawValue,
            older: page.nextCursor == nil ? nil : older.address("/dead-letters"))
        return .ok(
            try pages.page(
                "dead-letters", title: "Dead letters", section: .deadLetters, content,
                notice: ChangeNotice.text(
                    replayed: input.replayed, discarded: input.discarded, unchanged: input.unchanged,
                    remaining: input.remaining)))
    }

    private func causes(_ tenantID: String?, _ context: RequestContext) async throws -> [DeadLettersContent.Cause] {
        let output = try await ask("state-manager") {
            try await services.state.listDeadLetterCauses(
                .init(tenantId: tenantID), traceparent: context.traceparent)
        }
        guard case .ok(let list) = output else { throw PortalRefusal.serviceAway("state-manager") }
        return list.items.prefix(8).map { cause in
            let search = DeadLetterSearch(
                tenantID: tenantID, service: cause.service.rawValue, direction: nil,
                disposition: cause.disposition.rawValue, code: cause.code)
            return .init(
                count: cause.count, service: cause.service.rawValue,
                disposition: DeadLetterRow.words(cause.disposition), code: cause.code,
                latest: TimeText(cause.latestFailedAt), address: search.query.address("/dead-letters"))
        }
    }
}
