import ContractRuntime
import SharedContract

/// One look at all services: what they say of themselves and what they have counted.
struct RelayReading: Sendable {
    /// A service and what it depends on.
    struct Service: Sendable {
        let name: ServiceName
        /// Nil: it gave no answer.
        let readiness: Readiness?
    }

    /// The queues of one channel together.
    struct Queue: Sendable, Equatable {
        let name: String
        var partitions: Int
        var messages: Int
        var consumers: Int
        /// Age of the message taken last, of the oldest partition.
        var ageSeconds: Double?
    }

    /// What is left of a budget.
    struct Budget: Sendable, Equatable {
        let tenant: String
        let api: String
        /// The bucket, for example `meta:number:1000`.
        let name: String
        let remaining: Double
    }

    /// How long a token is good.
    struct Token: Sendable, Equatable {
        let tenant: String
        let platform: String
        let seconds: Double
    }

    /// Counters whose growth is a rate.
    enum Counter: CaseIterable, Sendable {
        case inbound, outbound, webhooks, failures

        /// Who counts it.
        var services: [ServiceName] {
            switch self {
            case .inbound: [.inboundTransformer]
            case .outbound: [.outboundTransformer]
            case .webhooks: [.whatsappWebhookService, .genesysWebhookService]
            case .failures: [.inboundTransformer, .outboundTransformer]
            }
        }
    }

    let at: DateTime
    let services: [Service]
    let queues: [Queue]
    let budgets: [Budget]
    let tokens: [Token]
    /// What each process has counted since it started, by its start.
    let counted: [Double: [Counter: Double]]
    /// Counters whose services have all answered.
    let measured: Set<Counter>
    /// Messages in all queues; this and what follows is nil where nobody told.
    let queued: Double?
    let held: Double?
    let deadLetters: Double?
    let quarantined: Double?

    /// - Parameter answers: By service; metrics are nil where none were given.
    init(at: DateTime, answers: [(name: ServiceName, readiness: Readiness?, metrics: MetricsReading?)]) {
        self.at = at
        services = answers.map { Service(name: $0.name, readiness: $0.readiness) }
        let metrics = Dictionary(
            answers.compactMap { answer in answer.metrics.map { (answer.name, $0) } },
            uniquingKeysWith: { first, _ in first })
        let state = metrics[.stateManager]
        held = state?.total("held_messages")
        deadLetters = state?.total("dlq_messages")
        quarantined = state?.total("quarantined_updates")
        queued = state?.total("queue_messages")
        measured = Set(Counter.allCases.filter { counter in counter.services.allSatisfy { metrics[$0] != nil } })
        // Services may share a process and then answer with the same figures.
        var processes: [Double: MetricsReading] = [:]
        for (index, answer) in answers.enumerated() {
            guard let reading = answer.metrics else { continue }
            processes[reading.processStart ?? -Double(index)] = reading
        }
        counted = processes.mapValues(Self.counters)
        let all = Array(processes.values)
        queues = Self.queues(depths: state, ages: all)
        budgets = all.flatMap { $0.all("rate_budget_remaining") }.map {
            Budget(
                tenant: $0.labels["tenant"] ?? "", api: $0.labels["api"] ?? "", name: $0.labels["budget"] ?? "",
                remaining: $0.value)
        }.sorted { ($0.remaining, $0.tenant) < ($1.remaining, $1.tenant) }
        tokens = all.flatMap { $0.all("token_expiry_seconds") }.map {
            Token(tenant: $0.labels["tenant"] ?? "", platform: $0.labels["platform"] ?? "", seconds: $0.value)
        }.sorted { ($0.seconds, $0.tenant) < ($1.seconds, $1.tenant) }
    }

    private static func counters(_ reading: MetricsReading) -> [Counter: Double] {
        func accepted(_ direction: String) -> Double {
            reading.sum("messages_total") { sample in
                sample.labels["direction"] == direction && sample.labels["outcome"] == "accepted"
                    && !signals.contains(sample.labels["type"] ?? "")
            }
        }
        return [
            .inbound: accepted("inbound"), .outbound: accepted("outbound"),
            .webhooks: reading.sum("webhook_requests_total") { $0.labels["outcome"] == "accepted" },
            .failures: reading.sum("retries_total"),
        ]
    }

    /// What is counted among messages and is none.
    private static let signals: Set = ["read", "receipt", "status", "typing"]

    private static func queues(depths: MetricsReading?, ages: [MetricsReading]) -> [Queue] {
        var queues: [String: Queue] = [:]
        for sample in depths?.all("queue_messages") ?? [] {
            let name = channel(sample.labels["queue"] ?? "")
            var queue = queues[name] ?? Queue(name: name, partitions: 0, messages: 0, consumers: 0)
            queue.partitions += 1
            queue.messages += Int(sample.value)
            queues[name] = queue
        }
        for sample in depths?.all("queue_consumers") ?? [] {
            queues[channel(sample.labels["queue"] ?? "")]?.consumers += Int(sample.value)
        }
        for sample in ages.flatMap({ $0.all("queue_age_seconds") }) {
            let name = channel(sample.labels["queue"] ?? "")
            let known = queues[name]?.ageSeconds ?? 0
            queues[name]?.ageSeconds = max(known, sample.value)
        }
        return queues.values.sorted { $0.name < $1.name }
    }

    /// `inbound.messages.3` is a partition of `inbound.messages`.
    private static func channel(_ queue: String) -> String {
        guard let dot = queue.lastIndex(of: "."), Int(queue[queue.index(after: dot)...]) != nil else { return queue }
        return String(queue[..<dot])
    }
}
