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
            SELECT microseconds(created_at) AS microseconds, id, quarantine_document(q) AS document
            FROM quarantined_updates q
            WHERE ($1::timestamptz IS NULL OR (created_at, id) < ($1, $2::uuid))
                AND ($4::text IS NULL OR reason = $4) AND ($5::uuid IS NULL OR tenant_id = $5)
                AND ($6::text IS NULL OR addressee = $6) AND ($7::text IS NULL OR state = $7)
            ORDER BY created_at DESC, id DESC LIMIT $3
            """,
            cursor: input.cursor,
            limit: input.limit,
            filters: [
                .optional(input.reason?.rawValue, Parameter.text), .optional(input.tenantId, Parameter.uuid),
                .optional(input.addressee?.withoutNulls, Parameter.text),
                .optional(input.state?.rawValue, Parameter.text),
            ]
        )
        guard let page else { return .badRequest(.invalidCursor(context)) }
        return .ok(QuarantinePage(items: page.items, nextCursor: page.nextCursor))
    }
}
