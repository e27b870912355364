import ContractRuntime
import Database
import SharedContract
import TenantServiceContract

extension TenantService {
    /// Finds the tenant of a business number, suspended or not.
    public func resolvePhoneNumber(
        _ input: ResolvePhoneNumber.Input,
        _ context: RequestContext
    ) async throws -> ResolvePhoneNumber.Output {
        if let known = await routeCache.route(phoneNumberID: input.phoneNumberId) { return .ok(known) }
        let rows = try await database.query(
            Statement("SELECT * FROM tenant_routes WHERE phone_number_id = $1", [.text(input.phoneNumberId)])
        )
        guard let route = try rows.first?.route() else {
            return .notFound(.notFound("no tenant has this number", context))
        }
        await routeCache.rememberPhone(route)
        return .ok(route)
    }
}
