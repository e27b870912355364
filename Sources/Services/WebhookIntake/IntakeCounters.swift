public import ContractRuntime
public import ServiceKit
public import SharedContract
import Synchronization

/// Counts what a webhook service has taken in since its process started.
public final class IntakeCounters: Sendable {
    private struct State {
        var lastAcceptedAt: DateTime?
        var webhooks = WebhookCounters(accepted: 0, forged: 0, malformed: 0, unavailable: 0)
        var updates = UpdateCounters(
            accepted: 0, published: 0, quarantined: 0, noted: 0, deadLettered: 0, archived: 0)
        var active = 0
        var waiting = 0
    }

    private let state = Mutex(State())
    private let service: SharedContract.ServiceName
    private let source: String
    private let startedAt: DateTime
    private let metrics: MetricRegistry

    /// Starts at nothing.
    /// - Parameters:
    ///   - service: Who counts.
    ///   - source: Label of the metrics, `meta` or `genesys`.
    ///   - operations: When the process started, and its metrics.
    public init(service: SharedContract.ServiceName, source: String, operations: OperationsAnswers) {
        self.service = service
        self.source = source
        startedAt = operations.startedAt
        metrics = operations.metrics
    }

    /// Counters and gauges of now.
    public var status: IntakeStatus {
        state.withLock { state in
            IntakeStatus(
                service: service, startedAt: startedAt, lastAcceptedAt: state.lastAcceptedAt, webhooks: state.webhooks,
                updates: state.updates, lanes: LaneGauges(active: state.active, waiting: state.waiting))
        }
    }

    /// A webhook was stored and is acknowledged.
    /// - Parameters:
    ///   - updates: How many updates it holds.
    ///   - quarantined: How many of them were set aside at once.
    ///   - duration: How long the platform waited.
    public func accepted(updates: Int, quarantined: Int, at time: DateTime, after duration: Duration) {
        state.withLock { state in
            state.webhooks.accepted += 1
            state.updates.accepted += updates
            state.updates.quarantined += quarantined
            state.lastAcceptedAt = time
        }
        metrics.increment(.webhookRequests, [source, "accepted"])
        metrics.observe(.webhookAcknowledgement, [source], duration)
    }

    /// A webhook was refused.
    public func refused(_ refusal: IntakeRefusal) {
        let outcome = state.withLock { state in
            switch refusal {
            case .unsupportedMediaType, .malformed:
                state.webhooks.malformed += 1
                return "invalid"
            case .forged:
                state.webhooks.forged += 1
                return "forged"
            case .unavailable:
                state.webhooks.unavailable += 1
                return "unavailable"
            }
        }
        metrics.increment(.webhookRequests, [source, outcome])
    }

    /// Updates were handed over to the transformer, or set aside, or ask nothing of anybody.
    public func routed(published: Int, quarantined: Int, noted: Int = 0) {
        state.withLock { state in
            state.updates.published += published
            state.updates.quarantined += quarantined
            state.updates.noted += noted
        }
    }

    /// A webhook body was archived.
    public func archived() { state.withLock { $0.updates.archived += 1 } }

    /// A file could not be had; its message goes on without it.
    /// - Parameter code: Why, `media-gone` for example.
    public func fileMissed(_ code: String) { metrics.increment(.mediaMissed, [direction, code]) }

    /// A file was stored.
    /// - Parameter duration: From the first try on.
    public func fileStored(bytes: Int, after duration: Duration) {
        metrics.increment(.mediaBytes, [direction], by: Double(bytes))
        metrics.observe(.mediaFetch, [direction], duration)
    }

    private var direction: String { service == .whatsappWebhookService ? "inbound" : "outbound" }

    /// A message was given up on.
    public func deadLettered() { state.withLock { $0.updates.deadLettered += 1 } }

    /// A lane has something in work until the operation ends.
    func inLane<Result>(
        isolation: isolated (any Actor)? = #isolation, _ operation: () async -> Result
    ) async -> Result {
        state.withLock { $0.active += 1 }
        defer { state.withLock { $0.active -= 1 } }
        return await operation()
    }

    /// The work of a lane waits before it is tried again, or no longer.
    func waiting(_ change: Int) { state.withLock { $0.waiting += change } }

    /// A failure will be tried again.
    func retried(_ disposition: Disposition) { metrics.increment(.retries, [disposition.label]) }
}
