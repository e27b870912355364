public import SharedContract
import StateManagerContract

/// A dead letter in a list.
struct DeadLetterRow {
    let id: String
    let reason: String
    let code: String?
    let disposition: String
    let service: String
    let messageName: String
    let direction: String?
    let tenantName: String?
    let trackingID: String?
    let attempts: Int
    let isSingle: Bool
    let replays: Int?
    let at: TimeText
    let state: String
    let stateKind: String
    let isOpen: Bool
    let note: String?

    init(_ record: DeadLetterRecord, _ names: [String: String]) {
        id = record.id
        reason = record.cause.reason
        code = record.cause.code
        disposition = Self.words(record.cause.disposition)
        service = record.service.rawValue
        messageName = record.messageName
        direction = record.direction.map { $0 == .inbound ? "WhatsApp → Genesys" : "Genesys → WhatsApp" }
        tenantName = record.tenantId.map { names[$0] ?? $0 }
        trackingID = record.trackingId
        attempts = record.attempts
        isSingle = record.attempts == 1
        replays = record.replays > 0 ? record.replays : nil
        at = TimeText(record.failedAt)
        state = record.state.rawValue
        isOpen = record.state == .open
        note = record.note
        stateKind =
            switch record.state {
            case .open: "bad"
            case .replayed: "good"
            case .discarded: "off"
            }
    }

    /// How a failure is treated, in words.
    static func words(_ disposition: FailureDisposition) -> String { disposition.words }
}

extension FailureDisposition {
    /// For people.
    public var words: String {
        switch self {
        case .throttled: "throttled"
        case .transient: "temporary"
        case .authentication: "credentials refused"
        case .permanent: "refused for good"
        case .unknownOutcome: "outcome unknown"
        }
    }
}

/// A value to filter by.
struct FilterChoice {
    let value: String
    let label: String
    let isChosen: Bool

    /// The values of an enumeration, with the one that is chosen.
    static func all<Value: RawRepresentable & CaseIterable>(
        _ type: Value.Type, chosen: String?, label: (Value) -> String = { $0.rawValue }
    ) -> [FilterChoice] where Value.RawValue == String {
        type.allCases.map { FilterChoice(value: $0.rawValue, label: label($0), isChosen: $0.rawValue == chosen) }
    }
}

/// What a page tells of a change that was just made.
struct ChangeNotice {
    /// - Returns: nil if nothing was changed just now.
    static func text(replayed: Int?, discarded: Int?, unchanged: Int?, remaining: Int?) -> PageNotice? {
        guard replayed != nil || discarded != nil else { return nil }
        var parts: [String] = []
        if let replayed { parts.append("\(replayed) replayed.") }
        if let discarded { parts.append("\(discarded) discarded.") }
        if let unchanged, unchanged > 0 {
            parts.append("\(unchanged) left as they were: no longer open, or not to be replayed.")
        }
        if let remaining, remaining > 0 { parts.append("\(remaining) that match are still open: repeat to go on.") }
        let isWhole = (unchanged ?? 0) == 0 && (remaining ?? 0) == 0
        return PageNotice(kind: isWhole ? "success" : "warning", text: parts.joined(separator: " "))
    }
}
