import AgentPortalContract
import ContractRuntime
import SharedContract
import StateManagerContract

private struct HeldMessagesContent {
    let items: [HeldMessageRow]
    let tenants: [TenantChoice]
    let platforms: [FilterChoice]
    let isFiltered: Bool
    /// Address of the next page.
    let newer: String?
}

private struct HeldMessageContent {
    let row: HeldMessageRow
    let headers: String
    let payload: String
}

/// A held message in a list.
struct HeldMessageRow {
    let id: Int
    let tenantID: String
    let tenantName: String
    let platform: String
    /// What it is, in words, and its number.
    let title: String
    let exchange: String
    let trackingID: String?
    let state: String
    let stateKind: String
    let cause: String?
    let behind: Int?
    let since: TimeText
    let isOnItsWay: Bool
    let mayRelease: Bool

    init(_ message: HeldMessage, _ names: [String: String]) {
        id = message.heldId
        tenantID = message.tenantId
        tenantName = names[message.tenantId] ?? message.tenantId
        platform = message.platform == .whatsapp ? "WhatsApp" : "Genesys"
        title = "\(Self.words(message.messageName)) \(message.heldId)"
        exchange = message.exchange
        trackingID = message.trackingId
        cause = message.cause.map(MessageView.words)
        behind = message.behind
        since = TimeText(message.heldAt)
        isOnItsWay = message.state == .onItsWay
        mayRelease = message.state != .onItsWay && message.behind == nil
        switch message.state {
        case .waiting: (state, stateKind) = ("waiting", "wait")
        case .following: (state, stateKind) = ("next in turn", "good")
        case .onItsWay: (state, stateKind) = ("on its way", "good")
        }
    }

    /// What a message of a queue is, for people; its name, if it is none of those that wait for a platform.
    private static func words(_ messageName: String) -> String {
        switch messageName {
        case "OutboundMessage": "Message to a customer"
        case "InboundMessage": "Message to an agent"
        case "WhatsAppUpdates": "Customer's message with a file"
        case "GenesysMessage": "Agent's message with a file"
        case "MessageStatus", "SendFailure": "Receipt for an agent"
        default: messageName
        }
    }
}

extension AgentPortal {
    /// The held messages, the oldest first.
    public func getHeldMessagesPage(
        _ input: GetHeldMessagesPage.Input, _ context: RequestContext
    ) async throws -> GetHeldMessagesPage.Output {
        let tenantID = input.tenantId?.entered
        let platform = input.platform?.entered.flatMap(Platform.init(rawValue:))
        let output = try await ask("state-manager") {
            try await services.state.listHeldMessages(
                .init(tenantId: tenantID, platform: platform, cursor: input.cursor?.entered, limit: 50),
                traceparent: context.traceparent)
        }
        guard case .ok(let page) = output else { throw PortalRefusal.serviceAway("state-manager") }
        let names = await tenantNames.names(of: Set(page.items.map(\.tenantId)), context)
        var newer = ListQuery()
        newer.add("tenantId", tenantID)
        newer.add("platform", platform?.rawValue)
        let isFiltered = !newer.text.isEmpty || input.cursor?.entered != nil
        newer.add("cursor", page.nextCursor)
        let content = HeldMessagesContent(
            items: page.items.map { HeldMessageRow($0, names) },
            tenants: await tenantChoices(chosen: tenantID, context),
            platforms: FilterChoice.all(Platform.self, chosen: platform?.rawValue) {
                $0 == .whatsapp ? "WhatsApp" : "Genesys"
            },
            isFiltered: isFiltered, newer: page.nextCursor == nil ? nil : newer.address("/held-messages"))
        let notice: PageNotice? =
            switch input.done {
            case "released": .success("The message is on its way; if the platform refuses it, it waits here again.")
            case "discarded": .success("The message was discarded. It is among the discarded dead letters.")
            default: nil
            }
        return .ok(
            try pages.page("held-messages", title: "Held messages", section: .operations, content, notice: notice))
    }

    /// A held message with what is published when it goes on.
    public func getHeldMessagePage(
        _ input: GetHeldMessagePage.Input, _ context: RequestContext
    ) async throws -> GetHeldMessagePage.Output {
        let output = try await ask("state-manager") {
            try await services.state.getHeldMessage(.init(heldId: input.heldId), traceparent: context.traceparent)
        }
        switch output {
        case .ok(let details):
            let names = await tenantNames.names(of: [details.message.tenantId], context)
            let content = HeldMessageContent(
                row: HeldMessageRow(details.message, names), headers: IndentedJSON.text(.object(details.headers)),
                payload: IndentedJSON.text(details.payload))
            return .ok(try pages.page("held-message", title: "Held message", section: .operations, content))
        case .notFound, .badRequest: throw PortalRefusal.notFound("held message")
        default: throw PortalRefusal.serviceAway("state-manager")
        }
    }

    /// Sends one held message now.
    public func releaseHeldMessageFromForm(
        _ input: ReleaseHeldMessageFromForm.Input, _ context: RequestContext
    ) async throws -> ReleaseHeldMessageFromForm.Output {
        let output = try await ask("state-manager") {
            try await services.state.releaseHeldMessage(
                .init(heldId: input.heldId), traceparent: context.traceparent)
        }
        switch output {
        case .accepted(let message):
            AuditNote.add(subject: message.trackingId ?? String(input.heldId), detail: "released a held message")
            return .seeOther(location: "/held-messages?done=released")
        case .conflict(let problem): throw PortalRefusal.heldMessage(problem)
        case .notFound, .badRequest: throw PortalRefusal.notFound("held message")
        default: throw PortalRefusal.serviceAway("state-manager")
        }
    }

    /// Discards one held message.
    public func discardHeldMessageFromForm(
        _ input: DiscardHeldMessageFromForm.Input, _ context: RequestContext
    ) async throws -> DiscardHeldMessageFromForm.Output {
        guard let note = input.body.note?.entered else { throw PortalRefusal.noteNeeded }
        let output = try await ask("state-manager") {
            try await services.state.discardHeldMessage(
                .init(heldId: input.heldId, body: .init(note: note)), traceparent: context.traceparent)
        }
        switch output {
        case .ok(let letter):
            AuditNote.add(subject: letter.trackingId ?? letter.id, detail: "discarded a held message: \(note)")
            return .seeOther(location: "/held-messages?done=discarded")
        case .conflict(let problem): throw PortalRefusal.heldMessage(problem)
        case .notFound, .badRequest: throw PortalRefusal.notFound("held message")
        default: throw PortalRefusal.serviceAway("state-manager")
        }
    }
}

extension PortalRefusal {
    /// It is not the time for what was asked.
    fileprivate static func heldMessage(_ problem: Problem) -> PortalRefusal {
        PortalRefusal(
            status: 409, title: "Not now", cause: "It can't be done: \(problem.detail ?? problem.title).",
            remedy: "Go back, reload the page and look how the message stands.")
    }
}
