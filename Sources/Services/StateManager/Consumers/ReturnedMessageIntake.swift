import ContractJSON
import ContractRuntime
import RelayMessagingContract
import ServiceKit
import SharedContract

/// Stores what the broker took away from consumers that died of it.
struct ReturnedMessageIntake: ReturnedMessagesConsumer {
    let state: StateManager

    func consume(_ message: JSONValue, headers: RelayHeaders, delivery: DeliveredMessage) async -> DeliveryDecision {
        await state.store(Self.letter(for: delivery, because: nil).statement, "returned_message")
    }

    func refuse(_ delivery: DeliveredMessage, because error: ContractDecodingError) async -> DeliveryDecision {
        await state.store(Self.letter(for: delivery, because: error).statement, "returned_message")
    }

    /// The dead letter for a delivery that no service made one of.
    static func letter(for delivery: DeliveredMessage, because error: ContractDecodingError?) -> StoredDeadLetter {
        let origin = Origin(delivery)
        let text = String(decoding: delivery.body, as: UTF8.self)
        let payload = (try? JSONValue(parsing: delivery.body, limits: .stored)) ?? .string(text)
        let direction = Self.direction(of: payload)
        let cause =
            error.map { _ in
                FailureCause(
                    disposition: .permanent,
                    code: "contract-violation",
                    reason: "the message breaks its contract"
                )
            }
            ?? FailureCause(
                disposition: .permanent,
                code: "delivery-limit",
                reason: "the broker gave up: every consumer that took it was lost"
            )
        let key = [delivery.messageID ?? text, delivery.headers["attempt"] ?? "", origin.queue].joined(separator: "|")
        return StoredDeadLetter(
            key: StableID.uuid(of: key),
            letter: DeadLetter(
                deadLetterId: StableID.uuid(of: key),
                tenantId: payload["tenantId"]?.string.flatMap { UUIDText.isValid($0) ? $0 : nil },
                direction: direction,
                service: origin.service,
                cause: cause,
                violations: error?.violations,
                attempts: origin.attempts,
                failedAt: WallClock.now,
                traceId: delivery.headers["traceparent"].map(TraceContext.traceID(of:)).flatMap {
                    $0.isEmpty ? nil : $0
                },
                exchange: origin.exchange,
                routingKey: origin.routingKey,
                messageName: delivery.type ?? "unknown",
                headers: JSONObject(delivery.headers.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }),
                payload: payload
            )
        )
    }

    private static func direction(of payload: JSONValue) -> Direction? {
        switch payload["kind"]?.string {
        case "inboundMessage": .inbound
        case "outboundMessage": .outbound
        default: nil
        }
    }
}

extension JSONLimits {
    /// Bounds of what arrives over the broker, whose messages have 16 MiB at most.
    static let stored = JSONLimits(maximumBytes: 16 << 20, maximumDepth: 512)
}

extension ContractDecodingError {
    /// The first 100 violations, as a problem document shows them; of a text that is no JSON, where it ends to be.
    var violations: [Violation] {
        switch self {
        case .syntax(let error):
            [
                Violation(
                    pointer: "",
                    keyword: "syntax",
                    schemaPointer: "",
                    message: "at byte \(error.offset): \(error.reason)"
                )
            ]
        case .violations(let violations):
            violations.prefix(100).map {
                Violation(
                    pointer: $0.instancePointer,
                    keyword: $0.keyword,
                    schemaPointer: $0.schemaPointer,
                    message: $0.message
                )
            }
        }
    }
}
