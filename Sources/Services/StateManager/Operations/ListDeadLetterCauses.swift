import ContractRuntime
import Database
import StateManagerContract

extension StateManager {
    /// Counts the open dead letters by who gave up and why.
    public func listDeadLetterCauses(
        _ input: ListDeadLetterCauses.Input,
        _ context: RequestContext
    ) async throws -> ListDeadLetterCauses.Output {
        let rows = try await database.query(
            Statement(
                """
                SELECT jsonb_strip_nulls(jsonb_build_object(
                    'service', service, 'disposition', cause ->> 'disposition', 'code', cause ->> 'code',
                    'count', count(*), 'oldestFailedAt', utc_text(min(failed_at)),
                    'latestFailedAt', utc_text(max(failed_at)))) AS document
                FROM dead_letters WHERE state = 'open' AND ($1::uuid IS NULL OR tenant_id = $1)
                GROUP BY service, cause ->> 'disposition', cause ->> 'code'
                ORDER BY count(*) DESC, service, cause ->> 'disposition', cause ->> 'code' LIMIT 100
                """,
                [.optional(input.tenantId, Parameter.uuid)]
            )
        )
        return .ok(DeadLetterCauses(items: try rows.map { try $0.document("document") }))
    }
}
