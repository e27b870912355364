import ContractJSON
import ContractRuntime
import RelayMessagingContract
import SharedContract
import StateManagerContract
import WhatsAppWebhookContract

/// What a WhatsApp message becomes: texts for Genesys, never none and never an empty one.
struct Transformed: Sendable, Hashable {
    /// The texts in order; more than one only beyond the limit of a message.
    var texts: [String]
    /// What WhatsApp's contract refuses in the message; it is sent on as a label with what could be read.
    var violations: [ContractViolation]
    /// The choice of an option that the first text stands for.
    var answer: StructuredAnswer?
    /// Participant data that comes with it.
    var customAttributes: [String: String] = [:]

    /// Transforms a message.
    /// - Parameter answered: What is known of the message that it names.
    init(_ message: ReadMessage, answered: AnsweredMessage? = nil) {
        switch message.content {
        case .readable(let readable):
            let text = MessageText.text(of: readable, earlier: answered?.words ?? AnsweredMessage.unknown)
            texts = TextParts.split(text)
            violations = []
            answer = answered?.structuredAnswer
            customAttributes = readable.customAttributes
        case .unreadable(let update, let found):
            texts = TextParts.split(MessageText.text(ofUnreadable: update))
            violations = found
        }
    }

    /// Transforms an element of `messages` of a webhook of which nothing else is known.
    init(update: JSONObject) { self.init(ReadMessage(update)) }
}

/// A WhatsApp message, by contract where it satisfies it.
struct ReadMessage: Sendable, Hashable {
    /// What could be read.
    enum Content: Sendable, Hashable {
        case readable(WhatsAppWebhookContract.InboundMessage)
        case unreadable(JSONObject, [ContractViolation])
    }

    let content: Content

    /// Reads an element of `messages` of a webhook.
    init(_ update: JSONObject) {
        do throws(ContractDecodingError) {
            content = .readable(try WhatsAppWebhookContract.InboundMessage(json: .object(update)))
        } catch {
            if case .violations(let found) = error {
                content = .unreadable(update, found)
            } else {
                content = .unreadable(update, [])
            }
        }
    }

    /// The message that it names, if any.
    var earlier: EarlierReference? {
        guard case .readable(let message) = content else { return nil }
        return EarlierReference(message)
    }

    /// What it says of its customer, if anything.
    func change(from customer: CustomerIdentity) -> CustomerChange? {
        guard case .readable(let message) = content else { return nil }
        return CustomerChange(message, from: customer)
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
