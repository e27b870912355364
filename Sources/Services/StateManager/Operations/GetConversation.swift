import ContractRuntime
import Database
import SharedContract
import StateManagerContract

extension StateManager {
    /// Reads one conversation.
    public func getConversation(
        _ input: GetConversation.Input,
        _ context: RequestContext
    ) async throws -> GetConversation.Output {
        let rows = try await database.query(
            Statement(
                "SELECT mapping_document(c) AS document FROM conversation_mappings c WHERE id = $1",
                [.uuid(input.mappingId)]
            )
        )
        guard let row = rows.first else {
            return .notFound(.notFound("there is no such conversation", context))
        }
        return .ok(try row.document("document"))
    }
}
