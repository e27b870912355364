import ContractJSON
import ContractRuntime
import RelayMessagingContract
import SharedContract
import WhatsAppWebhookContract

/// One update and the tenant it belongs to.
struct RoutedElement {
    let updates: WhatsAppUpdates
    let update: WhatsAppUpdate
    let tenantID: String
    let phoneNumberID: String
    let integrationID: String
    /// The channel of the number; nil for the tenant's first one.
    var channelID: String?
    /// What became of its file, where it has one.
    var file: FetchedFile?

    /// The message for the transformer; nil if nothing handles this kind of update.
    /// - Throws: What a contract refuses in it.
    func message(headers: RelayHeaders, id: String) throws(ContractDecodingError) -> OutgoingMessage? {
        switch update.kind {
        case .message:
            try InboundMessagesPublisher.message(inboundMessage(), headers: headers, messageID: id)
        case .status:
            try InboundMessagesPublisher.message(messageStatus(), headers: headers, messageID: id)
        case .error, .change: nil
        }
    }

    private func inboundMessage() throws(ContractDecodingError) -> RelayMessagingContract.InboundMessage {
        let message = try WhatsAppWebhookContract.InboundMessage(json: .object(update.update))
        let named = update.isEcho ? contacts.recipient(of: message) : contacts.sender(of: message)
        guard let customer = named?.identity ?? updates.customer else { throw .violations([Self.nobody]) }
        return RelayMessagingContract.InboundMessage(
            tenantId: tenantID, phoneNumberId: phoneNumberID, integrationId: integrationID, channelId: channelID,
            customer: customer, platformMessageId: message.id, messageType: message.type.rawValue,
            occurredAt: DateTime(unixSeconds: message.timestamp, notAfter: updates.receivedAt),
            receivedAt: updates.receivedAt,
            archiveKey: updates.archiveKey, update: update.update, contact: update.contact, media: file?.stored,
            mediaFailure: file?.failure, fileOnly: update.fileOnly, writtenInApp: update.isEcho)
    }

    private func messageStatus() throws(ContractDecodingError) -> RelayMessagingContract.MessageStatus {
        let status = try WhatsAppWebhookContract.MessageStatus(json: .object(update.update))
        return RelayMessagingContract.MessageStatus(
            tenantId: tenantID, phoneNumberId: phoneNumberID, integrationId: integrationID,
            customer: contacts.recipient(of: status)?.identity ?? updates.customer, platformMessageId: status.id,
            trackingId: status.bizOpaqueCallbackData.flatMap(Self.trackingID),
            status: RelayMessagingContract.MessageStatus.Status(rawValue: status.status.rawValue),
            occurredAt: DateTime(unixSeconds: status.timestamp, notAfter: updates.receivedAt),
            receivedAt: updates.receivedAt,
            archiveKey: updates.archiveKey, update: update.update)
    }

    var contacts: ContactBook {
        var book = ContactBook()
        // The element goes with the message because it is its sender's.
        book.isOfOneSender = update.kind == .message
        if let raw = update.contact, let contact = try? Contact(json: .object(raw)) { book.add(contact, raw: raw) }
        return book
    }

    /// Ours are UUIDs; what others put there is theirs.
    private static func trackingID(_ text: String) -> String? {
        let groups = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard groups.map(\.count) == [8, 4, 4, 4, 12] else { return nil }
        let isHexadecimal = groups.joined().allSatisfy { byte in
            switch byte {
            case 48...57, 65...70, 97...102: true
            default: false
            }
        }
        return isHexadecimal ? text.lowercased() : nil
    }

    private static let nobody = ContractViolation(
        instancePointer: "", keyword: "required",
        schemaPointer: "Specs/whatsapp/webhook.yaml#/components/schemas/MessagesValue/then",
        message: "nothing names the sender")
}

extension WhatsAppUpdate {
    /// Whether the business wrote it in WhatsApp's own app.
    var isEcho: Bool { kind == .message && field == Change.Field.smbMessageEchoes.rawValue }
}

extension DateTime {
    /// Unix seconds in digits; nil beyond the year 9999. Not later than what holds them was received: who is believed to have
    /// written in the future could be written to freely until then.
    init?(unixSeconds text: String, notAfter receivedAt: DateTime) {
        guard let seconds = Int64(text), (0...253_402_300_799).contains(seconds) else { return nil }
        self.init(millisecondsSinceEpoch: min(seconds * 1_000, receivedAt.millisecondsSinceEpoch))
    }
}
