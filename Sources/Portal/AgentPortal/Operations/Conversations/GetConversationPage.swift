import AgentPortalContract
import ContractRuntime
import ServiceKit
import SharedContract
import StateManagerContract

private struct ConversationContent {
    let id: String
    let name: String
    let address: String?
    let tenantID: String
    let tenantName: String
    let conversationID: String?
    let genesysAddress: String?
    let userID: String?
    let started: TimeText
    /// End of the time in which free messages may be sent.
    let windowEnd: TimeText?
    let isWindowOpen: Bool
    let messages: [MessageView]
    /// Address of the messages before these.
    let older: String?
    /// Whether these are the latest ones, which are kept current.
    let isLatest: Bool
}

extension AgentPortal {
    /// Free messages may be sent for 24 hours from a customer's last one (Meta, customer service window, 2026).
    private static let windowMilliseconds: Int64 = 24 * 60 * 60 * 1_000

    /// A conversation as a chat.
    public func getConversationPage(
        _ input: GetConversationPage.Input, _ context: RequestContext
    ) async throws -> GetConversationPage.Output {
        async let found = conversation(input.mappingId, context)
        async let listed = messages(of: input.mappingId, after: input.cursor, context)
        let mapping = try await found
        let page = try await listed
        let names = await tenantNames.names(of: [mapping.tenantId], context).merging(
            await tenantNames.channelNames(of: Set([ChannelReference(mapping)].compactMap(\.self)), context)
        ) { first, _ in first }
        let end = mapping.lastInboundAt.map { $0.millisecondsSinceEpoch + Self.windowMilliseconds }
        let content = ConversationContent(
            id: mapping.id, name: mapping.personName, address: mapping.addressForPeople, tenantID: mapping.tenantId,
            tenantName: mapping.ownerName(names), conversationID: mapping.conversationId,
            genesysAddress: mapping.genesysAddress?.id, userID: mapping.customer.userId,
            started: TimeText(mapping.createdAt),
            windowEnd: end.map { TimeText(DateTime(millisecondsSinceEpoch: $0)) },
            isWindowOpen: end.map { $0 > WallClock.millisecondsSinceEpoch } ?? false,
            messages: MessageView.thread(page.items),
            older: page.nextCursor.map { "/conversations/\(mapping.id)?cursor=\(PercentCoding.encode($0))" },
            isLatest: input.cursor == nil)
        return .ok(try pages.page("conversation", title: mapping.personName, section: .conversations, content))
    }

    private func conversation(_ id: String, _ context: RequestContext) async throws -> ConversationMapping {
        let output = try await ask("state-manager") {
            try await services.state.getConversation(.init(mappingId: id), traceparent: context.traceparent)
        }
        switch output {
        case .ok(let mapping): return mapping
        case .notFound, .badRequest: throw PortalRefusal.notFound("conversation")
        default: throw PortalRefusal.serviceAway("state-manager")
        }
    }

    private func messages(
        of id: String, after cursor: String?, _ context: RequestContext
    ) async throws -> TrackingPage {
        let output = try await ask("state-manager") {
            try await services.state.listConversationMessages(
                .init(mappingId: id, cursor: cursor, limit: 50), traceparent: context.traceparent)
        }
        switch output {
        case .ok(let page): return page
        case .notFound, .badRequest: throw PortalRefusal.notFound("conversation")
        default: throw PortalRefusal.serviceAway("state-manager")
        }
    }
}
