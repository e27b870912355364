import ContractRuntime
import GenesysWebhookContract
import RelayMessagingContract
import SharedContract
import StateManagerContract

extension GenesysMessage {
    /// What the message is tracked by while it waits for its file, so that its ids find it: what the transformer claims its
    /// first part by, as far as that is known without the file.
    func claim(_ notification: OutboundNotification, on route: TenantRoute, _ headers: RelayHeaders) -> OutboundClaim {
        let traceID = TraceContext.traceID(of: headers.traceparent)
        let words = notification.text.value.map { String($0.unicodeScalars.prefix(10_000)) }
        return OutboundClaim(
            tenantId: route.tenantId, channelId: route.channelId, platformMessageId: platformMessageId,
            conversationId: notification.usableConversationID, customerAddress: notification.channel.to.id,
            messageType: messageType.rawValue, text: words.flatMap { $0.isEmpty ? nil : $0 },
            occurredAt: notification.channel.time,
            receivedAt: receivedAt, traceId: traceID.isEmpty ? nil : traceID, archiveKey: archiveKey)
    }
}
