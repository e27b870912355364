import ContractRuntime
import Database
import StateManagerContract

extension StateManager {
    /// Reads one quarantined update with what the platform sent.
    public func getQuarantinedUpdate(
        _ input: GetQuarantinedUpdate.Input,
        _ context: RequestContext
    ) async throws -> GetQuarantinedUpdate.Output {
        let rows = try await database.query(
            Statement(
                "SELECT quarantine_document(q) AS record, content FROM quarantined_updates q WHERE id = $1",
                [.uuid(input.quarantineId)]
            )
        )
        guard let row = rows.first else {
            return .notFound(.notFound("there is no such quarantined update", context))
        }
        return .ok(
            QuarantineDetails(
                record: try row.document("record"),
                update: try row.jsonOptional("content") == nil ? nil : try row.jsonDocument("content")
            )
        )
    }
}
