import ContractRuntime
import Database
import TenantServiceContract

extension TenantService {
    /// Reads the route of a tenant, suspended or not.
    public func resolveTenant(
        _ input: ResolveTenant.Input,
        _ context: RequestContext
    ) async throws -> ResolveTenant.Output {
        let rows = try await database.query(Statement("SELECT * FROM tenants WHERE id = $1", [.uuid(input.tenantId)]))
        guard let row = rows.first else { return .notFound(.noTenant(context)) }
        return .ok(try row.route())
    }
}
