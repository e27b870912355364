import ContractRuntime
import StateManagerContract

extension StateManager {
    /// Merges a batch of Genesys receipts into their messages.
    public func recordReceipts(
        _ input: RecordReceipts.Input,
        _ context: RequestContext
    ) async throws -> RecordReceipts.Output {
        // As results of attempts are: in the order of the messages' own ids, which both lock.
        let results = try await database.batch(
            """
            SELECT item.n, evidence.known, evidence.changed, mapping_document(evidence.mapping) AS mapping,
                CASE WHEN evidence.known THEN tracking_document(evidence.tracking) END AS tracking
            FROM (
                SELECT value, n FROM jsonb_array_elements($1::jsonb -> 'items') WITH ORDINALITY AS items (value, n)
                ORDER BY coalesce((
                    SELECT min(id::text) FROM message_tracking m
                    WHERE m.genesys_message_id = value ->> 'genesysMessageId'
                    AND m.tenant_id = (value ->> 'tenantId')::uuid AND m.direction = 'inbound'), (
                    SELECT min(id::text) FROM message_tracking m WHERE m.platform_message_id = value ->> 'wamid'
                    AND m.tenant_id = (value ->> 'tenantId')::uuid AND m.direction = 'inbound')), n
            ) AS item, LATERAL record_evidence(item.value, 'receipt') AS evidence
            """,
            input.body
        ) { try $0.trackingResult() }
        return .ok(TrackingResults(results: results))
    }
}
