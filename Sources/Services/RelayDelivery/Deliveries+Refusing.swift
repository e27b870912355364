public import ContractRuntime
import RelayMessagingContract
import ServiceKit
public import SharedContract

extension Deliveries {
    /// Buries a delivery that breaks the contract of its channel.
    public func refuse(
        _ delivery: DeliveredMessage, because error: ContractDecodingError, direction: Direction
    ) async -> DeliveryDecision {
        let trace = delivery.headers["traceparent"].flatMap { TraceContext.isValid($0) ? $0 : nil }
        let headers = RelayHeaders(
            traceparent: trace ?? TraceContext.make(), lane: delivery.headers["lane"] ?? "unknown",
            attempt: delivery.headers["attempt"].flatMap { Int($0) } ?? 1, occurredAt: now(),
            heldId: delivery.headers["heldId"].flatMap { Int($0) })
        let work = work(delivery, headers, direction: direction)
        let cause = FailureCause(
            disposition: .permanent, code: "contract-violation",
            reason: "the message breaks the contract of its channel")
        let decision = await bury(
            work, GivenUp(cause: cause, attempts: 1, firstFailedAt: now()), violations: Violation.all(of: error))
        return decision == .acknowledge ? await settleHeld(work) : decision
    }
}

extension Violation {
    /// The violations of an error, at most as many as a contract carries.
    public static func all(of error: ContractDecodingError) -> [Violation] {
        switch error {
        case .syntax(let syntax):
            [Violation(pointer: "", keyword: "syntax", schemaPointer: "", message: syntax.reason)]
        case .violations(let violations):
            violations.prefix(100).map { violation in
                Violation(
                    pointer: String(violation.instancePointer.prefix(500)),
                    keyword: violation.keyword,
                    schemaPointer: violation.schemaPointer,
                    message: String(violation.message.prefix(500))
                )
            }
        }
    }
}
