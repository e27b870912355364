import ContractRuntime
import Database
import SharedContract
import StateManagerContract

extension StateManager {
    /// Lists conversations by last activity.
    public func listConversations(
        _ input: ListConversations.Input,
        _ context: RequestContext
    ) async throws -> ListConversations.Output {
        let page: ListPage<ConversationMapping>? = try await database.page(
            """
            SELECT microseconds(last_activity_at) AS microseconds, id, mapping_document(c) AS document
            FROM conversation_mappings c
            WHERE ($1::timestamptz IS NULL OR (last_activity_at, id) < ($1, $2::uuid))
                AND ($4::uuid IS NULL OR tenant_id = $4)
                AND ($6::uuid IS NULL OR channel_id = $6)
                AND ($5::text IS NULL OR id IN (SELECT found FROM find_conversations($4, $5) AS found))
            ORDER BY last_activity_at DESC, id DESC LIMIT $3
            """,
            cursor: input.cursor,
            limit: input.limit,
            filters: [
                .optional(input.tenantId, Parameter.uuid), .optional(input.search?.withoutNulls, Parameter.text),
                .optional(input.channelId, Parameter.uuid),
            ]
        )
        guard let page else { return .badRequest(.invalidCursor(context)) }
        return .ok(ConversationPage(items: page.items, nextCursor: page.nextCursor))
    }
}
