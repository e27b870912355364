import ContractJSON
public import ContractRuntime
import RelayMessagingContract
import ServiceKit
public import SharedContract

extension Deliveries {
    /// Does the work and decides about its delivery: acknowledged when it is done or buried, put back when the service
    /// stops first.
    /// - Parameter beforeBurial: Done first when the message is given up; after a crash in between, both are done again.
    public func settle(
        _ work: Work,
        beforeBurial: (GivenUp) async throws -> Void = { _ in },
        _ body: () async throws -> Void
    ) async -> DeliveryDecision {
        let age = now().millisecondsSinceEpoch - work.headers.occurredAt.millisecondsSinceEpoch
        operations.metrics.set(.queueAge, [work.delivery.queue], to: Double(max(age, 0)) / 1_000)
        do {
            try await body()
            return await settleHeld(work)
        } catch let held as HeldBack {
            return await hold(work, held)
        } catch let given as GivenUp {
            do { try await beforeBurial(given) } catch is CancellationError { return .requeue } catch {
                work.logger.error("nobody could be told of the failure", metadata: ["type": "\(type(of: error))"])
            }
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
    public func bury(_ work: Work, _ given: GivenUp, violations: [Violation]? = nil) async -> DeliveryDecision {
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
            service: service,
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
