import ContractRuntime
import Database
import StateManagerContract

extension StateManager {
    /// Sends one held message although its tenant or number is on hold. The job that publishes held messages takes it up.
    public func releaseHeldMessage(
        _ input: ReleaseHeldMessage.Input,
        _ context: RequestContext
    ) async throws -> ReleaseHeldMessage.Output {
        let released = try await database.query(
            Statement(
                """
                UPDATE held_messages w SET is_released = true, not_before = NULL
                WHERE id = $1 AND ahead(w) IS NULL RETURNING w.tenant_id, held_document(w) AS document
                """,
                [.int(input.heldId)]
            )
        )
        guard let row = released.first else {
            let found = try await database.query(
                Statement("SELECT ahead(w) AS ahead FROM held_messages w WHERE id = $1", [.int(input.heldId)])
            )
            guard let ahead = try found.first?.intOptional("ahead") else {
                return .notFound(.noHeldMessage(context))
            }
            return .conflict(.conflict("message \(ahead) of the same conversation has to go first", context))
        }
        let tenantID = try row.uuid("tenant_id")
        logger.notice(
            "a held message was released by request",
            metadata: [
                "held_id": .stringConvertible(input.heldId), "tenant_id": .string(tenantID),
                "by": .string(context.principal?.name ?? "unknown"),
            ]
        )
        return .accepted(try row.document("document"))
    }
}
