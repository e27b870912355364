import ContractRuntime
import GenesysWebhookContract
import SimulatorContract

/// Builds the bodies of Genesys Cloud's webhooks in the form recorded in 2025 and 2026.
enum GenesysWebhookBody {
    /// A text of an agent or a bot, files, or both. A message of files alone has no member `text` (recorded 2026).
    static func message(
        _ message: GenesysMessage, _ attachments: [ContentAttachment] = [], in conversation: GenesysConversation,
        by author: SimulatedAuthor
    ) -> [UInt8] {
        var notification = envelope(message, conversation, type: .text, direction: .outbound)
        if let text = message.text { notification.text = .value(text) }
        if !attachments.isEmpty {
            notification.content = .value(
                attachments.map { .valid(OutboundContent(contentType: .attachment, attachment: $0)) })
        }
        notification.originatingEntity = .value(author == .human ? .human : .bot)
        return notification.jsonBytes
    }

    /// Tells that an agent is writing.
    static func typing(_ message: GenesysMessage, in conversation: GenesysConversation) -> [UInt8] {
        var notification = envelope(message, conversation, type: .event, direction: .outbound)
        let typing = TypingIndication(type: .on, duration: 5_000)
        notification.events = .value([OutboundEvent(eventType: .typing, typing: typing)])
        notification.originatingEntity = .value(.human)
        return notification.jsonBytes
    }

    /// What became of a message of the customer: its id is the one that the answer to the call named.
    static func receipt(_ message: GenesysMessage, in conversation: GenesysConversation) -> [UInt8] {
        var notification = envelope(message, conversation, type: .receipt, direction: .inbound)
        notification.status = .value(.published)
        notification.isFinalReceipt = .value(true)
        return notification.jsonBytes
    }

    private static func envelope(
        _ message: GenesysMessage,
        _ conversation: GenesysConversation,
        type: OutboundNotification.Kind,
        direction: OutboundNotification.Direction
    ) -> OutboundNotification {
        let customer = OutboundRecipient(
            id: conversation.key.customer,
            idType: .value(.init(rawValue: conversation.customerKind))
        )
        let integration = OutboundRecipient(
            id: conversation.key.integrationID,
            idType: .value(.opaque),
            nickname: .value("Simulated integration")
        )
        let channel = OutboundChannel(
            id: conversation.key.integrationID,
            platform: .value(.open),
            type: .value(.private),
            messageId: .value(message.id),
            to: customer,
            from: integration,
            time: DateTime(millisecondsSinceEpoch: message.at),
            metadata: OutboundChannelMetadata(subType: .value(.none))
        )
        return OutboundNotification(
            id: message.id,
            channel: channel,
            type: type,
            direction: .value(direction),
            conversationId: .value(conversation.id)
        )
    }
}
