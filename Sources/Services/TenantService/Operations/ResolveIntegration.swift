import ContractRuntime
import Database
import SharedContract
import TenantServiceContract

extension TenantService {
    /// Finds the tenant of an integration, suspended or not.
    public func resolveIntegration(
        _ input: ResolveIntegration.Input,
        _ context: RequestContext
    ) async throws -> ResolveIntegration.Output {
        if let known = await routeCache.route(integrationID: input.integrationId) { return .ok(known) }
        let route = try await routeCache.remembering(.integration) {
            try await database.query(
                Statement("SELECT * FROM tenant_routes WHERE genesys_integration_id = $1", [.text(input.integrationId)])
            ).first?.route()
        }
        return route.map { .ok($0) } ?? .notFound(.notFound("no tenant has this integration", context))
    }
}
