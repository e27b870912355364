import ContractJSON
public import ContractRuntime
public import Logging
public import RelayDelivery
public import RelayMessagingContract
public import ServiceKit
public import SharedContract

/// Does the work of one delivery: tries again in its lane for a bounded time, then hands it over as a dead letter.
public struct LaneWorker: Sendable {
    private let service: SharedContract.ServiceName
    private let direction: Direction
    private let transport: any MessageTransport
    private let policy: RetryPolicy
    private let neighbours: RetryPolicy
    private let held: HeldMessages?
    private let drain: DrainSignal
    private let counters: IntakeCounters
    private let logger: Logger

    /// Creates a worker.
    /// - Parameters:
    ///   - service: Who gives up.
    ///   - direction: Which way its messages travel.
    ///   - transport: Where dead letters are published.
    ///   - policy: When to try again.
    ///   - neighbours: When to try again while a part of the relay gives no answer; default for a day.
    ///   - held: Keeps messages whose tenant the platform does not serve; nil where there are none.
    ///   - drain: Ends waits before the next attempt.
    ///   - counters: Told of lanes and dead letters.
    ///   - logger: For retries and what was given up.
    public init(
        service: SharedContract.ServiceName, direction: Direction, transport: any MessageTransport, policy: RetryPolicy,
        neighbours: RetryPolicy = DeliveryPolicy().neighbours, held: HeldMessages? = nil, drain: DrainSignal,
        counters: IntakeCounters, logger: Logger
    ) {
        self.service = service
        self.direction = direction
        self.transport = transport
        self.policy = policy
        self.neighbours = neighbours
        self.held = held
        self.drain = drain
        self.counters = counters
        self.logger = logger
    }

    /// Does the work of a delivery.
    /// - Parameters:
    ///   - tenantID: The tenant, where one is known from the start.
    ///   - work: Must be safe to repeat; its errors say whether repeating helps (``Disposition``).
    /// - Returns: `acknowledge` once the work is done or the dead letter is stored.
    public func handle(
        _ delivery: DeliveredMessage, _ headers: RelayHeaders, tenantID: String? = nil,
        work: () async throws -> Void
    ) async -> DeliveryDecision {
        await LogContext.with {
            $0.traceparent = headers.traceparent
            $0.tenantID = tenantID
        } operation: {
            await counters.inLane { await attempt(delivery, headers, tenantID, work) }
        }
    }

    private func attempt(
        _ delivery: DeliveredMessage, _ headers: RelayHeaders, _ tenantID: String?, _ work: () async throws -> Void
    ) async -> DeliveryDecision {
        let waiting = Waiting(counters: counters)
        defer { waiting.end() }
        do {
            try await patiently(delivery, waiting) { try await work() }
            return .acknowledge
        } catch let error as RetriesExhausted {
            if let reason = error.cause as? HeldBack, let held, let tenantID {
                return await hold(delivery, headers, tenantID, reason, held, waiting)
            }
            let failure = Failure(error, firstFailedAt: waiting.firstFailedAt ?? WallClock.now)
            return await giveUp(delivery, failure, tenantID: tenantID, headers: headers)
        } catch {
            // The process stops; whoever comes next starts over.
            return .requeue
        }
    }

    /// Tries by the policy, and as long as a part of the relay itself gives no answer: then nothing gets through, so that
    /// giving up would only make dead letters of all that comes.
    private func patiently(
        _ delivery: DeliveredMessage, _ waiting: Waiting, _ operation: () async throws -> Void
    ) async throws {
        func note(_ error: any Error, _ attempt: Int, _ wait: Duration) {
            waiting.begin()
            counters.retried(Disposition(of: error))
            logger.info(
                "trying again",
                metadata: [
                    "queue": .string(delivery.queue), "attempt": .stringConvertible(attempt),
                    "wait": .stringConvertible(wait), "failure": .string(Disposition(of: error).label),
                ])
        }
        let clock = DrainClock(signal: drain)
        do {
            try await withRetries(neighbours, clock: clock, onRetry: note) { _ in
                do {
                    try await withRetries(policy, clock: clock, onRetry: note) { _ in
                        waiting.end()
                        try await operation()
                    }
                } catch let given as RetriesExhausted {
                    if let failure = given.cause as? AttemptFailure, failure.isUnreachable { throw failure }
                    throw Final(given: given)
                }
            }
        } catch let given as RetriesExhausted {
            throw (given.cause as? Final)?.given ?? given
        }
    }

    private func hold(
        _ delivery: DeliveredMessage, _ headers: RelayHeaders, _ tenantID: String, _ reason: HeldBack,
        _ held: HeldMessages, _ waiting: Waiting
    ) async -> DeliveryDecision {
        logger.warning(
            "the tenant is on hold",
            metadata: ["queue": .string(delivery.queue), "reason": .string(reason.cause?.reason ?? "")])
        do {
            try await patiently(delivery, waiting) {
                try await held.keep(delivery, headers, tenantID: tenantID, because: reason, attempt: 1)
            }
            return .acknowledge
        } catch {
            // It stays in its queue, in its place.
            return .requeue
        }
    }

    /// Says that a delivery that had been held is dealt with here and goes no further.
    /// - Throws: `AttemptFailure`; then the delivery has to be tried again.
    public func settleHeld(_ headers: RelayHeaders) async throws {
        guard let heldID = headers.heldId, let held else { return }
        try await held.settle(heldID, traceparent: headers.traceparent, attempt: 1)
    }

    /// Hands over a delivery that breaks the contract of its channel.
    public func refuse(_ delivery: DeliveredMessage, because error: ContractDecodingError) async -> DeliveryDecision {
        let failure = Failure(
            cause: FailureCause(
                disposition: .permanent, code: "contract-violation", reason: "the message breaks its contract"),
            violations: error.violations, attempts: 1, firstFailedAt: WallClock.now)
        let headers = RelayHeaders(
            traceparent: delivery.headers["traceparent"] ?? TraceContext.make(),
            lane: delivery.headers["lane"] ?? "unknown", attempt: 1, occurredAt: WallClock.now,
            heldId: delivery.headers["heldId"].flatMap { Int($0) })
        return await giveUp(delivery, failure, tenantID: nil, headers: headers)
    }

    /// Keeps a message as a dead letter that is not one that was delivered: what is left over of one that went on.
    /// - Throws: `MessagingError` if the broker does not take it; then the delivery has to be tried again.
    public func keep(
        _ message: OutgoingMessage, headers: RelayHeaders, tenantID: String?, because cause: FailureCause
    ) async throws {
        let failure = Failure(cause: cause, attempts: 1, firstFailedAt: WallClock.now)
        try await bury(Leftover(message), failure, tenantID: tenantID, traceparent: headers.traceparent)
    }

    private func bury(
        _ leftover: Leftover, _ failure: Failure, tenantID: String?, traceparent: String?
    ) async throws {
        let trace = TraceContext.child(of: traceparent)
        // A replay that fails again has another attempt number, and is another dead letter.
        let id = StableIdentifier.derived(
            from: "dead-letter", leftover.messageID ?? StableIdentifier.random(), leftover.headers["attempt"] ?? "")
        let letter = DeadLetter(
            deadLetterId: id, tenantId: tenantID, direction: direction, service: service, cause: failure.cause,
            violations: failure.violations.isEmpty ? nil : failure.violations.bounded, attempts: failure.attempts,
            firstFailedAt: failure.firstFailedAt, failedAt: WallClock.now, traceId: TraceContext.traceID(of: trace),
            exchange: leftover.exchange, routingKey: leftover.routingKey, messageName: leftover.name,
            headers: JSONObject(leftover.headers.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }),
            payload: (try? JSONValue(parsing: leftover.body, limits: Self.payloadLimits))
                ?? .string(String(decoding: leftover.body, as: UTF8.self)))
        let headers = RelayHeaders(
            traceparent: trace, lane: LaneKey.key(id, customer: nil), attempt: 1, occurredAt: WallClock.now)
        try await transport.publish([DeadLettersPublisher.message(letter, headers: headers, messageID: id)])
        logger.error(
            "gave up",
            metadata: [
                "dead_letter_id": .string(id), "message": .string(leftover.name),
                "cause": .string(failure.cause.reason), "attempts": .stringConvertible(failure.attempts),
            ])
    }

    private func giveUp(
        _ delivery: DeliveredMessage, _ failure: Failure, tenantID: String?, headers: RelayHeaders
    ) async -> DeliveryDecision {
        do {
            try await bury(Leftover(delivery), failure, tenantID: tenantID, traceparent: headers.traceparent)
            counters.deadLettered()
            try await settleHeld(headers)
            return .acknowledge
        } catch {
            logger.error(
                "a dead letter could not be handed over; the message goes back to its queue",
                metadata: ["queue": .string(delivery.queue), "failure": .string(Disposition(of: error).label)])
            return .requeue
        }
    }

    /// As large as a message can be.
    private static let payloadLimits = JSONLimits(maximumBytes: 16 << 20, maximumDepth: 128)
}

/// A failure that more patience does not mend.
private struct Final: Error {
    let given: RetriesExhausted
}

/// What a delivery waits for, counted once however often it is tried. Used by one task at a time.
private final class Waiting {
    private let counters: IntakeCounters
    private var isWaiting = false
    private(set) var firstFailedAt: DateTime?

    init(counters: IntakeCounters) { self.counters = counters }

    func begin() {
        firstFailedAt = firstFailedAt ?? WallClock.now
        guard !isWaiting else { return }
        isWaiting = true
        counters.waiting(1)
    }

    func end() {
        guard isWaiting else { return }
        isWaiting = false
        counters.waiting(-1)
    }
}

/// What is kept in a dead letter, as it was or would have been published.
private struct Leftover {
    let exchange: String
    let routingKey: String
    let name: String
    let messageID: String?
    let headers: [String: String]
    let body: [UInt8]

    init(_ delivery: DeliveredMessage) {
        exchange = delivery.exchange
        routingKey = delivery.routingKey
        name = delivery.type?.cut(to: 100) ?? "unknown"
        messageID = delivery.messageID
        headers = delivery.headers
        body = delivery.body
    }

    init(_ message: OutgoingMessage) {
        exchange = message.exchange
        routingKey = message.routingKey
        name = message.type?.cut(to: 100) ?? "unknown"
        messageID = message.messageID
        headers = message.headers
        body = message.body
    }
}

/// Why a delivery is given up.
private struct Failure {
    let cause: FailureCause
    var violations: [ContractViolation] = []
    let attempts: Int
    let firstFailedAt: DateTime
}

extension Failure {
    init(_ error: RetriesExhausted, firstFailedAt: DateTime) {
        cause = FailureCause(error.disposition)
        attempts = error.attempts
        self.firstFailedAt = firstFailedAt
    }
}

extension FailureCause {
    /// A disposition in the words of the contracts.
    fileprivate init(_ disposition: Disposition) {
        switch disposition {
        case .retryAfter: self.init(disposition: .throttled, reason: "throttled until the attempts were used up")
        case .transient:
            self.init(disposition: .transient, reason: "a dependency failed until the attempts were used up")
        case .authentication: self.init(disposition: .authentication, reason: "the credentials were refused")
        case .permanent(let code, let reason):
            self.init(disposition: .permanent, code: code.cut(to: 120), reason: reason.cut(to: 1_000))
        case .unknownOutcome:
            self.init(disposition: .unknownOutcome, reason: "the outcome of the last attempt is unknown")
        }
    }
}
