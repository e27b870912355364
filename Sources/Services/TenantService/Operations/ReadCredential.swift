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
                SELECT t.id, t.status, t.phone_number_id, t.genesys_integration_id, c.credentials, c.updated_at
                FROM tenants t JOIN tenant_credentials c ON c.tenant_id = t.id
                WHERE t.id = $1 AND c.credential_type = $2
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
