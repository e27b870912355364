import ContractJSON
import ContractRuntime
import SimulatorContract
import WhatsAppWebhookContract

/// Builds the bodies of Meta's webhooks, escaped as Meta does.
enum MetaWebhookBody {
    /// A webhook of field `messages` about one number.
    static func make(_ value: MessagesValue, account: String) -> [UInt8] {
        let change = Change(field: .messages, value: value.jsonValue.object ?? JSONObject())
        let notification = WebhookNotification(entry: [.valid(Entry(id: account, changes: [.valid(change)]))])
        return MetaEscaping.escaped(notification.jsonBytes)
    }

    /// Messages of a customer.
    static func messages(_ messages: [JSONValue], from contact: Contact, number: MetaPlatform.Number) -> [UInt8] {
        var value = MessagesValue(metadata: metadata(number), contacts: [contact])
        value.messages = messages.map { message in
            // Sent as it is: a message object that was asked for may break the contract on purpose.
            .invalid(raw: message, violations: [])
        }
        return make(value, account: number.settings.wabaId)
    }

    /// Statuses of messages that the number sent. Since the release of business-scoped user ids their recipients are named
    /// beside them, but those of failed messages are not (business-scoped user ids, read 2026-09).
    static func statuses(_ statuses: [MessageStatus], number: MetaPlatform.Number) -> [UInt8] {
        var value = MessagesValue(metadata: metadata(number), statuses: statuses.map { .valid($0) })
        var contacts: [Contact] = []
        for status in statuses where status.status != .failed {
            let contact = Contact(waId: status.recipientId, userId: status.recipientUserId)
            if !contacts.contains(contact) { contacts.append(contact) }
        }
        value.contacts = contacts.isEmpty ? nil : contacts
        return make(value, account: number.settings.wabaId)
    }

    /// One status of a message. Price and billing come with sent and the first of delivered and read.
    static func status(
        _ status: SimulatedStatus,
        of message: MetaPlatform.Accepted,
        at milliseconds: Int64,
        isBilled: Bool
    ) -> MessageStatus {
        var result = MessageStatus(
            id: message.wamid,
            status: MessageStatus.Status(rawValue: status.rawValue),
            timestamp: String(milliseconds / 1_000)
        )
        result.recipientId = message.waID
        result.recipientUserId = message.userID
        result.bizOpaqueCallbackData = message.callbackData
        if isBilled {
            result.pricing = Pricing(
                billable: false,
                pricingModel: .pmp,
                type: .freeCustomerService,
                category: .service
            )
        }
        if status == .failed { result.errors = [error(of: message)] }
        return result
    }

    private static func error(of message: MetaPlatform.Accepted) -> WebhookError {
        let (code, title, details) =
            if message.isReengagement {
                (131047, "Re-engagement message", GraphRefusal.closedWindow.details)
            } else if let unfetched = message.unfetched {
                (131053, "Media upload error", unfetched)
            } else {
                (131026, "Message undeliverable", "Message Undeliverable.")
            }
        return WebhookError(
            code: code,
            title: title,
            message: title,
            errorData: WebhookErrorData(details: details),
            href: "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"
        )
    }

    private static func metadata(_ number: MetaPlatform.Number) -> Metadata {
        Metadata(displayPhoneNumber: number.settings.displayPhoneNumber, phoneNumberId: number.id)
    }
}
