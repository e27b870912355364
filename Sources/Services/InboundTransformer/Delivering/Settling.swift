import ContractJSON
import ContractRuntime
import Logging
import RelayMessagingContract
import ServiceKit
import SharedContract

/// A delivery and what is known of it before it is understood.
struct Work: Sendable {
    let delivery: DeliveredMessage
    let headers: RelayHeaders
    var tenantID: String?
    /// The channel of the tenant that it travels through; nil for its first number.
    var channelID: String?
    let direction: Direction
    let logger: Logger

    var traceparent: String { headers.traceparent }
    var traceID: String? {
        let id = TraceContext.traceID(of: headers.traceparent)
        return id.isEmpty ? nil : id
    }
    /// Whether the broker or a person has handed it out before.
    var isRepeated: Bool { delivery.redelivered || headers.attempt > 1 || headers.heldId != nil }
}

extension InboundTransformer {
    /// Does the work and decides about its delivery: acknowledged when it is done or buried, put back when the service
    /// stops first.
    func settle(_ work: Work, _ body: () async throws -> Void) async -> DeliveryDecision {
        let age = now().millisecondsSinceEpoch - work.headers.occurredAt.millisecondsSinceEpoch
        operations.metrics.set(.queueAge, [work.delivery.queue], to: Double(max(age, 0)) / 1_000)
        do {
            try await body()
            return await settleHeld(work)
        } catch let held as HeldBack {
            return await hold(work, held)
        } catch let given as GivenUp {
            let decision = await bury(work, given)
            return decision == .acknowledge ? await settleHeld(work) : decision
        } catch is CancellationError {
            return .requeue
        } catch {
            work.logger.error("unexpected error", metadata: ["type": .string("\(type(of: error))")])
            let cause = FailureCause(
                disposition: .permanent,
                code: "unexpected",
                reason: "an error of type \(type(of: error))"
            )
            return await bury(work, GivenUp(cause: cause, attempts: 1, firstFailedAt: now()))
        }
    }

    /// Hands a delivery over to the dead letters; it is acknowledged only after the broker has confirmed that.
    func bury(_ work: Work, _ given: GivenUp, violations: [Violation]? = nil) async -> DeliveryDecision {
        work.logger.error(
            "given up",
            metadata: [
                "class": .string(given.cause.disposition.rawValue), "code": .string(given.cause.code ?? ""),
                "reason": .string(given.cause.reason), "attempts": .stringConvertible(given.attempts),
            ]
        )
        let letter = DeadLetter(
            deadLetterId: makeID(),
            tenantId: work.tenantID,
            trackingId: given.trackingID,
            direction: work.direction,
            service: .inboundTransformer,
            cause: given.cause,
            violations: violations,
            attempts: given.attempts,
            firstFailedAt: given.firstFailedAt,
            failedAt: now(),
            traceId: work.traceID,
            exchange: work.delivery.exchange,
            routingKey: work.delivery.routingKey,
            messageName: work.delivery.type ?? "unknown",
            headers: work.delivery.headersAsPublished,
            payload: work.delivery.payload
        )
        do {
            let message = try DeadLettersPublisher.message(
                letter,
                headers: work.headers,
                messageID: letter.deadLetterId
            )
            try await attempting(policy.neighbours, logger: work.logger) { _ in
                do { try await messaging.publish([message]) } catch { throw AttemptFailure.unreachable("rabbitmq") }
            }
            return .acknowledge
        } catch is CancellationError {
            return .requeue
        } catch {
            // Not even a dead letter: the broker keeps it, and gives up by its own delivery limit.
            work.logger.critical(
                "a dead letter could not be published",
                metadata: ["type": .string("\(type(of: error))")]
            )
            return .reject
        }
    }
}

extension DeliveredMessage {
    /// The headers as JSON, `attempt` as the number that it is.
    fileprivate var headersAsPublished: JSONObject {
        JSONObject(
            headers.sorted { $0.key < $1.key }.map { name, text in
                (name, name == "attempt" ? Int(text).map { .number(JSONNumber($0)) } ?? .string(text) : .string(text))
            }
        )
    }

    /// The body as JSON, or as text where it is none.
    fileprivate var payload: JSONValue {
        (try? JSONValue(parsing: body, limits: JSONLimits(maximumBytes: 16 << 20, maximumDepth: 128)))
            ?? .string(String(decoding: body, as: UTF8.self))
    }
}
