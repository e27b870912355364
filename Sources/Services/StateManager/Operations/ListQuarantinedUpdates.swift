import ContractRuntime
import Database
import SharedContract
import StateManagerContract

extension StateManager {
    /// Lists the updates that were set aside, the latest first.
    public func listQuarantinedUpdates(
        _ input: ListQuarantinedUpdates.Input,
        _ context: RequestContext
    ) async throws -> ListQuarantinedUpdates.Output {
        let page: ListPage<QuarantineRecord>? = try await database.page(
            """
            SELECT microseconds(created_at) AS microseconds, id, json_strip_nulls(json_build_object(
                'id', id, 'platform', platform, 'reason', reason, 'tenantId', tenant_id, 'addressee', addressee,
                'field', field, 'violations', violations, 'receivedAt', utc_text(received_at),
                'archiveKey', archive_key, 'createdAt', utc_text(created_at))) AS document
            FROM quarantined_updates
            WHERE ($1::timestamptz IS NULL OR (created_at, id) < ($1, $2::uuid))
                AND ($4::text IS NULL OR reason = $4)
            ORDER BY created_at DESC, id DESC LIMIT $3
            """,
            cursor: input.cursor,
            limit: input.limit,
            filters: [.optional(input.reason?.rawValue, Parameter.text)]
        )
        guard let page else { return .badRequest(.invalidCursor(context)) }
        return .ok(QuarantinePage(items: page.items, nextCursor: page.nextCursor))
    }
}
