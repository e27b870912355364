import ContractRuntime
import SharedContract
import StateManagerContract

extension StateManager {
    /// Finds the customers of a batch of conversations.
    public func resolveConversations(
        _ input: ResolveConversations.Input,
        _ context: RequestContext
    ) async throws -> ResolveConversations.Output {
        let results = try await database.batch(
            """
            SELECT item.n, mapping_document(mapping) AS mapping
            FROM jsonb_array_elements($1::jsonb -> 'items') WITH ORDINALITY AS item (value, n),
                LATERAL find_mapping(
                    coalesce(item.value ->> 'channelId', item.value ->> 'tenantId')::uuid,
                    item.value ->> 'conversationId', item.value ->> 'customerAddress'
                ) AS mapping
            """,
            input.body
        ) { row -> ConversationResult in
            guard let mapping = try row.documentOptional("mapping", ConversationMapping.self) else {
                return .unknown(ConversationUnknown())
            }
            return .found(ConversationFound(mapping: mapping))
        }
        return .ok(ConversationResults(results: results))
    }
}
