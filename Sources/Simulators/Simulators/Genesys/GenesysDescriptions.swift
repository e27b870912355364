import ContractRuntime
import GenesysPlatformContract

/// How conversations and messages look to whoever reads them through the platform API.
enum GenesysDescriptions {
    /// The details of a message; `channel.messageId` is the sender's id, by which an unknown outcome can be settled.
    static func details(of message: GenesysMessage, in conversation: GenesysConversation) -> MessageData {
        let at = DateTime(millisecondsSinceEpoch: message.at)
        let customer = NormalizedRecipient(
            id: .value(conversation.key.customer),
            idType: .value(.init(rawValue: conversation.customerKind))
        )
        let integration = NormalizedRecipient(id: .value(conversation.key.integrationID), idType: .value(.opaque))
        let providerID = message.isInbound ? message.providerID : message.id
        let channel = NormalizedChannel(
            id: .value(conversation.key.integrationID),
            platform: .value(.open),
            type: .value(.private),
            messageId: providerID.map { .value($0) } ?? .absent,
            to: message.isInbound ? integration : customer,
            from: message.isInbound ? customer : integration,
            time: .value(at)
        )
        let normalized = NormalizedMessage(
            id: .value(message.id),
            channel: channel,
            type: .text,
            text: message.text.map { .value($0) } ?? .absent,
            direction: .value(message.isInbound ? .inbound : .outbound)
        )
        var data = MessageData(timestamp: at, textBody: message.text, status: .init(rawValue: message.status))
        data.id = .value(message.id)
        data.providerMessageId = providerID.map { .value($0) } ?? .absent
        data.fromAddress = .value(message.isInbound ? conversation.key.customer : conversation.key.integrationID)
        data.toAddress = .value(message.isInbound ? conversation.key.integrationID : conversation.key.customer)
        data.direction = .value(message.isInbound ? .inbound : .outbound)
        data.messengerType = .value(.open)
        data.normalizedMessage = normalized
        data.conversationId = .value(conversation.id)
        return data
    }

    /// A conversation with its customer, its agent and the references of their messages.
    static func conversation(_ conversation: GenesysConversation, _ messages: [GenesysMessage]) -> MessageConversation {
        var customer = MessageMediaParticipant(
            id: .value(conversation.customerParticipantID),
            name: conversation.customerName.map { .value($0) } ?? .absent,
            address: .value(conversation.key.customer),
            purpose: .value(.customer),
            state: state(conversation),
            direction: .value(.inbound),
            type: .value(.open)
        )
        customer.attributes = .value(conversation.attributes)
        customer.messages = .value(messages.filter(\.isInbound).map(reference))
        var agent = MessageMediaParticipant(
            id: .value(conversation.agentParticipantID),
            purpose: .value(.agent),
            state: state(conversation),
            direction: .value(.inbound),
            type: .value(.open)
        )
        agent.messages = .value(messages.filter { !$0.isInbound }.map(reference))
        return MessageConversation(
            id: .value(conversation.id),
            participants: .value([customer, agent]),
            selfUri: .value("/api/v2/conversations/messages/\(conversation.id)")
        )
    }

    private static func state(_ conversation: GenesysConversation) -> Presence<MessageMediaParticipant.State> {
        .value(conversation.endedAt == nil ? .connected : .disconnected)
    }

    private static func reference(_ message: GenesysMessage) -> MessageReference {
        MessageReference(
            messageId: .value(message.id),
            messageUri: .value("/api/v2/conversations/messages/\(message.conversationID)/messages/\(message.id)"),
            messageStatus: .value(.init(rawValue: message.status)),
            messageTime: .value(DateTime(millisecondsSinceEpoch: message.at))
        )
    }
}
