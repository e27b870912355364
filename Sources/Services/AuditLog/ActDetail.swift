import ContractJSON
import ContractRuntime

/// What a request says about its act, for the audit log: members by name and value. An entry begins before the contract has
/// seen the request, and a secret may stand in any member, so only values of members that are known to be none are shown.
enum ActDetail {
    private static let maximumLength = 500
    /// Most entries of a list that are shown.
    private static let maximumEntries = 5
    private static let openMembers: Set<String> = [
        "name", "phoneNumberId", "displayPhoneNumber", "genesysIntegrationId", "wabaId", "status", "tenantId",
        "channelId",
        "platform", "service", "direction", "disposition", "code", "reason", "addressee", "ids", "filter", "note",
        "type",
        "region", "renewWebhookSecret", "policy", "markAsRead", "showTyping", "storeAnyway",
    ]

    /// nil where there is nothing to tell.
    static func text(body: [UInt8], target: String) -> String? {
        var parts: [String] = []
        if case .object(let members)? = try? JSONValue(parsing: body) {
            // A switch that is off is what it is without being named.
            parts = lines(members.members.filter { $0.value != .bool(false) })
        }
        if let query = target.split(separator: "?", maxSplits: 1).dropFirst().first,
            let pairs = PercentCoding.pairs(String(query))
        {
            parts += pairs.filter { $0.value != "false" }.map { openMembers.contains($0.name) ? "\($0.name) \(plain($0.value))" : plain($0.name) }
        }
        let text = parts.joined(separator: ", ")
        if text.isEmpty { return nil }
        return text.count > maximumLength ? text.prefix(maximumLength - 1) + "…" : text
    }

    private static func lines(_ members: [(name: String, value: JSONValue)]) -> [String] {
        members.map { name, value in
            guard openMembers.contains(name) else { return value == .null ? "\(plain(name)) removed" : plain(name) }
            return "\(name) \(words(value))"
        }
    }

    private static func words(_ value: JSONValue) -> String {
        switch value {
        case .null: "removed"
        case .bool(let isTrue): isTrue ? "yes" : "no"
        case .number: value.jsonText
        case .string(let text): plain(text)
        case .array(let entries) where entries.count > maximumEntries: "(\(entries.count) entries)"
        case .array(let entries): "(\(entries.map(words).joined(separator: ", ")))"
        case .object(let object): "(\(lines(object.members).joined(separator: ", ")))"
        }
    }

    /// Without what a database does not take as text or a reader can't see.
    private static func plain(_ text: String) -> String {
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars where !scalar.properties.isDefaultIgnorableCodePoint {
            shown.append(scalar.properties.generalCategory == .control ? " " : scalar)
        }
        return String(shown)
    }
}
