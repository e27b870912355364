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
        let route = try await routeCache.remembering(.phoneNumber) {
            try await database.query(
                Statement("SELECT * FROM tenant_routes WHERE phone_number_id = $1", [.text(input.phoneNumberId)])
            ).first?.route()
        }
        return route.map { .ok($0) } ?? .notFound(.notFound("no tenant has this number", context))
    }
}
