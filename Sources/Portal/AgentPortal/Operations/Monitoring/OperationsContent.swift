import AgentPortalContract
import ConnectionCheckContract
import ContractRuntime
import SharedContract
import StateManagerContract

/// What the page of operations shows.
struct OperationsContent {
    struct Service {
        let name: String
        let state: String
        let kind: String
        let dependencies: [Dependency]
    }

    struct Dependency {
        let name: String
        let state: String
        let kind: String
        let detail: String?
    }

    struct Queue {
        /// In parts, between which a line may break.
        let name: [String]
        let partitions: Int
        let messages: Int
        let consumers: Int
        let age: String?
        let kind: String
        let state: String
    }

    struct Budget {
        let owner: String
        let api: String
        /// The business number that the budget is of; nil for an OAuth client.
        let number: String?
        /// What is counted, and how fast it comes back.
        let unit: String
        let remaining: String
        let kind: String
    }

    struct Token {
        let owner: String
        let ownerID: String?
        let platform: String
        let words: String
        let kind: String
    }

    struct Hold {
        let tenantID: String
        let tenantName: String
        /// Which number is stopped; nil: the whole tenant.
        let number: String?
        let platform: String
        let platformName: String
        let state: String
        let kind: String
        let cause: String?
        let since: TimeText?
        let nextTrial: TimeText?
        let messages: Int
        let canRelease: Bool
    }

    let at: TimeText
    let services: [Service]
    let failing: Int
    let queues: [Queue]
    let budgets: [Budget]
    let tokens: [Token]
    let holds: [Hold]
    /// Figures, or a dash where nothing was measured.
    let inbound: String
    let outbound: String
    let queued: String
    let held: String
    let deadLetters: String
    let quarantined: String
    let hasDeadLetters: Bool
    let hasQuarantined: Bool
    /// Whether some figure is a dash.
    let lacksFigures: Bool

    init(
        _ reading: RelayReading, sample: FigureSample?, holds: [TenantHold], expiries: [CheckedTenant],
        names: [String: String]
    ) {
        at = TimeText(reading.at)
        services = reading.services.map(Service.init)
        failing = services.count { $0.kind == "bad" }
        queues = reading.queues.map(Queue.init)
        budgets = reading.budgets.prefix(50).map { Budget($0, names) }
        tokens =
            expiries.map { Token($0, names) } + reading.tokens.prefix(50).map { Token($0, names) }
        self.holds = holds.map { Hold($0, names) }
        let figures = [
            sample?.inboundPerMinute, sample?.outboundPerMinute, reading.queued, reading.held, reading.deadLetters,
            reading.quarantined,
        ]
        inbound = Self.number(figures[0])
        outbound = Self.number(figures[1])
        queued = Self.number(reading.queued)
        held = Self.number(reading.held)
        deadLetters = Self.number(reading.deadLetters)
        quarantined = Self.number(reading.quarantined)
        hasDeadLetters = reading.deadLetters ?? 0 > 0
        hasQuarantined = reading.quarantined ?? 0 > 0
        lacksFigures = figures.contains(nil)
    }

    /// Whole from 10 on, one digit below; a dash for what was not measured.
    private static func number(_ value: Double?) -> String {
        guard let value else { return "–" }
        let tenths = Int((value * 10).rounded())
        return value >= 10 || tenths % 10 == 0 ? String(Int(value.rounded())) : "\(tenths / 10).\(tenths % 10)"
    }

    /// `3 s`, `5 min`, `2 h`, `60 days`.
    static func duration(_ seconds: Double) -> String {
        let seconds = Int(max(0, seconds))
        return switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7_200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3_600) h"
        default: "\(seconds / 86_400) days"
        }
    }
}

extension OperationsContent.Service {
    init(_ service: RelayReading.Service) {
        name = service.name.rawValue
        switch service.readiness?.status {
        case .ready: (state, kind) = ("ready", "good")
        case .notReady: (state, kind) = ("not ready", "bad")
        case .draining: (state, kind) = ("stopping", "wait")
        case nil: (state, kind) = ("no answer", "bad")
        }
        dependencies = (service.readiness?.dependencies ?? []).map { dependency in
            let isUp = dependency.status == .up
            return .init(
                name: dependency.name, state: dependency.status.rawValue,
                kind: isUp ? "good" : dependency.required ? "bad" : "wait", detail: isUp ? nil : dependency.detail)
        }
    }
}

extension OperationsContent.Queue {
    /// A message that waited so long says that its consumers are behind.
    private static let lateSeconds = 10.0

    init(_ queue: RelayReading.Queue) {
        name = queue.name.split(separator: ".").enumerated().map { ($0 > 0 ? "." : "") + $1 }
        partitions = queue.partitions
        messages = queue.messages
        consumers = queue.consumers
        age = queue.ageSeconds.map(OperationsContent.duration)
        if queue.consumers == 0 {
            (state, kind) = ("no consumer", "bad")
        } else if queue.messages > 0, (queue.ageSeconds ?? 0) > Self.lateSeconds {
            (state, kind) = ("behind", "wait")
        } else {
            (state, kind) = ("flowing", "good")
        }
    }
}

extension OperationsContent.Budget {
    init(_ budget: RelayReading.Budget, _ names: [String: String]) {
        owner = names[budget.tenant] ?? budget.tenant
        api = budget.api == "meta" ? "WhatsApp" : budget.api == "genesys" ? "Genesys" : budget.api
        let prefix = "meta:number:"
        number = budget.name.hasPrefix(prefix) ? String(budget.name.dropFirst(prefix.count)) : nil
        remaining = String(Int(budget.remaining.rounded(.down)))
        unit = number == nil ? "requests of this minute" : "messages at once"
        kind = budget.remaining < 0 ? "bad" : budget.remaining < 5 ? "wait" : "good"
    }
}

extension OperationsContent.Token {
    init(_ token: RelayReading.Token, _ names: [String: String]) {
        owner = names[token.tenant] ?? token.tenant
        ownerID = token.tenant
        platform = token.platform == "whatsapp" ? "WhatsApp, kept copy" : "Genesys session"
        words =
            token.seconds > 0 ? "renewed in \(OperationsContent.duration(token.seconds))" : "expired; renewed at use"
        kind = token.seconds > 0 ? "good" : "off"
    }

    /// A token that somebody has to renew.
    init(_ checked: CheckedTenant, _ names: [String: String]) {
        owner = names[checked.tenantID] ?? checked.tenantID
        ownerID = checked.tenantID
        platform = "WhatsApp access token"
        let expiry = TokenExpiry(checked.result)
        (words, kind) = (expiry.words, expiry.kind)
    }
}

extension OperationsContent.Hold {
    init(_ hold: TenantHold, _ names: [String: String]) {
        tenantID = hold.tenantId
        tenantName = names[hold.tenantId] ?? hold.tenantId
        number = hold.scope == .number ? hold.channelId.map { "channel \(names[$0] ?? $0)" } ?? "first number" : nil
        platform = hold.platform.rawValue
        platformName = hold.platform == .whatsapp ? "WhatsApp" : "Genesys"
        cause = hold.cause.map(MessageView.words)
        since = hold.since.map(TimeText.init)
        nextTrial = hold.nextTrialAt.map(TimeText.init)
        messages = hold.heldMessages
        switch hold.state {
        case .parked: (state, kind, canRelease) = ("credentials refused", "bad", true)
        case .throttled: (state, kind, canRelease) = ("asked to wait", "wait", true)
        case .releasing: (state, kind, canRelease) = ("following", "good", false)
        }
    }
}
