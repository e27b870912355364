import ContractJSON
import ContractRuntime
import RelayMessagingContract
import SharedContract
import StateManagerContract
import WhatsAppWebhookContract

/// What a WhatsApp message becomes: texts for Genesys, never none and never an empty one, and its file beside the first.
struct Transformed: Sendable, Hashable {
    /// The texts in order; more than one only beyond the limit of a message. What people read of the message, also where
    /// its file says it all.
    var texts: [String]
    /// The file that goes with the first text.
    var file: StoredMedia?
    /// What stands beside the file; nil: nothing but the file.
    var textBesideFile: String?
    /// What WhatsApp's contract refuses in the message; it is sent on as a label with what could be read.
    var violations: [ContractViolation]
    /// The choice of an option that the first text stands for.
    var answer: StructuredAnswer?
    /// Participant data that comes with it.
    var customAttributes: [String: String] = [:]

    /// Transforms a message.
    /// - Parameters:
    ///   - answered: What is known of the message that it names.
    ///   - file: What became of its file, where it has one.
    ///   - author: Who wrote it.
    init(
        _ message: ReadMessage, answered: AnsweredMessage? = nil, file: MessageFile = .none,
        author: MessageAuthor = .customer
    ) {
        switch message.content {
        case .readable(let readable):
            let earlier = answered?.words ?? AnsweredMessage.unknown
            let text = MessageText.text(of: readable, earlier: earlier, by: author)
            switch file {
            case .none: texts = TextParts.split(text)
            case .missing(let failure): texts = TextParts.split(text + "\n" + MessageText.notice(of: failure))
            case .late(let media, let sentAt):
                texts = [MessageText.lateFile(of: readable, sentAt: sentAt)]
                textBesideFile = texts[0]
                self.file = media
            case .stored(let media):
                texts = TextParts.split(text)
                // Captions have 1,024 characters at most; a text of several parts says more than a file's words.
                textBesideFile =
                    texts.count > 1 ? texts[0] : MessageText.words(besideFileOf: readable, earlier: earlier)
                self.file = media
            }
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

/// Who wrote a message, as its words name them.
enum MessageAuthor: String, Sendable {
    case customer = "The customer"
    /// In the WhatsApp Business app.
    case business = "The business"
}

/// What became of the file of a message.
enum MessageFile: Sendable, Hashable {
    /// It has none.
    case none
    /// It is there.
    case stored(StoredMedia)
    /// It could not be had when the message came.
    case missing(MediaFailure)
    /// The message went on before without it.
    case late(StoredMedia, sentAt: DateTime?)

    /// What a message from the queue says.
    init(_ message: RelayMessagingContract.InboundMessage) {
        if let media = message.media {
            self = message.fileOnly ? .late(media, sentAt: message.occurredAt) : .stored(media)
        } else if let failure = message.mediaFailure {
            self = .missing(failure)
        } else {
            self = .none
        }
    }
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

    /// What kind of file it has, if any.
    var mediaType: SharedContract.MediaType? {
        guard case .readable(let message) = content else { return nil }
        let type = message.type == .voice ? "audio" : message.type.rawValue
        return SharedContract.MediaType(rawValue: type)
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
