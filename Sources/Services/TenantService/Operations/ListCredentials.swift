import ContractRuntime
import Database
import SharedContract
import TenantServiceContract

extension TenantService {
    /// Lists the credentials of a tenant, masked.
    public func listCredentials(
        _ input: ListCredentials.Input,
        _ context: RequestContext
    ) async throws -> ListCredentials.Output {
        let rows = try await database.query(
            Statement(
                """
                SELECT c.credential_type, c.credentials, c.created_at, c.updated_at
                FROM tenants t LEFT JOIN tenant_credentials c ON c.tenant_id = t.id
                WHERE t.id = $1 ORDER BY c.credential_type
                """,
                [.uuid(input.tenantId)]
            )
        )
        guard !rows.isEmpty else { return .notFound(.noTenant(context)) }
        let items = try rows.filter { try !$0.isNull("credential_type") }.map { try $0.credentialSummary() }
        return .ok(CredentialList(items: items))
    }
}

extension Row {
    /// A row of `tenant_credentials` without its secrets.
    func credentialSummary() throws -> CredentialSummary {
        let stored = try StoredCredential(json: try json("credentials"))
        return CredentialSummary(
            type: try credentialType(),
            keyId: stored.keyID,
            members: stored.members,
            createdAt: try dateTime("created_at"),
            updatedAt: try dateTime("updated_at")
        )
    }

    /// The type of a row of `tenant_credentials`.
    func credentialType() throws(DatabaseError) -> CredentialType {
        guard let type = CredentialType(rawValue: try text("credential_type")) else {
            throw DatabaseError(
                .invalidRow,
                reason: "column credential_type holds a word that the contract does not know"
            )
        }
        return type
    }
}
