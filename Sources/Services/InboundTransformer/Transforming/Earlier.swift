import ContractRuntime
import SharedContract
import StateManagerContract
import WhatsAppWebhookContract

/// What a message names of another one: a reply, a reaction, an edit or the choice of an option.
struct EarlierReference: Sendable, Hashable {
    /// The message that is named.
    var wamid: String?
    /// The id of the button or row that was chosen.
    var optionID: String?

    /// The reference in a message; nil where there is none.
    init?(_ message: WhatsAppWebhookContract.InboundMessage) {
        switch message.type {
        case .reaction: wamid = message.reaction?.messageId
        case .edit: wamid = message.edit?.originalMessageId
        case .revoke: wamid = message.revoke?.originalMessageId
        case .interactive:
            wamid = message.context?.id
            optionID = message.interactive?.buttonReply?.id ?? message.interactive?.listReply?.id
        case .button:
            wamid = message.context?.id
            optionID = message.button?.payload
        default: wamid = message.context?.id
        }
        // What the contracts can't carry names no message of ours.
        if wamid.map({ $0.isEmpty || $0.unicodeScalars.count > 512 }) == true { wamid = nil }
        if optionID.map({ $0.isEmpty || $0.unicodeScalars.count > 200 }) == true { optionID = nil }
        if wamid == nil, optionID == nil { return nil }
    }
}

extension AnsweredMessage {
    /// A message that nothing is known of.
    static let unknown = "an earlier message"

    /// The message in the agent's words.
    var words: String {
        guard let direction else { return Self.unknown }
        let time = sentAt.map { " of \($0.text.prefix(10)) \($0.text.dropFirst(11).prefix(5)) UTC" } ?? ""
        return (direction == .outbound ? "your message" : "the customer's message") + time
    }

    /// The answer to a structured message; nil where the choice is none of ours.
    var structuredAnswer: StructuredAnswer? {
        guard let option, let genesysMessageId else { return nil }
        return StructuredAnswer(
            kind: option.kind,
            text: option.text,
            payload: option.payload,
            originatingMessageId: MessagePart.messageID(of: genesysMessageId)
        )
    }
}

/// What a system message says of a customer.
struct CustomerChange: Sendable, Hashable {
    /// Who the customer is now.
    var customer: CustomerIdentity
    /// Who they were.
    var formerly: CustomerIdentity

    /// The change that a message tells of; nil where it tells of none, or of none that can be carried.
    init?(_ message: WhatsAppWebhookContract.InboundMessage, from formerly: CustomerIdentity) {
        guard message.type == .system, let event = message.system else { return nil }
        var customer = CustomerIdentity(
            waId: formerly.waId,
            userId: event.userId ?? formerly.userId,
            parentUserId: event.parentUserId ?? formerly.parentUserId,
            displayName: formerly.displayName
        )
        switch event.type {
        case .userChangedNumber:
            // `new_wa_id` until 2024, `wa_id` since.
            guard let number = event.waId ?? event.newWaId else { return nil }
            customer.waId = number
            // The old user id went with the old number.
            customer.userId = event.userId
        case .userChangedUserId: guard event.userId != nil else { return nil }
        default: return nil
        }
        guard customer != formerly, (try? customer.validatedJSON()) != nil else { return nil }
        self.customer = customer
        self.formerly = formerly
    }
}

extension WhatsAppWebhookContract.InboundMessage {
    /// Where a customer came from, for participant data; empty for most.
    var customAttributes: [String: String] {
        guard let referral else { return [:] }
        let values = [
            "source_id": referral.sourceId, "source_type": referral.sourceType?.rawValue,
            "source_url": referral.sourceUrl, "headline": referral.headline, "ctwa_clid": referral.ctwaClid,
        ]
        var attributes: [String: String] = [:]
        for (name, value) in values {
            if let value, !value.isEmpty { attributes["whatsapp_referral_\(name)"] = String(value.prefix(1_000)) }
        }
        return attributes
    }
}
