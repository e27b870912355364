import ContractRuntime
import Database
import SharedContract
import TenantServiceContract

extension TenantService {
    /// Changes a channel by merge patch and drops what was cached about it before and after.
    public func updateChannel(
        _ input: UpdateChannel.Input,
        _ context: RequestContext
    ) async throws -> UpdateChannel.Output {
        guard let rows = try await unlessTaken(Self.change(input)) else {
            let patch = input.body
            let problem = try await owner(
                of: patch.phoneNumberId, patch.genesysIntegrationId.value, besides: input.channelId, context)
            guard let problem else {
                throw DatabaseError(.serializationFailure, reason: "the number changed hands meanwhile")
            }
            return .conflict(problem)
        }
        guard let row = rows.first else { return .notFound(.noChannel(context)) }
        let channel = try row.channel()
        await routeCache.forget(
            channel.tenantId,
            phoneNumberIDs: [channel.phoneNumberId, try row.text("earlier_phone_number_id")],
            integrationIDs: [channel.genesysIntegrationId, try row.textOptional("earlier_integration_id")]
                .compactMap(\.self))
        return .ok(channel)
    }

    /// An empty patch of a member keeps its value; `updated_at` moves only if something else does.
    private static func change(_ input: UpdateChannel.Input) -> Statement {
        let patch = input.body
        return Statement(
            """
            WITH earlier AS (SELECT * FROM tenant_channels WHERE id = $1 AND tenant_id = $2 FOR UPDATE),
            wanted AS (
                SELECT coalesce($3::text, name) AS name, coalesce($4::text, phone_number_id) AS phone_number_id,
                    CASE WHEN $5 THEN $6::text ELSE display_phone_number END AS display_phone_number,
                    CASE WHEN $7 THEN $8::text ELSE waba_id END AS waba_id,
                    CASE WHEN $9 THEN $10::text ELSE genesys_integration_id END AS genesys_integration_id,
                    coalesce($11::text, status) AS status
                FROM earlier
            )
            UPDATE tenant_channels c SET
                name = w.name, phone_number_id = w.phone_number_id, display_phone_number = w.display_phone_number,
                waba_id = w.waba_id, genesys_integration_id = w.genesys_integration_id, status = w.status,
                updated_at = CASE
                    WHEN (w.name, w.phone_number_id, w.display_phone_number, w.waba_id, w.genesys_integration_id,
                        w.status)
                        IS DISTINCT FROM
                        (e.name, e.phone_number_id, e.display_phone_number, e.waba_id, e.genesys_integration_id,
                        e.status)
                    THEN clock_timestamp() ELSE e.updated_at END
            FROM earlier e, wanted w WHERE c.id = e.id
            RETURNING c.*, e.phone_number_id AS earlier_phone_number_id,
                e.genesys_integration_id AS earlier_integration_id
            """,
            [
                .uuid(input.channelId), .uuid(input.tenantId), .optional(patch.name, Parameter.text),
                .optional(patch.phoneNumberId, Parameter.text), .bool(!patch.displayPhoneNumber.isAbsent),
                .optional(patch.displayPhoneNumber.value, Parameter.text), .bool(!patch.wabaId.isAbsent),
                .optional(patch.wabaId.value, Parameter.text), .bool(!patch.genesysIntegrationId.isAbsent),
                .optional(patch.genesysIntegrationId.value, Parameter.text),
                .optional(patch.status?.rawValue, Parameter.text),
            ])
    }
}
