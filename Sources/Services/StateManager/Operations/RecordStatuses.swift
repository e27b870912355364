import ContractRuntime
import ServiceKit
import StateManagerContract

extension StateManager {
    /// Merges a batch of WhatsApp statuses into their messages.
    public func recordStatuses(
        _ input: RecordStatuses.Input,
        _ context: RequestContext
    ) async throws -> RecordStatuses.Output {
        // As results of attempts are: in the order of the messages' own ids, which both lock.
        let results = try await database.batch(
            """
            SELECT item.n, evidence.known, evidence.changed, mapping_document(evidence.mapping) AS mapping,
                CASE WHEN evidence.known THEN tracking_document(evidence.tracking) END AS tracking,
                evidence.known AND has_failed_part(evidence.tracking) AS failed_part
            FROM (
                SELECT value, n FROM jsonb_array_elements($1::jsonb -> 'items') WITH ORDINALITY AS items (value, n)
                ORDER BY coalesce(value ->> 'trackingId', (
                    SELECT min(id::text) FROM message_tracking m WHERE m.meta_message_id = value ->> 'wamid'
                    AND m.tenant_id = (value ->> 'tenantId')::uuid AND m.direction = 'outbound')), n
            ) AS item, LATERAL record_evidence(item.value, 'status') AS evidence
            """,
            input.body
        ) { row in try row.trackingResult(failedPart: row.bool("failed_part")) }
        for item in input.body.items {
            if let occurredAt = item.occurredAt { evidenceLag.note(occurredAt: occurredAt, now: WallClock.now) }
        }
        return .ok(TrackingResults(results: results))
    }
}
