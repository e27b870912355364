import ContractRuntime
import Database
import TenantServiceContract

extension TenantService {
    /// Reads the route of a tenant, suspended or not.
    public func resolveTenant(
        _ input: ResolveTenant.Input,
        _ context: RequestContext
    ) async throws -> ResolveTenant.Output {
        let rows = try await database.query(
            Statement(
                "SELECT * FROM tenant_routes WHERE tenant_id = $1 AND channel_id IS NULL", [.uuid(input.tenantId)]))
        guard let row = rows.first else { return .notFound(.noTenant(context)) }
        return .ok(try row.route())
    }
}
