import ContractRuntime
import Database
import SharedContract
import TenantServiceContract

extension TenantService {
    /// Most channels of a tenant; the contract lists no more at once.
    private static let mostChannels = 100

    /// Gives a tenant a further number unless number or integration is taken.
    public func createChannel(
        _ input: CreateChannel.Input,
        _ context: RequestContext
    ) async throws -> CreateChannel.Output {
        let draft = input.body
        // Whoever has the number may lose it between the two statements: then this one gets it.
        for _ in 1...3 {
            let counts = try await database.query(
                Statement(
                    """
                    SELECT (SELECT count(*) FROM tenant_channels WHERE tenant_id = tenants.id) AS channels
                    FROM tenants WHERE id = $1
                    """, [.uuid(input.tenantId)]))
            guard let count = try counts.first?.int("channels") else { return .notFound(.noTenant(context)) }
            guard count < Self.mostChannels else {
                return .badRequest(.badRequest("a tenant has at most \(Self.mostChannels) channels", context))
            }
            let created = try await unlessTaken(
                Statement(
                    """
                    INSERT INTO tenant_channels (
                        tenant_id, name, phone_number_id, display_phone_number, waba_id, genesys_integration_id, status)
                    VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING *
                    """,
                    [
                        .uuid(input.tenantId), .text(draft.name), .text(draft.phoneNumberId),
                        .optional(draft.displayPhoneNumber, Parameter.text), .optional(draft.wabaId, Parameter.text),
                        .optional(draft.genesysIntegrationId, Parameter.text), .text(draft.status.rawValue),
                    ]))
            if let row = created?.first {
                let channel = try row.channel()
                return .created(channel, location: "/api/v1/tenants/\(channel.tenantId)/channels/\(channel.id)")
            }
            if let problem = try await owner(of: draft.phoneNumberId, draft.genesysIntegrationId, context) {
                return .conflict(problem)
            }
        }
        throw DatabaseError(.serializationFailure, reason: "the number changes hands all the time")
    }
}
