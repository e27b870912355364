import ContractRuntime
import RelayMessagingContract
import SharedContract
import StateManagerContract
import WhatsAppWebhookContract

extension RoutedElement {
    /// Whether the update is a message with a file.
    var hasFile: Bool { read.flatMap(CustomerFile.init) != nil }

    /// What the message is tracked by while it waits for a file, so that its id finds it: what the transformer claims it by,
    /// as far as that is known without the file. Nil for a file that follows its message, which is tracked already, and for
    /// a change of number or user id, which moves a conversation and has to be claimed whole.
    func claim(traceparent: String) -> ClaimRequest? {
        guard !update.fileOnly, let read, read.type != .system,
            let customer = contacts.sender(of: read)?.identity ?? updates.customer
        else { return nil }
        let file = CustomerFile(read)
        let traceID = TraceContext.traceID(of: traceparent)
        let words = (read.text?.body ?? file?.caption).map { String($0.unicodeScalars.prefix(10_000)) }
        return .inbound(
            InboundClaim(
                tenantId: tenantID, channelId: channelID, platformMessageId: read.id, customer: customer,
                messageType: read.type.rawValue, mediaType: file?.file.mediaType,
                text: words.flatMap { $0.isEmpty ? nil : $0 },
                occurredAt: DateTime(unixSeconds: read.timestamp, notAfter: updates.receivedAt),
                receivedAt: updates.receivedAt, traceId: traceID.isEmpty ? nil : traceID,
                archiveKey: updates.archiveKey))
    }

    private var read: WhatsAppWebhookContract.InboundMessage? {
        guard update.kind == .message else { return nil }
        return try? WhatsAppWebhookContract.InboundMessage(json: .object(update.update))
    }
}
