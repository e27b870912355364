import ContractJSON
import ContractRuntime
import RelayMessagingContract
import SharedContract
import WhatsAppWebhookContract

/// What a WhatsApp message becomes: texts for Genesys, never none and never an empty one.
struct Transformed: Sendable, Hashable {
    /// The texts in order; more than one only beyond the limit of a message.
    var texts: [String]
    /// What WhatsApp's contract refuses in the message; it is sent on as a label with what could be read.
    var violations: [ContractViolation]

    /// Transforms a message from the queue.
    init(_ message: RelayMessagingContract.InboundMessage) { self.init(update: message.update) }

    /// Transforms an element of `messages` of a webhook.
    init(update: JSONObject) {
        let text: String
        do throws(ContractDecodingError) {
            text = MessageText.text(of: try WhatsAppWebhookContract.InboundMessage(json: .object(update)))
            violations = []
        } catch {
            text = MessageText.text(ofUnreadable: update)
            if case .violations(let found) = error { violations = found } else { violations = [] }
        }
        texts = TextParts.split(text)
    }
}

extension GenesysAddress {
    /// A customer as Genesys knows them: by wa_id, or by user id where there is none.
    init(_ customer: CustomerIdentity, nickname: String?) {
        if let waID = customer.waId {
            self.init(id: waID, idType: .phone, nickname: nickname)
        } else {
            self.init(id: customer.userId ?? customer.parentUserId ?? "unknown", idType: .opaque, nickname: nickname)
        }
    }
}
