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
        case .buttons(let draft): draft.body
        case .list(let draft): draft.body
        case .link(let draft): "\(draft.body) \(draft.url)"
        case .location(let draft): [draft.name, draft.address].spoken(", ")
        case .template: nil
        }
    }
}

/// What a Genesys webhook becomes: WhatsApp messages in order, none for an event or a receipt. Total: every kind of
/// content, known or not, gives a message.
struct Transformed: Sendable, Hashable {
    /// The messages, each within WhatsApp's limits.
    var drafts: [WhatsAppMessageDraft]
    /// Where each of them comes from.
    var places: [PartPlace]
    /// The options among them; state-manager is told before they go out.
    var options: [StructuredOption] = []
    /// The files that can't go; the agent is told of the first.
    var refused: [RefusedFile] = []
    /// What Genesys' contract refuses in the webhook; it is sent on with what could be read.
    var violations: [ContractRuntime.ContractViolation]

    /// Transforms a message from the queue.
    init(_ message: OutboundMessage) {
        self.init(update: message.update, messageID: message.platformMessageId, media: message.media ?? [])
    }

    /// Transforms the body of a webhook.
    /// - Parameters:
    ///   - messageID: The Genesys message id, by which options are known; the webhook's own if nil.
    ///   - media: What became of its files.
    init(update: JSONObject, messageID: String? = nil, media: [OutboundMedia] = []) {
        var composer = MessageComposer(messageID: messageID ?? update["id"]?.string ?? "")
        do throws(ContractDecodingError) {
            composer.add(try OutboundNotification(json: .object(update)), media)
            violations = []
        } catch {
            composer.add(text: [NotificationText.text(ofUnreadable: update)].compactMap(\.self))
            if case .violations(let found) = error { violations = found } else { violations = [] }
        }
        composer.finish()
        drafts = composer.drafts
        places = composer.places
        options = composer.options
        refused = composer.refused
        // The first part has the message's own id, also where an empty text stands before it.
        let first = (places + refused.map(\.place)).map(\.element).min() ?? 0
        for index in places.indices { places[index].element -= first }
        for index in refused.indices { refused[index].place.element -= first }
    }
}

extension MessageComposer {
    /// Adds a whole message; nothing for events and receipts, which make no message.
    fileprivate mutating func add(_ notification: OutboundNotification, _ media: [OutboundMedia]) {
        switch notification.type {
        case .event, .receipt: return
        default: break
        }
        if let text = notification.text.value { add(text: [text]) }
        let first = notification.text.value == nil ? 0 : 1
        var replies: [QuickReply] = []
        for (index, content) in (notification.content.value ?? []).enumerated() {
            // Quick replies that stand beside each other are the answers to one question.
            if case .valid(let content) = content, content.contentType == .quickReply, let reply = content.quickReply {
                if replies.isEmpty { element = first + index }
                replies.append(reply)
                continue
            }
            if !replies.isEmpty { add(replies, below: []) }
            replies = []
            element = first + index
            add(content, at: "/content/\(index)", media)
        }
        if !replies.isEmpty { add(replies, below: []) }
        finish()
        if drafts.isEmpty, refused.isEmpty {
            add(text: ["[\(NotificationText.label(notification.type.rawValue)) message]"])
        }
    }

    private mutating func add(
        _ element: Isolated<OutboundContent>, at pointer: String, _ media: [OutboundMedia]
    ) {
        guard case .valid(let content) = element else {
            if case .invalid(let raw, _) = element { add(text: [NotificationText.broken(raw)]) }
            return
        }
        if content.contentType == .attachment, let attachment = content.attachment {
            add(attachment, found: media.first { $0.pointer == "\(pointer)/attachment" }, written: content)
        } else if content.contentType == .notification, let template = content.template {
            add(template, found: media.first { $0.pointer == "\(pointer)/template/header/media" })
        } else {
            add(content)
        }
    }
}
