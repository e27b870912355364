import ContractRuntime
import ServiceKit
import SharedContract
import StateManagerContract

/// A message must wait for its tenant, for its number or behind others of its lane: it leaves the queue and keeps its place at
/// state-manager, so that one tenant's trouble takes no place from others and nothing counts as an attempt.
struct HeldBack: Error {
    /// Why, where this message met it; the tenant is put on hold. Nil: it only follows others.
    var cause: FailureCause?
    /// When to go on; nil: when the tenant is served again.
    var retryAfterSeconds: Double?
    /// The tracked message that waits.
    var trackingID: String?
    /// Whom ``cause`` stops.
    var scope = HoldScope.tenant
    /// Whether it waits for itself alone and keeps nothing of its lane behind it.
    var isAlone = false

    init(trackingID: String?) { self.trackingID = trackingID }

    /// What the tenant as a whole, or its number, has to wait for; nil for everything else.
    /// - Parameter longestWait: What is waited for in the lane.
    init?(_ outcome: SendOutcome, trackingID: String?, longestWait: Duration) {
        switch outcome {
        case .authentication(let failure): self.init(failure, trackingID)
        case .throttled(let failure):
            guard failure.scope == .tenant || failure.scope == .number,
                .seconds(failure.retryAfterSeconds) > longestWait
            else { return nil }
            self.init(trackingID: trackingID)
            scope = failure.scope == .number ? .number : .tenant
            cause = FailureCause(disposition: .throttled, reason: failure.reason ?? "throttled")
            retryAfterSeconds = failure.retryAfterSeconds
        case .accepted, .transient, .permanent, .unknown: return nil
        }
    }

    /// What a receipt has to wait for; nil if it was taken or given up. It waits alone: whatever follows in the lane is
    /// worth more, and a later status makes it superfluous.
    init?(_ outcome: SignalOutcome) {
        switch outcome {
        case .authentication(let failure): self.init(failure, nil)
        case .throttled(let failure):
            self.init(trackingID: nil)
            retryAfterSeconds = max(failure.retryAfterSeconds, 0.5)
        case .accepted, .transient, .permanent, .unknown: return nil
        }
        isAlone = true
    }

    private init(_ failure: SendAuthenticationFailure, _ trackingID: String?) {
        self.init(trackingID: trackingID)
        cause = FailureCause(disposition: .authentication, code: failure.code, reason: failure.reason)
    }
}

extension InboundTransformer {
    /// Hands a message over to state-manager; its delivery is acknowledged only after that is stored.
    func hold(_ work: Work, _ held: HeldBack) async -> DeliveryDecision {
        if let cause = held.cause {
            operations.metrics.increment(.retries, [cause.disposition.rawValue])
            work.logger.warning(
                held.scope == .number ? "a number is on hold" : "the tenant is on hold",
                metadata: ["class": .string(cause.disposition.rawValue), "reason": .string(cause.reason)]
            )
        }
        let request = HoldRequest(
            tenantId: work.tenantID ?? "",
            platform: .genesys,
            channelId: work.channelID,
            scope: held.scope,
            cause: held.cause,
            retryAfterSeconds: held.retryAfterSeconds,
            trackingId: held.trackingID,
            lane: held.isAlone ? "alone" : work.headers.lane,
            messageId: work.delivery.messageID ?? makeID(),
            exchange: work.delivery.exchange,
            routingKey: work.delivery.routingKey,
            messageName: work.delivery.type ?? "unknown",
            headers: work.delivery.headers,
            body: String(decoding: work.delivery.body, as: UTF8.self)
        )
        return await told(work) {
            guard case .ok = try await stateManager.holdMessage(.init(body: request), traceparent: work.traceparent)
            else { throw AttemptFailure.unreachable("state-manager") }
        }
    }

    /// Tells state-manager that a message that was held is dealt with, so that those behind it may go.
    func settleHeld(_ work: Work) async -> DeliveryDecision {
        guard let heldID = work.headers.heldId else { return .acknowledge }
        return await told(work) {
            let output = try await stateManager.settleHeldMessages(
                .init(body: SettleRequest(heldIds: [heldID])),
                traceparent: work.traceparent
            )
            guard case .ok = output else { throw AttemptFailure.unreachable("state-manager") }
        }
    }

    /// Repeats until state-manager has been told; puts the delivery back when the service stops first.
    private func told(_ work: Work, _ operation: () async throws -> Void) async -> DeliveryDecision {
        do {
            try await attempting(policy.neighbours, logger: work.logger) { attempt in
                do { try await operation() } catch let error as ClientError {
                    throw AttemptFailure.client(error, of: "state-manager", attempt: attempt)
                }
            }
            return .acknowledge
        } catch is CancellationError {
            return .requeue
        } catch {
            work.logger.error("state-manager could not be told of a held message")
            return .requeue
        }
    }
}
