import ContractRuntime
import Database
import SharedContract
import TenantServiceContract

extension TenantService {
    /// Lists the channels of a tenant, the oldest first.
    public func listChannels(
        _ input: ListChannels.Input,
        _ context: RequestContext
    ) async throws -> ListChannels.Output {
        let results = try await database.batch([
            Statement("SELECT id FROM tenants WHERE id = $1", [.uuid(input.tenantId)]),
            Statement(
                "SELECT * FROM tenant_channels WHERE tenant_id = $1 ORDER BY created_at, id LIMIT 100",
                [.uuid(input.tenantId)]),
        ])
        guard results[0].first != nil else { return .notFound(.noTenant(context)) }
        return .ok(ChannelList(items: try results[1].map { try $0.channel() }))
    }
}
