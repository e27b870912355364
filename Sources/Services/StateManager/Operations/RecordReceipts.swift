import ContractRuntime
import StateManagerContract

extension StateManager {
    /// Merges a batch of Genesys receipts into their messages.
    public func recordReceipts(
        _ input: RecordReceipts.Input,
        _ context: RequestContext
    ) async throws -> RecordReceipts.Output {
        let results = try await database.batch(
            """
            SELECT item.n, evidence.known, evidence.changed, mapping_document(evidence.mapping) AS mapping,
                CASE WHEN evidence.known THEN tracking_document(evidence.tracking) END AS tracking
            FROM (
                SELECT value, n FROM jsonb_array_elements($1::jsonb -> 'items') WITH ORDINALITY AS items (value, n)
                ORDER BY value ->> 'tenantId', value ->> 'genesysMessageId', n
            ) AS item, LATERAL record_evidence(item.value, 'receipt') AS evidence
            """,
            input.body
        ) { try $0.trackingResult() }
        return .ok(TrackingResults(results: results))
    }
}
