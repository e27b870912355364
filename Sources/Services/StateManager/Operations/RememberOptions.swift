import ContractRuntime
import Database
import StateManagerContract

extension StateManager {
    /// Keeps the options of a structured message until one of them is chosen; the first version stays.
    public func rememberOptions(
        _ input: RememberOptions.Input,
        _ context: RequestContext
    ) async throws -> RememberOptions.Output {
        let message = input.body
        _ = try await database.query(
            Statement(
                """
                INSERT INTO structured_messages (tenant_id, genesys_message_id, options)
                VALUES ($1::uuid, $2, $3::jsonb -> 'options') ON CONFLICT DO NOTHING
                """,
                [.uuid(message.tenantId), .text(message.genesysMessageId), .document(message)]
            )
        )
        return .noContent
    }
}
