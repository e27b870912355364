import ContractJSON
import ContractRuntime
import GenesysWebhookContract
import RelayMessagingContract
import SharedContract

extension WhatsAppMessageDraft {
    /// What people read of it; nil where it says nothing itself.
    var words: String? {
        switch self {
        case .text(let draft): draft.body
        case .media(let draft): draft.caption ?? draft.filename
        default: nil
        }
    }
}

/// What a Genesys webhook becomes: WhatsApp texts in order, none for an event or a receipt.
struct Transformed: Sendable, Hashable {
    /// The messages, each within WhatsApp's limits.
    var drafts: [WhatsAppMessageDraft]
    /// What Genesys' contract refuses in the webhook; it is sent on with what could be read.
    var violations: [ContractRuntime.ContractViolation]

    /// Transforms a message from the queue.
    init(_ message: OutboundMessage) { self.init(update: message.update) }

    /// Transforms the body of a webhook.
    init(update: JSONObject) {
        let text: String?
        do throws(ContractDecodingError) {
            let notification = try OutboundNotification(json: .object(update))
            text = NotificationText.text(of: notification)
            violations = []
        } catch {
            text = NotificationText.text(ofUnreadable: update)
            if case .violations(let found) = error { violations = found } else { violations = [] }
        }
        drafts = TextParts.split(text ?? "").map { part in
            .text(WhatsAppTextDraft(body: part, previewUrl: part.contains("https://")))
        }
    }
}
