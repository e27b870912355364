import ContractRuntime
import Database
import TenantServiceContract

extension TenantService {
    /// Reads a credential in the clear, with the route of its tenant.
    public func readCredential(
        _ input: ReadCredential.Input,
        _ context: RequestContext
    ) async throws -> ReadCredential.Output {
        let rows = try await database.query(
            Statement(
                """
                SELECT r.*, c.credentials, c.updated_at
                FROM tenant_routes r JOIN tenant_credentials c USING (tenant_id)
                WHERE tenant_id = $1 AND r.channel_id IS NULL AND c.credential_type = $2
                """,
                [.uuid(input.tenantId), .text(input.credentialType.rawValue)]
            )
        )
        guard let row = rows.first else {
            return .notFound(.notFound("there is no such tenant, or it has no such credential", context))
        }
        let stored = try StoredCredential(json: try row.json("credentials"))
        return .ok(
            DecryptedCredential(
                tenant: try row.route(),
                credential: try vault.open(stored, tenantID: input.tenantId, type: input.credentialType),
                updatedAt: try row.dateTime("updated_at")
            )
        )
    }
}
