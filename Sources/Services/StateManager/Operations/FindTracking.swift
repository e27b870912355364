import ContractRuntime
import Database
import SharedContract
import StateManagerContract

extension StateManager {
    /// Finds a message of a tenant by any of its ids.
    public func findTracking(
        _ input: FindTracking.Input,
        _ context: RequestContext
    ) async throws -> FindTracking.Output {
        let rows = try await database.query(
            Statement(
                """
                SELECT tracking_document(m) AS document FROM message_tracking m
                WHERE (id = $1::uuid OR meta_message_id = $2 OR genesys_message_id = $2) AND tenant_id = $3::uuid
                ORDER BY created_at DESC LIMIT 1
                """,
                [.trackingID(input.id), .text(input.id), .uuid(input.tenantId)]
            )
        )
        guard let row = rows.first else { return .notFound(.notFound("no message of the tenant has this id", context)) }
        return .ok(try row.document("document"))
    }
}

extension Parameter {
    /// A message id where it can be a tracking id, else null.
    static func trackingID(_ id: String) -> Parameter { UUIDText.isValid(id) ? .uuid(id) : .null }
}
