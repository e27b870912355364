import ContractRuntime
public import Logging
public import ServiceKit
import SharedContract

extension Deliveries {
    /// Tries until it succeeds or the policy gives up.
    /// - Throws: ``GivenUp``; `CancellationError` when the service stops while it waits.
    public func attempting<Value: Sendable>(
        _ policy: RetryPolicy,
        trackingID: String? = nil,
        logger: Logger,
        _ operation: (_ attempt: Int) async throws -> Value
    ) async throws -> Value {
        var firstFailedAt: DateTime?
        do {
            return try await withRetries(
                policy,
                clock: clock,
                onRetry: { error, attempt, wait in noteRetry(error, attempt, wait, logger) },
                operation: { attempt in
                    do { return try await operation(attempt) } catch {
                        firstFailedAt = firstFailedAt ?? now()
                        throw error
                    }
                }
            )
        } catch let given as RetriesExhausted {
            // A call within the attempt was given up already.
            if let inner = given.cause as? GivenUp { throw inner }
            if let held = given.cause as? HeldBack { throw held }
            let cause =
                (given.cause as? AttemptFailure)?.cause
                ?? FailureCause(
                    disposition: .permanent,
                    code: "unexpected",
                    reason: "an error of type \(type(of: given.cause))"
                )
            throw GivenUp(
                cause: cause,
                attempts: given.attempts,
                firstFailedAt: firstFailedAt,
                trackingID: trackingID
            )
        }
    }

    private func noteRetry(_ error: any Error, _ attempt: Int, _ wait: Duration, _ logger: Logger) {
        let cause = (error as? AttemptFailure)?.cause
        let disposition = cause?.disposition ?? .transient
        operations.metrics.increment(.retries, [disposition.rawValue])
        // Refused credentials need a person; everything else is expected to pass.
        let level: Logger.Level = disposition == .authentication ? .error : .notice
        logger.log(
            level: level,
            "trying again",
            metadata: [
                "class": .string(disposition.rawValue), "code": .string(cause?.code ?? ""),
                "reason": .string(cause?.reason ?? ""), "attempt": .stringConvertible(attempt),
                "wait": .stringConvertible(wait),
            ]
        )
    }
}
