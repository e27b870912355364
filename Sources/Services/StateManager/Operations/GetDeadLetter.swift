import ContractJSON
import ContractRuntime
import Database
import StateManagerContract

extension StateManager {
    /// Reads one dead letter with everything that a replay would publish.
    public func getDeadLetter(
        _ input: GetDeadLetter.Input,
        _ context: RequestContext
    ) async throws -> GetDeadLetter.Output {
        let rows = try await database.query(
            Statement(
                """
                SELECT dead_letter_document(d) AS record, violations, headers, payload FROM dead_letters d WHERE id = $1
                """,
                [.uuid(input.deadLetterId)]
            )
        )
        guard let row = rows.first else { return .notFound(.noDeadLetter(context)) }
        return .ok(
            DeadLetterDetails(
                record: try row.document("record"),
                violations: try row.document("violations"),
                headers: try row.jsonDocument("headers").object ?? JSONObject(),
                payload: try row.jsonDocument("payload")
            )
        )
    }
}
