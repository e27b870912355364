import ContractRuntime
import Database
import TenantServiceContract

extension TenantService {
    /// Removes a channel; number and integration are free again.
    public func deleteChannel(
        _ input: DeleteChannel.Input,
        _ context: RequestContext
    ) async throws -> DeleteChannel.Output {
        let rows = try await database.query(
            Statement(
                "DELETE FROM tenant_channels WHERE id = $1 AND tenant_id = $2 RETURNING *",
                [.uuid(input.channelId), .uuid(input.tenantId)]))
        guard let channel = try rows.first?.channel() else { return .notFound(.noChannel(context)) }
        await routeCache.forget(
            channel.tenantId, phoneNumberIDs: [channel.phoneNumberId],
            integrationIDs: [channel.genesysIntegrationId].compactMap(\.self))
        return .noContent
    }
}
