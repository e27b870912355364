import ContractRuntime
import Database
import SharedContract
import StateManagerContract

extension StateManager {
    /// Lists the messages of one conversation, the latest first.
    public func listConversationMessages(
        _ input: ListConversationMessages.Input,
        _ context: RequestContext
    ) async throws -> ListConversationMessages.Output {
        let page: ListPage<MessageTracking>? = try await database.page(
            """
            SELECT microseconds(created_at) AS microseconds, id, tracking_document(m) AS document
            FROM message_tracking m
            WHERE ($1::timestamptz IS NULL OR (created_at, id) < ($1, $2::uuid)) AND mapping_id = $4
            ORDER BY created_at DESC, id DESC LIMIT $3
            """,
            cursor: input.cursor,
            limit: input.limit,
            filters: [.uuid(input.mappingId)]
        )
        guard let page else { return .badRequest(.invalidCursor(context)) }
        if page.items.isEmpty, try await !isConversation(input.mappingId) {
            return .notFound(.notFound("there is no such conversation", context))
        }
        return .ok(TrackingPage(items: page.items, nextCursor: page.nextCursor))
    }

    private func isConversation(_ id: String) async throws -> Bool {
        let statement = Statement("SELECT 1 FROM conversation_mappings WHERE id = $1", [.uuid(id)])
        return try await !database.query(statement).isEmpty
    }
}
