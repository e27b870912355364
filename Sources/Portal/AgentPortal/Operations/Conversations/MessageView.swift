public import SharedContract

/// A message as the thread shows it.
struct MessageView {
    let id: String
    let isInbound: Bool
    /// Whether the business wrote it in the WhatsApp Business app.
    let isWrittenInApp: Bool
    /// Set where the day differs from that of the message before.
    var day: TimeText?
    let at: TimeText
    let text: String?
    /// What kind it is, where the text alone does not say.
    let kind: String?
    let status: String
    /// Colour of the state.
    let statusKind: String
    let failure: String?
    let remedy: String?
    let attempts: Int?
    // Media
    let hasFile: Bool
    let isPicture: Bool
    let isVideo: Bool
    let isAudio: Bool
    let isDocument: Bool
    /// Whether the kind carries a file that is not stored.
    let lacksFile: Bool

    init(_ message: MessageTracking) {
        id = message.id
        isInbound = message.direction == .inbound
        at = TimeText(message.occurredAt ?? message.receivedAt)
        text = message.text?.entered
        isWrittenInApp = message.isWrittenInApp
        kind = MessageKind.words(message.messageType) == "text" ? nil : MessageKind.words(message.messageType)
        (status, statusKind) = Self.status(message)
        let hasFailed = [.failed, .deadLettered, .claimed, .sending].contains(message.status)
        failure = hasFailed ? message.lastFailure.map(Self.words) : nil
        remedy = message.status == .deadLettered ? "It waits for somebody to replay or discard it." : nil
        attempts = message.attempts > 1 ? message.attempts : nil
        hasFile = message.mediaUrl != nil
        isPicture = hasFile && [.image, .sticker].contains(message.mediaType)
        isVideo = hasFile && message.mediaType == .video
        isAudio = hasFile && message.mediaType == .audio
        isDocument = hasFile && ![.image, .sticker, .video, .audio].contains(message.mediaType)
        lacksFile = !hasFile && message.mediaType != nil
    }

    /// Messages in the order in which they are read, with a line where a day begins.
    static func thread(_ latestFirst: [MessageTracking]) -> [MessageView] {
        var before: String?
        return latestFirst.reversed().map { message in
            var view = MessageView(message)
            if view.at.day != before { view.day = view.at }
            before = view.at.day
            return view
        }
    }

    /// The state in words, from the point of view of whoever sent the message.
    static func status(_ message: MessageTracking) -> (words: String, kind: String) {
        let taker = message.direction == .inbound ? "Genesys" : "WhatsApp"
        return switch message.status {
        case .claimed: message.lastFailure == nil ? ("on its way", "wait") : ("waits to be tried again", "wait")
        case .sending: ("being sent to \(taker)", "wait")
        case .accepted: ("taken by \(taker)", "good")
        case .sent: ("sent", "good")
        case .delivered: ("delivered", "good")
        case .read: ("read", "good")
        case .failed: ("failed", "bad")
        case .deadLettered: ("given up", "bad")
        }
    }

    /// Reason and code of a failure.
    static func words(_ cause: FailureCause) -> String {
        cause.code.map { "\(cause.reason) (\($0))" } ?? cause.reason
    }
}

extension MessageTracking {
    /// Whether the business wrote it in the WhatsApp Business app; Genesys knows nothing of it.
    var isWrittenInApp: Bool { direction == .outbound && genesysMessageId?.hasPrefix("app:") == true }
}

/// What kind of message it is, in the same words wherever it is shown: WhatsApp writes `text` and `quick_reply`, Genesys
/// `Text` and `QuickReply`.
public enum MessageKind {
    /// The kind of a message, and where it was written if not by an agent.
    public static func words(_ message: MessageTracking) -> String {
        words(message.messageType) + (message.isWrittenInApp ? ", written in the WhatsApp Business app" : "")
    }

    /// `QuickReply` as `quick reply`.
    public static func words(_ type: String) -> String {
        var words = ""
        var before: Character?
        for character in type {
            if character.isUppercase, before?.isLowercase == true { words += " " }
            words += character == "_" ? " " : character.lowercased()
            before = character
        }
        return words
    }
}
