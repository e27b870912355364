import ContractRuntime
import Database
import SharedContract
import StateManagerContract

extension StateManager {
    /// Lists dead letters, the latest first.
    public func listDeadLetters(
        _ input: ListDeadLetters.Input,
        _ context: RequestContext
    ) async throws -> ListDeadLetters.Output {
        let page: ListPage<DeadLetterRecord>? = try await database.page(
            """
            SELECT microseconds(created_at) AS microseconds, id, dead_letter_document(d) AS document
            FROM dead_letters d
            WHERE ($1::timestamptz IS NULL OR (created_at, id) < ($1, $2::uuid))
                AND ($4::uuid IS NULL OR tenant_id = $4) AND ($5::text IS NULL OR state = $5)
                AND ($6::text IS NULL OR service = $6) AND ($7::text IS NULL OR direction = $7)
                AND ($8::text IS NULL OR cause ->> 'disposition' = $8) AND ($9::text IS NULL OR cause ->> 'code' = $9)
            ORDER BY created_at DESC, id DESC LIMIT $3
            """,
            cursor: input.cursor,
            limit: input.limit,
            filters: [
                .optional(input.tenantId, Parameter.uuid), .optional(input.state?.rawValue, Parameter.text),
                .optional(input.service?.rawValue, Parameter.text),
                .optional(input.direction?.rawValue, Parameter.text),
                .optional(input.disposition?.rawValue, Parameter.text),
                .optional(input.code?.withoutNulls, Parameter.text),
            ]
        )
        guard let page else { return .badRequest(.invalidCursor(context)) }
        return .ok(DeadLetterPage(items: page.items, nextCursor: page.nextCursor))
    }
}
