import ContractRuntime
import Database
import SharedContract
import TenantServiceContract

extension TenantService {
    /// Reads a channel of a tenant.
    public func getChannel(_ input: GetChannel.Input, _ context: RequestContext) async throws -> GetChannel.Output {
        guard let channel = try await channel(input.channelId, of: input.tenantId) else {
            return .notFound(.noChannel(context))
        }
        return .ok(channel)
    }

    /// A channel; nil if the tenant has no such.
    func channel(_ id: String, of tenantID: String) async throws -> Channel? {
        try await database.query(
            Statement(
                "SELECT * FROM tenant_channels WHERE id = $1 AND tenant_id = $2", [.uuid(id), .uuid(tenantID)])
        ).first?.channel()
    }
}
