import ContractJSON
import ContractRuntime
import GenesysWebhookContract

/// The text under which a customer reads what WhatsApp can't show as what it is, or what could not be read.
enum NotificationText {
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
