import ContractJSON
import ContractRuntime
import MediaFiles
import SharedContract
import StateManagerContract
import WhatsAppWebhookContract

/// The text under which an agent reads a WhatsApp message. Total: every type, known or not, gives a text that is not
/// empty; what is no plain text starts with a label in brackets.
enum MessageText {
    /// The text of a message: notes about where it comes from, each on a line, then its content.
    /// - Parameters:
    ///   - earlier: What to call the message that it is about.
    ///   - author: Who wrote it.
    static func text(
        of message: InboundMessage, earlier: String = AnsweredMessage.unknown, by author: MessageAuthor = .customer
    ) -> String {
        (notes(of: message, earlier) + [content(of: message, earlier, author)]).joined(separator: "\n")
    }

    /// What stands beside the file of a message that is one: notes and caption; nil where there are none.
    static func words(besideFileOf message: InboundMessage, earlier: String) -> String? {
        let media = message.image ?? message.video ?? message.document
        let words = notes(of: message, earlier) + [media?.caption].compactMap(\.self).filter { !isBlank($0) }
        return words.isEmpty ? nil : words.joined(separator: "\n")
    }

    /// What tells an agent that a file is missing.
    static func notice(of failure: MediaFailure) -> String {
        "[The file could not be fetched: \(failure.reason)]"
    }

    /// What stands beside a file that comes after its message.
    static func lateFile(of message: InboundMessage, sentAt: DateTime?) -> String {
        let label = content(of: message, AnsweredMessage.unknown).prefix { $0 != "]" }.dropFirst()
        let time = sentAt.map { " of \($0.text.prefix(10)) \($0.text.dropFirst(11).prefix(5)) UTC" }
        return "[\(label)\(time ?? "") that was missing]"
    }

    /// The text of a message that breaks WhatsApp's contract: its type and what can be read of it.
    static func text(ofUnreadable update: JSONObject) -> String {
        let type = update["type"]?.string
        let content = type.flatMap { update[$0]?.object }
        let words = ["body", "caption", "text", "name", "title", "emoji"].compactMap { content?[$0]?.string }
        return labelled("\(typeName(type)) message that can't be read in full", words.joined(separator: " "))
    }

    // MARK: Content

    private static func content(
        of message: InboundMessage, _ earlier: String, _ author: MessageAuthor = .customer
    ) -> String {
        switch message.type {
        case .text:
            let body = message.text?.body ?? ""
            return isBlank(body) ? "[Empty message]" : body
        case .image: return media("Image", message.image, message.errors)
        case .video: return media("Video", message.video, message.errors)
        case .audio:
            return media(message.audio?.voice == true ? "Voice message" : "Audio", message.audio, message.errors)
        case .voice: return media("Voice message", message.voice ?? message.audio, message.errors)
        case .document: return media("Document", message.document, message.errors)
        case .sticker: return media("Sticker", message.sticker, message.errors)
        case .location: return location(message.location)
        case .contacts: return contacts(message.contacts)
        case .interactive: return interactive(message.interactive)
        case .button: return labelled("Button", message.button?.text)
        case .reaction: return reaction(message.reaction, earlier)
        case .order: return order(message.order)
        case .system: return system(message.system)
        case .edit: return edit(message.edit, earlier, author)
        case .revoke: return "[\(author.rawValue) deleted \(earlier)]"
        case .mediaPlaceholder: return "[Media that WhatsApp has not delivered]"
        case .requestWelcome: return "[The customer opened the chat]"
        case .unsupported, .unknownValue: return unsupported(message)
        case .unknown(let type): return "[\(typeName(type)) message]"
        }
    }

    private static func media(_ label: String, _ media: Media?, _ errors: [WebhookError]? = nil) -> String {
        // More than 100 MB, for example (131052).
        guard let media else {
            return labelled(label + " that WhatsApp did not pass on", errors?.first.map { "WhatsApp code \($0.code)" })
        }
        let name = FileName.shown(media.filename)
        return labelled([label, name].compactMap(\.self).joined(separator: " "), media.caption)
    }

    private static func location(_ location: Location?) -> String {
        guard let location else { return "[Location]" }
        let place = [location.name, location.address].compactMap(\.self).filter { !isBlank($0) }
        let coordinates = "(\(location.latitude), \(location.longitude))"
        let words = place.isEmpty ? coordinates : place.joined(separator: ", ") + " " + coordinates
        let map = "https://www.google.com/maps?q=\(location.latitude),\(location.longitude)"
        return labelled("Location", [words, location.url, map].compactMap(\.self).joined(separator: " "))
    }

    private static func interactive(_ reply: InteractiveReply?) -> String {
        // Seen without content, the reason being in `value.errors` (131000).
        guard let reply else { return "[Interactive message without content]" }
        switch reply.type {
        case .buttonReply: return labelled("Button", reply.buttonReply?.title)
        case .listReply:
            let words = [reply.listReply?.title, reply.listReply?.description].compactMap(\.self)
            return labelled("List choice", words.filter { !isBlank($0) }.joined(separator: " – "))
        case .nfmReply: return form(reply.nfmReply)
        case .callPermissionReply:
            let answer = reply.callPermissionReply?.response?.rawValue
            return labelled("Call permission", answer)
        case .paymentMethod: return labelled("Payment method", reply.paymentMethod?.paymentMethod)
        case .paymentNotification: return "[Payment notification]"
        case .unknown(let type): return "[Interactive message: \(typeName(type))]"
        }
    }

    /// `response_json` is JSON in a string; its members are shown one a line.
    private static func form(_ reply: FormReply?) -> String {
        guard let reply else { return "[Form]" }
        let members = (try? JSONValue(parsing: reply.responseJson))?.object?.members ?? []
        let answers = members.filter { $0.name != "flow_token" }.map { member in
            "\(member.name): \(member.value.string ?? member.value.jsonText)"
        }
        let name = reply.name.map { " \(typeName($0.rawValue))" } ?? ""
        let body = reply.body.flatMap { isBlank($0) ? nil : $0 }
        return (["[Form\(name)]" + (body.map { " \($0)" } ?? "")] + answers).joined(separator: "\n")
    }

    /// A removal comes without emoji or with an empty one.
    private static func reaction(_ reaction: Reaction?, _ earlier: String) -> String {
        guard let emoji = reaction?.emoji, !isBlank(emoji) else { return "[Reaction to \(earlier) removed]" }
        return "[Reaction \(emoji) to \(earlier)]"
    }

    private static func order(_ order: Order?) -> String {
        guard let order else { return "[Order]" }
        let items = order.productItems.map { item in
            let price = item.itemPrice.map { " at \($0)" + (item.currency.map { " \($0)" } ?? "") } ?? ""
            return "\(item.quantity ?? 1) × \(item.productRetailerId)\(price)"
        }
        return ([labelled("Order", order.text)] + items).joined(separator: "\n")
    }

    private static func system(_ event: SystemEvent?) -> String {
        guard let event else { return "[System message]" }
        let label =
            switch event.type {
            case .userChangedNumber: "The customer changed their number"
            case .userChangedUserId: "The customer's user id changed"
            case .customerIdentityChanged: "The customer's identity changed"
            case .unknown(let type): "System message: \(typeName(type))"
            }
        return labelled(label, event.body)
    }

    private static func edit(_ edit: Edit?, _ earlier: String, _ author: MessageAuthor) -> String {
        guard let message = edit?.message else { return "[\(author.rawValue) edited \(earlier)]" }
        let content: String?
        if let text = message.text {
            content = text.body
        } else if let image = message.image {
            content = media("Image", image)
        } else if let video = message.video {
            content = media("Video", video)
        } else if let audio = message.audio {
            content = media("Audio", audio)
        } else {
            content =
                message.document.map { media("Document", $0) } ?? message.type.map { "[\(typeName($0.rawValue))]" }
        }
        return labelled("\(author.rawValue) edited \(earlier)", content)
    }

    private static func unsupported(_ message: InboundMessage) -> String {
        if let type = message.unsupported?.type { return "[Unsupported message: \(typeName(type.rawValue))]" }
        return labelled("Unsupported message", message.errors?.first.map { "WhatsApp code \($0.code)" })
    }

    // MARK: Notes

    private static func notes(of message: InboundMessage, _ earlier: String) -> [String] {
        var notes: [String] = []
        if message.groupId != nil { notes.append("[In a group]") }
        if message.context?.frequentlyForwarded == true {
            notes.append("[Forwarded many times]")
        } else if message.context?.forwarded == true {
            notes.append("[Forwarded]")
        }
        if let product = message.context?.referredProduct {
            notes.append(labelled("About a product", product.productRetailerId))
        } else if message.context?.id != nil, isWrittenReply(message) {
            notes.append("[Reply to \(earlier)]")
        }
        if let referral = message.referral {
            let words = [referral.headline, referral.sourceUrl].compactMap(\.self).filter { !isBlank($0) }
            notes.append(labelled("Came from an advertisement", words.joined(separator: " ")))
        }
        return notes
    }

    /// Choices and reactions answer a message by their nature.
    private static func isWrittenReply(_ message: InboundMessage) -> Bool {
        switch message.type {
        case .interactive, .button, .reaction, .order, .system, .edit, .revoke: false
        default: true
        }
    }

    // MARK: Words

    /// `[label] words`, or the label alone.
    static func labelled(_ label: String, _ words: String?) -> String {
        guard let words, !isBlank(words) else { return "[\(label)]" }
        return "[\(label)] \(words)"
    }

    /// A type as it may stand in a label: WhatsApp's word, on one line and not endless.
    static func typeName(_ type: String?) -> String {
        let name = (type ?? "").filter { !$0.isNewline }.prefix(60)
        return name.isEmpty ? "unknown" : String(name)
    }

    static func isBlank(_ text: String) -> Bool { text.allSatisfy(\.isWhitespace) }
}
