import ContractRuntime
import Database
import SharedContract
import TenantServiceContract

extension TenantService {
    /// Creates a tenant unless its number or integration is taken.
    public func createTenant(
        _ input: CreateTenant.Input,
        _ context: RequestContext
    ) async throws -> CreateTenant.Output {
        let draft = input.body
        // Whoever has the number may lose it between the two statements: then this one gets it.
        for _ in 1...3 {
            let created = try await unlessTaken(
                Statement(
                    """
                    INSERT INTO tenants (name, phone_number_id, genesys_integration_id, status, policy)
                    VALUES ($1, $2, $3, $4, $5::jsonb) RETURNING *
                    """,
                    [
                        .text(draft.name), .text(draft.phoneNumberId),
                        .optional(draft.genesysIntegrationId, Parameter.text), .text(draft.status.rawValue),
                        .policy(draft.policy),
                    ]
                )
            )
            if let row = created?.first {
                let tenant = try row.tenant()
                return .created(tenant, location: "/api/v1/tenants/\(tenant.id)")
            }
            if let problem = try await owner(of: draft.phoneNumberId, draft.genesysIntegrationId, context) {
                return .conflict(problem)
            }
        }
        throw DatabaseError(.serializationFailure, reason: "the number changes hands all the time")
    }

    /// Writes a tenant or channel.
    /// - Returns: nil if its number or integration is taken.
    func unlessTaken(_ statement: Statement) async throws -> QueryResult? {
        do {
            return try await database.query(statement)
        } catch {
            guard case .uniqueViolation = error.code else { throw error }
            return nil
        }
    }

    /// Who has the number or, else, the integration.
    /// - Parameter own: The tenant or channel that does not count.
    func owner(
        of phoneNumberID: String?,
        _ integrationID: String?,
        besides own: String? = nil,
        _ context: RequestContext
    ) async throws -> TenantExistsProblem? {
        let rows = try await database.query(
            Statement(
                """
                SELECT tenant_id, phone_number_id IS NOT DISTINCT FROM $1 AS has_number FROM tenant_routes
                WHERE (phone_number_id = $1 OR genesys_integration_id = $2)
                    AND coalesce(channel_id, tenant_id) IS DISTINCT FROM $3::uuid
                ORDER BY has_number DESC LIMIT 1
                """,
                [
                    .optional(phoneNumberID, Parameter.text), .optional(integrationID, Parameter.text),
                    .optional(own, Parameter.uuid),
                ]
            )
        )
        guard let row = rows.first else { return nil }
        let field: UniqueTenantMember = try row.bool("has_number") ? .phoneNumberId : .genesysIntegrationId
        return .taken(field, by: try row.uuid("tenant_id"), context)
    }
}
