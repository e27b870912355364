import AgentPortalContract
import ContractJSON
import ContractRuntime
import SharedContract
import StateManagerContract

private struct DeadLetterContent {
    let row: DeadLetterRow
    let tenantID: String?
    let firstFailed: TimeText?
    let traceID: String?
    let exchange: String
    let routingKey: String
    let violations: [ViolationRow]
    let headers: String
    let payload: String
}

/// What a contract refuses.
struct ViolationRow {
    let pointer: String
    let message: String

    init(_ violation: Violation) {
        pointer = violation.pointer.isEmpty ? "the whole" : violation.pointer
        message = violation.message
    }
}

extension AgentPortal {
    /// A dead letter with what a replay publishes.
    public func getDeadLetterPage(
        _ input: GetDeadLetterPage.Input, _ context: RequestContext
    ) async throws -> GetDeadLetterPage.Output {
        let output = try await ask("state-manager") {
            try await services.state.getDeadLetter(
                .init(deadLetterId: input.deadLetterId), traceparent: context.traceparent)
        }
        let details: DeadLetterDetails
        switch output {
        case .ok(let found): details = found
        case .notFound, .badRequest: throw PortalRefusal.notFound("dead letter")
        default: throw PortalRefusal.serviceAway("state-manager")
        }
        let record = details.record
        let names = await tenantNames.names(of: Set([record.tenantId].compactMap(\.self)), context)
        let content = DeadLetterContent(
            row: DeadLetterRow(record, names), tenantID: record.tenantId,
            firstFailed: record.firstFailedAt.map(TimeText.init), traceID: record.traceId, exchange: record.exchange,
            routingKey: record.routingKey, violations: details.violations.map(ViolationRow.init),
            headers: IndentedJSON.text(.object(details.headers)), payload: IndentedJSON.text(details.payload))
        return .ok(try pages.page("dead-letter", title: "Dead letter", section: .deadLetters, content))
    }
}
