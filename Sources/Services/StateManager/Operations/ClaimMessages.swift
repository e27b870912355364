import ContractRuntime
import Database
import SharedContract
import StateManagerContract

extension StateManager {
    /// Claims a batch of messages, or says why each of them can't be claimed.
    public func claimMessages(
        _ input: ClaimMessages.Input,
        _ context: RequestContext
    ) async throws -> ClaimMessages.Output {
        // Sorted, so that batches that share customers lock them in the same order.
        let results = try await database.batch(
            """
            SELECT item.n,
                CASE WHEN claim.outcome IN ('claimed', 'resumed', 'unknownOutcome') AND must_wait(
                    (item.value ->> 'tenantId')::uuid,
                    CASE item.value ->> 'direction' WHEN 'inbound' THEN 'genesys' ELSE 'whatsapp' END, item.value)
                    THEN 'held' ELSE claim.outcome END AS outcome,
                tracking_document(keep_content(claim.tracking, item.value)) AS tracking,
                mapping_document(claim.mapping) AS mapping
            FROM (
                SELECT value, n FROM jsonb_array_elements($1::jsonb -> 'items') WITH ORDINALITY AS items (value, n)
                ORDER BY value ->> 'tenantId', value ->> 'channelId',
                    ltrim(coalesce(
                        value ->> 'customerAddress', value #>> '{customer,waId}', value #>> '{customer,userId}'), '+'), n
            ) AS item, LATERAL claim_message(item.value) AS claim
            """,
            input.body
        ) { row in
            ClaimResult(
                claim: try row.closedEnum("outcome"),
                tracking: try row.document("tracking"),
                mapping: try row.documentOptional("mapping")
            )
        }
        for result in results { operations.metrics.increment(.claims, [result.claim.rawValue]) }
        await conversations.remember(
            zip(input.body.items, results).compactMap { item, result in
                if case .outbound = item { result.mapping } else { nil }
            }
        )
        return .ok(ClaimResults(results: results))
    }
}

extension Row {
    /// A member of a closed enumeration of the contract.
    func closedEnum<Value: RawRepresentable<String>>(_ column: String) throws(DatabaseError) -> Value {
        guard let value = Value(rawValue: try text(column)) else {
            throw DatabaseError(.invalidRow, reason: "column \(column) holds a word that the contract does not know")
        }
        return value
    }
}
