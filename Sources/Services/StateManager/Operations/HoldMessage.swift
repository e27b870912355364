import ContractRuntime
import Database
import StateManagerContract

extension StateManager {
    /// Sets a message aside until its platform serves the tenant again.
    public func holdMessage(
        _ input: HoldMessage.Input,
        _ context: RequestContext
    ) async throws -> HoldMessage.Output {
        let rows = try await database.query(
            Statement("SELECT hold_message(tracked($1::jsonb)) AS held_id", [.document(input.body)])
        )
        guard let row = rows.first else {
            return .internalServerError(.unavailable("the message was not stored", context))
        }
        operations.metrics.increment(.heldTotal, [input.body.platform.rawValue])
        return .ok(HoldResult(heldId: try row.int("held_id")))
    }

    /// Removes held messages that have been dealt with.
    public func settleHeldMessages(
        _ input: SettleHeldMessages.Input,
        _ context: RequestContext
    ) async throws -> SettleHeldMessages.Output {
        let rows = try await database.query(
            Statement("SELECT settle_held($1) AS settled", [.intArray(input.body.heldIds)])
        )
        return .ok(SettleResult(settled: try rows.first?.int("settled") ?? 0))
    }
}
