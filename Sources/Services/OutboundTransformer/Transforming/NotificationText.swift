import ContractJSON
import ContractRuntime
import GenesysWebhookContract

/// The text under which a customer reads what an agent or a bot sent. Total: every kind of content, known or not, gives
/// a text; what WhatsApp could show natively is written out for now.
enum NotificationText {
    /// The text of a message; nil for events and receipts, which make no message.
    static func text(of notification: OutboundNotification) -> String? {
        switch notification.type {
        case .event, .receipt: return nil
        default: break
        }
        var options = Options()
        var paragraphs: [String] = []
        if let text = notification.text.value, !isBlank(text) { paragraphs.append(text) }
        for element in notification.content.value ?? [] {
            switch element {
            case .valid(let content): paragraphs += ContentTextWriter.paragraphs(of: content, numbering: &options)
            case .invalid(let raw, _): paragraphs.append(unreadable(raw.object?["contentType"]?.string))
            }
        }
        if paragraphs.isEmpty { paragraphs = ["[\(label(notification.type.rawValue)) message]"] }
        return paragraphs.joined(separator: "\n")
    }

    /// The text of a webhook that breaks Genesys' contract: what can be read of it.
    static func text(ofUnreadable update: JSONObject) -> String? {
        let type = update["type"]?.string
        guard type != "Event", type != "Receipt" else { return nil }
        if let text = update["text"]?.string, !isBlank(text) { return text }
        return unreadable(type)
    }

    static func unreadable(_ kind: String?) -> String { "[\(label(kind)) content that can't be shown]" }

    /// A kind as it may stand in a label: Genesys' word, on one line and not endless.
    static func label(_ kind: String?) -> String {
        let name = (kind ?? "").filter { !$0.isNewline }.prefix(60)
        return name.isEmpty ? "Unknown" : String(name)
    }

    static func isBlank(_ text: String) -> Bool { text.allSatisfy(\.isWhitespace) }
}

/// Numbers the options of one message, so that a customer can answer with the number of one.
struct Options {
    private var last = 0

    /// `1. text`
    mutating func line(_ text: String) -> String {
        last += 1
        return "\(last). \(text)"
    }
}
