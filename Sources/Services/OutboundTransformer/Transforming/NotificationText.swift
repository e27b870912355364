import ContractJSON
import ContractRuntime
import GenesysWebhookContract

/// The text under which a customer reads what WhatsApp can't show as what it is, or what could not be read.
enum NotificationText {
    /// The text of a webhook that breaks Genesys' contract: what can be read of it.
    static func text(ofUnreadable update: JSONObject) -> String? {
        let type = update["type"]?.string
        guard type != "Event", type != "Receipt" else { return nil }
        let text = update["text"]?.string.flatMap { isBlank($0) ? nil : $0 }
        let content = (update["content"]?.array ?? []).map { broken($0) }
        let lines = [text].compactMap(\.self) + content
        return lines.isEmpty ? unreadable(type) : lines.joined(separator: "\n")
    }

    /// An element that breaks Genesys' contract, or of a kind that has no form here: what can be read of it below its label.
    static func broken(_ element: JSONValue) -> String {
        let kind = element.object?["contentType"]?.string
        let words = words(in: element, depth: 4).prefix(40)
        guard !words.isEmpty else { return unreadable(kind) }
        return (["[\(label(kind)) content that can't be shown in full]"] + words).joined(separator: "\n")
    }

    /// What people are meant to read, by the names of its members, in its order.
    private static func words(in value: JSONValue, depth: Int) -> [String] {
        guard depth > 0 else { return [] }
        if let elements = value.array { return elements.flatMap { words(in: $0, depth: depth) } }
        return (value.object?.members ?? []).flatMap { name, value -> [String] in
            guard let text = value.string else { return words(in: value, depth: depth - 1) }
            return readable.contains(name) && !isBlank(text) ? [text] : []
        }
    }

    private static let readable: Set<String> = ["title", "subtitle", "description", "text", "body"]

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
