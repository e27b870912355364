import ContractRuntime
import Database
import TenantServiceContract

extension TenantService {
    /// Reads one tenant.
    public func getTenant(_ input: GetTenant.Input, _ context: RequestContext) async throws -> GetTenant.Output {
        let rows = try await database.query(Statement("SELECT * FROM tenants WHERE id = $1", [.uuid(input.tenantId)]))
        guard let row = rows.first else { return .notFound(.noTenant(context)) }
        return .ok(try row.tenant())
    }
}
