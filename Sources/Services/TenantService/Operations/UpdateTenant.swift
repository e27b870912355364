import ContractRuntime
import Database
import SharedContract
import TenantServiceContract

extension TenantService {
    /// Changes a tenant by merge patch and drops what was cached about it before and after.
    public func updateTenant(
        _ input: UpdateTenant.Input,
        _ context: RequestContext
    ) async throws -> UpdateTenant.Output {
        let patch = input.body
        guard let rows = try await unlessTaken(Self.change(input.tenantId, patch)) else {
            let problem = try await owner(
                of: patch.phoneNumberId,
                patch.genesysIntegrationId.value,
                besides: input.tenantId,
                context
            )
            guard let problem else {
                throw DatabaseError(.serializationFailure, reason: "the number changed hands meanwhile")
            }
            return .conflict(problem)
        }
        guard let row = rows.first else { return .notFound(.noTenant(context)) }
        let tenant = try row.tenant()
        let routes = try await database.query(
            Statement("SELECT * FROM tenant_routes WHERE tenant_id = $1", [.uuid(tenant.id)])
        ).map { try $0.route() }
        await routeCache.forget(
            tenant.id,
            phoneNumberIDs: try routes.map(\.phoneNumberId) + [row.text("earlier_phone_number_id")],
            integrationIDs: try routes.compactMap(\.genesysIntegrationId)
                + [row.textOptional("earlier_integration_id")].compactMap(\.self)
        )
        return .ok(tenant)
    }

    /// An empty patch of a member keeps its value; `updated_at` moves only if something else does.
    private static func change(_ tenantID: String, _ patch: TenantPatch) -> Statement {
        Statement(
            """
            WITH earlier AS (SELECT * FROM tenants WHERE id = $1 FOR UPDATE),
            wanted AS (
                SELECT coalesce($2::text, name) AS name, coalesce($3::text, phone_number_id) AS phone_number_id,
                    CASE WHEN $4 THEN $5::text ELSE genesys_integration_id END AS genesys_integration_id,
                    coalesce($6::text, status) AS status, coalesce($7::jsonb, policy) AS policy
                FROM earlier
            )
            UPDATE tenants SET
                name = wanted.name, phone_number_id = wanted.phone_number_id,
                genesys_integration_id = wanted.genesys_integration_id, status = wanted.status, policy = wanted.policy,
                updated_at = CASE
                    WHEN (wanted.name, wanted.phone_number_id, wanted.genesys_integration_id, wanted.status,
                        wanted.policy)
                        IS DISTINCT FROM
                        (earlier.name, earlier.phone_number_id, earlier.genesys_integration_id, earlier.status,
                        earlier.policy)
                    THEN clock_timestamp() ELSE earlier.updated_at END
            FROM earlier, wanted WHERE tenants.id = earlier.id
            RETURNING tenants.*, earlier.phone_number_id AS earlier_phone_number_id,
                earlier.genesys_integration_id AS earlier_integration_id
            """,
            [
                .uuid(tenantID), .optional(patch.name, Parameter.text),
                .optional(patch.phoneNumberId, Parameter.text), .bool(!patch.genesysIntegrationId.isAbsent),
                .optional(patch.genesysIntegrationId.value, Parameter.text),
                .optional(patch.status?.rawValue, Parameter.text), .policy(patch.policy),
            ]
        )
    }
}

extension Parameter {
    /// A policy as `jsonb`, or null.
    static func policy(_ policy: MessagingPolicy?) -> Parameter {
        policy.map { .jsonb(String(decoding: $0.jsonBytes, as: UTF8.self)) } ?? .null
    }
}
