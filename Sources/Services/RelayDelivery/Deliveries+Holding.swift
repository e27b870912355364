import ContractRuntime
import Logging
import ServiceKit
import SharedContract

extension Deliveries {
    /// Hands a message over to state-manager; its delivery is acknowledged only after that is stored.
    func hold(_ work: Work, _ reason: HeldBack) async -> DeliveryDecision {
        if let cause = reason.cause {
            operations.metrics.increment(.retries, [cause.disposition.rawValue])
            work.logger.warning(
                reason.scope == .number ? "a number is on hold" : "the tenant is on hold",
                metadata: ["class": .string(cause.disposition.rawValue), "reason": .string(cause.reason)])
        }
        var reason = reason
        reason.channelID = work.channelID
        return await told(work) { [reason] attempt in
            try await held.keep(
                work.delivery, work.headers, tenantID: work.tenantID ?? "", because: reason, attempt: attempt)
        }
    }

    /// Tells state-manager that a message that was held is dealt with, so that those behind it may go.
    func settleHeld(_ work: Work) async -> DeliveryDecision {
        guard let heldID = work.headers.heldId else { return .acknowledge }
        return await told(work) { attempt in
            try await held.settle(heldID, traceparent: work.traceparent, attempt: attempt)
        }
    }

    /// Repeats until state-manager has been told; puts the delivery back when the service stops first.
    private func told(_ work: Work, _ operation: (_ attempt: Int) async throws -> Void) async -> DeliveryDecision {
        do {
            try await attempting(policy.neighbours, logger: work.logger) { try await operation($0) }
            return .acknowledge
        } catch is CancellationError {
            return .requeue
        } catch {
            work.logger.error("state-manager could not be told of a held message")
            return .requeue
        }
    }
}
