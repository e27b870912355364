import ContractRuntime
public import SharedContract
import StateManagerContract

/// The way of a message through the services, step by step.
public struct MessageTrace: Sendable {
    /// One step.
    public struct Step: Sendable {
        /// When.
        public let at: DateTime
        /// Milliseconds since the relay accepted the message; below 0 for what the platform says happened before.
        public let offsetMilliseconds: Int64
        /// The service or platform.
        public let place: String
        /// What happened there.
        public let what: String
        /// More about it: a reason, an attempt.
        public let detail: String?
        /// Whether it is about a failure.
        public let isFailure: Bool
    }

    /// The steps, in order of recording.
    public let steps: [Step]

    /// - Parameter story: What state-manager knows.
    public init(_ story: MessageStory) {
        let message = story.tracking
        let route = message.isWrittenInApp ? .businessApp : MessageRoute(message.direction)
        let start = message.receivedAt.millisecondsSinceEpoch
        func step(
            _ at: DateTime, _ place: String, _ what: String, _ detail: String? = nil, isFailure: Bool = false
        ) -> Step {
            Step(
                at: at, offsetMilliseconds: at.millisecondsSinceEpoch - start, place: place, what: what, detail: detail,
                isFailure: isFailure)
        }
        var steps: [Step] = []
        if let sent = message.occurredAt { steps.append(step(sent, route.from, "sent, by its clock")) }
        steps.append(step(message.receivedAt, route.intake, "webhook accepted and queued"))
        var attempts = 0
        for event in story.events {
            if event.kind == .sendBegun { attempts += 1 }
            let (place, what) = route.words(event, attempt: attempts)
            steps.append(
                step(
                    event.recordedAt, place, what, event.failure.map(MessageView.words),
                    isFailure: [.sendFailed, .sendUnknown, .deadLettered].contains(event.kind)
                        || event.status == .failed))
        }
        self.steps = steps
    }
}

/// Who has a hand in messages of one direction.
struct MessageRoute: Sendable {
    var from: String
    let to: String
    var intake: String
    var transformer: String
    let sender: String
    /// Where the word of the receiving side comes in.
    let answers: String

    init(_ direction: Direction) {
        switch direction {
        case .inbound:
            (from, to) = ("WhatsApp", "Genesys")
            (intake, transformer, sender) = ("whatsapp-webhook-service", "inbound-transformer", "genesys-api-service")
            answers = "genesys-webhook-service"
        case .outbound:
            (from, to) = ("Genesys", "WhatsApp")
            (intake, transformer, sender) = ("genesys-webhook-service", "outbound-transformer", "whatsapp-api-service")
            answers = "whatsapp-webhook-service"
        }
    }

    /// What the business wrote in the WhatsApp Business app, of which WhatsApp tells.
    static var businessApp: MessageRoute {
        var route = MessageRoute(.outbound)
        (route.from, route.intake) = ("WhatsApp Business app", "whatsapp-webhook-service")
        route.transformer = "inbound-transformer"
        return route
    }

    /// Where an event happened, and what it was.
    func words(_ event: MessageEvent, attempt: Int) -> (place: String, what: String) {
        let status = event.status?.rawValue ?? "something"
        return switch event.kind {
        case .claimed: (transformer, "claimed; nobody else sends it")
        case .duplicateRefused: (transformer, "came again and had no second effect")
        case .sendBegun: (sender, attempt > 1 ? "attempt \(attempt) begun" : "sending begun")
        case .sendAccepted: (to, "took it")
        case .sendFailed: (sender, "attempt \(attempt) failed")
        case .sendUnknown: (sender, "no answer; it is looked up before anything is sent again")
        case .reconciled: (sender, "looked up at \(to)")
        case .statusReported: (answers, "\(to) says \(status)")
        case .receiptReported: (answers, "\(to) says \(status)")
        case .deadLettered: (transformer, "given up: now a dead letter")
        case .replayed: ("state-manager", "replayed by somebody")
        case .discarded: ("state-manager", "discarded by somebody")
        case .held: ("state-manager", "held until \(to) serves the tenant again")
        }
    }
}

extension TrackingStatus {
    /// For people; `dead_lettered` is a word for machines.
    public var words: String { self == .deadLettered ? "dead letter" : rawValue }
}
