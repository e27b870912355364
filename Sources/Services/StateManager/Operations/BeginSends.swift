import ContractRuntime
import ServiceKit
import StateManagerContract

extension StateManager {
    /// Records the intents of a batch of attempts.
    public func beginSends(_ input: BeginSends.Input, _ context: RequestContext) async throws -> BeginSends.Output {
        let results: [BeginSendResult] = try await database.batch(
            """
            SELECT item.n, begin_send(item.value) AS document
            FROM (
                SELECT value, n FROM jsonb_array_elements($1::jsonb -> 'items') WITH ORDINALITY AS items (value, n)
                ORDER BY value ->> 'trackingId', n
            ) AS item
            """,
            input.body
        ) { try $0.document("document") }
        return .ok(
            BeginSendResults(
                results: results.map { result in
                    guard case .unknownOutcome(var open) = result else { return result }
                    let lag = evidenceLag.milliseconds(now: WallClock.now)
                    open.evidenceLagMilliseconds = lag > 0 ? Int(lag) : nil
                    open.statusesReachTo = evidenceLag.reach
                    return .unknownOutcome(open)
                }))
    }
}
