import AgentPortalContract
import ContractRuntime
import SharedContract
import StateManagerContract

private struct ConversationsContent {
    struct Item {
        let id: String
        let name: String
        let address: String?
        let tenantName: String
        let conversationID: String?
        let lastActivity: TimeText
    }

    let items: [Item]
    let search: String?
    let tenants: [TenantChoice]
    let isFiltered: Bool
    /// Address of the next page.
    let older: String?
}

extension AgentPortal {
    /// The conversations, the latest activity first, or those that a search finds.
    public func getConversationsPage(
        _ input: GetConversationsPage.Input, _ context: RequestContext
    ) async throws -> GetConversationsPage.Output {
        let search = input.q?.entered
        let tenantID = input.tenantId?.entered
        let channelID = input.channelId?.entered
        let output = try await ask("state-manager") {
            try await services.state.listConversations(
                .init(
                    tenantId: tenantID, channelId: channelID, search: search, cursor: input.cursor, limit: 50),
                traceparent: context.traceparent)
        }
        guard case .ok(let page) = output else { throw PortalRefusal.serviceAway("state-manager") }
        let names = await tenantNames.names(of: Set(page.items.map(\.tenantId)), context).merging(
            await tenantNames.channelNames(of: Set(page.items.compactMap(ChannelReference.init)), context)
        ) { first, _ in first }
        var older = ListQuery()
        older.add("q", search)
        older.add("tenantId", tenantID)
        older.add("channelId", channelID)
        older.add("cursor", page.nextCursor)
        let content = ConversationsContent(
            items: page.items.map { item($0, names) }, search: search,
            tenants: await tenantChoices(chosen: tenantID, context),
            isFiltered: search != nil || tenantID != nil || channelID != nil || input.cursor != nil,
            older: page.nextCursor == nil ? nil : older.address("/conversations"))
        return .ok(try pages.page("conversations", title: "Conversations", section: .conversations, content))
    }

    private func item(_ mapping: ConversationMapping, _ names: [String: String]) -> ConversationsContent.Item {
        .init(
            id: mapping.id, name: mapping.personName, address: mapping.addressForPeople,
            tenantName: mapping.ownerName(names), conversationID: mapping.conversationId,
            lastActivity: TimeText(mapping.lastActivityAt))
    }
}

extension ConversationMapping {
    /// The tenant, and which of its further numbers, by name where it is known.
    func ownerName(_ names: [String: String]) -> String {
        [names[tenantId] ?? tenantId, channelId.map { names[$0] ?? $0 }].compactMap(\.self).joined(separator: " · ")
    }

    /// What to call the customer.
    var personName: String {
        contactName?.entered ?? customer.displayName?.entered ?? addressForPeople ?? "Unknown customer"
    }

    /// The number with plus sign, or the id where there is no number.
    var addressForPeople: String? { customer.waId.map { "+\($0)" } ?? customer.userId }
}
