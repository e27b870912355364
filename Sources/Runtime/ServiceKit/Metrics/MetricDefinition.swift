/// A metric of the relay: its name, kind and labels. Labels never hold what names a person.
public struct MetricDefinition: Sendable, Hashable {
    /// What a metric measures.
    public enum Kind: String, Sendable, Hashable {
        /// Only grows.
        case counter
        /// Goes up and down.
        case gauge
        /// Counts values in buckets; seconds unless the name says otherwise.
        case histogram
    }

    /// Name in the exposition.
    public let name: String
    /// One sentence.
    public let help: String
    /// What it measures.
    public let kind: Kind
    /// Names of its labels, in the order in which values are given.
    public let labels: [String]

    /// Creates a definition; `waba_` is put before the name.
    public init(_ name: String, _ kind: Kind, labels: [String] = [], help: String) {
        self.init(exactName: "waba_" + name, kind, labels: labels, help: help)
    }

    init(exactName: String, _ kind: Kind, labels: [String], help: String) {
        name = exactName
        self.help = help
        self.kind = kind
        self.labels = labels
    }
}

extension MetricDefinition {
    /// Requests answered by the HTTP server.
    public static let httpRequests = MetricDefinition(
        "http_server_requests_total",
        .counter,
        labels: ["service", "operation", "status"],
        help: "Requests answered, by operation of the contract."
    )
    /// Time to answer.
    public static let httpRequestSeconds = MetricDefinition(
        "http_server_request_seconds",
        .histogram,
        labels: ["service", "operation"],
        help: "Time from the request head to the end of the response."
    )
    /// Requests being answered.
    public static let httpActiveRequests = MetricDefinition(
        "http_server_active_requests",
        .gauge,
        labels: ["service"],
        help: "Requests being answered."
    )
    /// Webhook requests: source `meta` or `genesys`; outcome for example `accepted`, `forged`, `invalid`, `unavailable`.
    public static let webhookRequests = MetricDefinition(
        "webhook_requests_total",
        .counter,
        labels: ["source", "outcome"],
        help: "Webhook requests by outcome."
    )
    /// Time to acknowledge a webhook.
    public static let webhookAcknowledgement = MetricDefinition(
        "webhook_ack_seconds",
        .histogram,
        labels: ["source"],
        help: "Time to acknowledge a webhook."
    )
    /// Messages: direction `inbound` or `outbound`, type as the platform calls it.
    public static let messages = MetricDefinition(
        "messages_total",
        .counter,
        labels: ["direction", "type", "outcome"],
        help: "Messages by outcome."
    )
    /// Time through the relay.
    public static let messageEndToEnd = MetricDefinition(
        "message_e2e_seconds",
        .histogram,
        labels: ["direction"],
        help: "Time from acceptance to acceptance by the other platform."
    )
    /// Age of the message a consumer took last.
    public static let queueAge = MetricDefinition(
        "queue_age_seconds",
        .gauge,
        labels: ["queue"],
        help: "Age of the message taken last."
    )
    /// Deliveries waiting in lanes.
    public static let laneDepth = MetricDefinition(
        "lane_depth",
        .gauge,
        labels: ["queue"],
        help: "Deliveries in the lanes of this process."
    )
    /// Dead letters that wait for somebody.
    public static let deadLetters = MetricDefinition("dlq_messages", .gauge, help: "Dead letters not replayed.")
    /// Retries by class of failure, see ``Disposition/label``.
    public static let retries = MetricDefinition(
        "retries_total",
        .counter,
        labels: ["class"],
        help: "Retries by class of failure."
    )
    /// Requests to the platforms.
    public static let upstreamRequests = MetricDefinition(
        "upstream_requests_total",
        .counter,
        labels: ["api", "code"],
        help: "Requests to the platforms by status."
    )
    /// Time the platforms take.
    public static let upstreamSeconds = MetricDefinition(
        "upstream_seconds",
        .histogram,
        labels: ["api"],
        help: "Time the platforms take to answer."
    )
    /// What is left of a budget.
    public static let rateBudgetRemaining = MetricDefinition(
        "rate_budget_remaining",
        .gauge,
        labels: ["tenant", "api", "budget"],
        help: "Requests left in a rate budget."
    )
    /// Time until a token expires.
    public static let tokenExpiry = MetricDefinition(
        "token_expiry_seconds",
        .gauge,
        labels: ["tenant", "platform"],
        help: "Time until a token expires."
    )
    /// Bytes of media.
    public static let mediaBytes = MetricDefinition(
        "media_bytes_total",
        .counter,
        labels: ["direction"],
        help: "Bytes of media carried."
    )
    /// Time to fetch media.
    public static let mediaFetch = MetricDefinition(
        "media_fetch_seconds",
        .histogram,
        labels: ["direction"],
        help: "Time to fetch media."
    )
    /// Files that could not be had; `code` says why, `media-gone` for example.
    public static let mediaMissed = MetricDefinition(
        "media_missed_total",
        .counter,
        labels: ["direction", "code"],
        help: "Files that could not be had; their messages went on without them."
    )
    /// Messages that came before.
    public static let duplicates = MetricDefinition(
        "dedupe_hits_total",
        .counter,
        labels: ["direction"],
        help: "Redelivered messages that had no second effect."
    )
    /// Statuses not sent because a later one was known.
    public static let statusesCoalesced = MetricDefinition(
        "status_coalesced_total",
        .counter,
        help: "Statuses replaced by a later one before they were sent."
    )
    /// Messages outside the customer service window.
    public static let windowBlocked = MetricDefinition(
        "window_blocked_total",
        .counter,
        help: "Messages refused outside the customer service window."
    )

    /// Claims by answer.
    public static let claims = MetricDefinition(
        "claims_total",
        .counter,
        labels: ["outcome"],
        help: "Claims of messages by answer."
    )
    /// Updates in quarantine that wait for somebody.
    public static let quarantinedUpdates = MetricDefinition(
        "quarantined_updates",
        .gauge,
        help: "Quarantined updates neither replayed nor discarded."
    )
    /// Tenants that a platform does not serve now.
    public static let tenantsOnHold = MetricDefinition(
        "tenants_on_hold",
        .gauge,
        labels: ["platform"],
        help: "Tenants parked or throttled, by platform."
    )
    /// Messages that wait for their tenant.
    public static let heldMessages = MetricDefinition(
        "held_messages",
        .gauge,
        labels: ["platform"],
        help: "Messages that wait until a platform serves their tenant."
    )
    /// Messages that were set aside for their tenant.
    public static let heldTotal = MetricDefinition(
        "held_messages_total",
        .counter,
        labels: ["platform"],
        help: "Times that a message was set aside for its tenant."
    )
    /// Age of the oldest message that waits for its tenant.
    public static let oldestHeld = MetricDefinition(
        "held_oldest_seconds",
        .gauge,
        help: "Age of the oldest message that waits for its tenant."
    )
    /// Budgets asked while Redis was away.
    public static let budgetFallbacks = MetricDefinition(
        "rate_budget_fallbacks_total",
        .counter,
        labels: ["api"],
        help: "Calls that drew on a budget of the process because Redis did not answer."
    )

    /// Messages in a queue that nobody has taken.
    public static let queueMessages = MetricDefinition(
        "queue_messages",
        .gauge,
        labels: ["queue"],
        help: "Messages in a queue that wait to be taken."
    )
    /// Consumers of a queue.
    public static let queueConsumers = MetricDefinition(
        "queue_consumers",
        .gauge,
        labels: ["queue"],
        help: "Consumers of a queue, those included that wait for their turn."
    )
    /// When the process started; tells processes apart, and a counter that began anew from one that fell. Named as Prometheus
    /// names it for every process, so without the relay's prefix and not among ``all``.
    public static let processStart = MetricDefinition(
        exactName: "process_start_time_seconds",
        .gauge,
        labels: [],
        help: "Start time of the process since unix epoch in seconds."
    )

    /// Every metric that the relay itself records.
    public static let all: [MetricDefinition] = [
        httpRequests, httpRequestSeconds, httpActiveRequests, webhookRequests, webhookAcknowledgement, messages,
        messageEndToEnd, queueAge, laneDepth, deadLetters, retries, upstreamRequests, upstreamSeconds,
        rateBudgetRemaining, tokenExpiry, mediaBytes, mediaFetch, mediaMissed, duplicates, statusesCoalesced,
        windowBlocked,
        claims, quarantinedUpdates, tenantsOnHold, heldMessages, heldTotal, oldestHeld, budgetFallbacks,
        queueMessages, queueConsumers,
    ]
}
