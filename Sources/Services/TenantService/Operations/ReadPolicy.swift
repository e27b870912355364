import ContractRuntime
import Database
import SharedContract
import TenantServiceContract

extension TenantService {
    /// Reads how a tenant's messages are treated.
    public func readPolicy(_ input: ReadPolicy.Input, _ context: RequestContext) async throws -> ReadPolicy.Output {
        let rows = try await database.query(
            Statement("SELECT policy FROM tenants WHERE id = $1", [.uuid(input.tenantId)]))
        guard let row = rows.first else { return .notFound(.noTenant(context)) }
        return .ok(try row.policy() ?? MessagingPolicy())
    }
}
