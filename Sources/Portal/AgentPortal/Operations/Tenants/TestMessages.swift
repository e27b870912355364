import ContractRuntime
import SharedContract
import StateManagerContract

/// The last messages of a tenant, and whether one has gone each way.
struct TestMessages {
    struct Item {
        let id: String
        let text: String?
        let isInbound: Bool
        let kind: String
        let status: String
        let statusKind: String
        let at: TimeText
        let failure: String?
    }

    var items: [Item] = []
    var hasInbound = false
    var hasOutbound = false
    /// Whether both have. Stored, since templates see stored members only.
    var isDone = false
}

extension AgentPortal {
    /// The messages of the latest conversations of a tenant, newest first.
    func testMessages(of tenantID: String, _ context: RequestContext) async throws -> TestMessages {
        let conversations = try await ask("state-manager") {
            try await services.state.listConversations(
                .init(tenantId: tenantID, limit: 3), traceparent: context.traceparent)
        }
        guard case .ok(let page) = conversations else { throw PortalRefusal.serviceAway("state-manager") }
        var messages: [MessageTracking] = []
        for conversation in page.items {
            let output = try await ask("state-manager") {
                try await services.state.listConversationMessages(
                    .init(mappingId: conversation.id, limit: 10), traceparent: context.traceparent)
            }
            guard case .ok(let page) = output else { throw PortalRefusal.serviceAway("state-manager") }
            messages += page.items
        }
        var test = TestMessages()
        for message in messages {
            switch message.direction {
            case .inbound: test.hasInbound = test.hasInbound || message.acceptedAt != nil
            case .outbound:
                test.hasOutbound =
                    test.hasOutbound || [.sent, .delivered, .read].contains(message.status)
            }
        }
        test.isDone = test.hasInbound && test.hasOutbound
        test.items = messages.sorted { $0.receivedAt.nanosecondsSinceEpoch > $1.receivedAt.nanosecondsSinceEpoch }
            .prefix(10).map(TestMessages.Item.init)
        return test
    }
}

extension TestMessages.Item {
    init(_ message: MessageTracking) {
        id = message.id
        text = message.text?.entered
        isInbound = message.direction == .inbound
        kind = MessageKind.words(message.messageType)
        at = TimeText(message.receivedAt)
        failure = message.lastFailure?.reason
        (status, statusKind) = MessageView.status(message)
    }
}
