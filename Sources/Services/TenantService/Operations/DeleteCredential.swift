import ContractRuntime
import Database
import TenantServiceContract

extension TenantService {
    /// Deletes a credential and the tokens that came from it.
    public func deleteCredential(
        _ input: DeleteCredential.Input,
        _ context: RequestContext
    ) async throws -> DeleteCredential.Output {
        let deleted = try await database.execute(
            Statement(
                "DELETE FROM tenant_credentials WHERE tenant_id = $1 AND credential_type = $2",
                [.uuid(input.tenantId), .text(input.credentialType.rawValue)]
            )
        )
        guard deleted > 0 else { return .notFound(.notFound("the tenant has no such credential", context)) }
        await routeCache.forget(input.tenantId)
        return .noContent
    }
}
