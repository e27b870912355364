import ContractRuntime
import Logging
import RelayCacheContract
import RelayDelivery
import ServiceKit
import SharedContract
import TenantServiceContract

/// Finds the tenant of a business number: in Redis, else at tenant-service, which puts it there.
struct BusinessNumbers: Sendable {
    let cache: PhoneEntryCache
    let tenantService: TenantServiceClient
    let logger: Logger

    /// - Returns: Where the number's messages go; nil if no tenant has it.
    /// - Throws: `AttemptFailure` while tenant-service can't tell.
    func route(of phoneNumberID: String, traceparent: String) async throws -> TenantRoute? {
        if let entry = await cached(phoneNumberID) {
            return TenantRoute(
                tenantId: entry.tenantId, status: entry.status, channelId: entry.config.channelId,
                phoneNumberId: phoneNumberID, genesysIntegrationId: entry.config.genesysIntegrationId)
        }
        let answer: ResolvePhoneNumber.Output
        do throws(ClientError) {
            answer = try await tenantService.resolvePhoneNumber(
                ResolvePhoneNumber.Input(phoneNumberId: phoneNumberID), traceparent: traceparent)
        } catch {
            throw AttemptFailure.unreachable("tenant-service")
        }
        switch answer {
        case .ok(let route): return route
        case .notFound: return nil
        // An id that cannot be one of ours.
        case .badRequest: return nil
        // Also a refused internal token: a matter of configuration, mended from outside.
        case .unauthorized, .internalServerError, .serviceUnavailable, .undocumented:
            throw AttemptFailure.unreachable("tenant-service")
        }
    }

    /// Redis is a cache: without it everything is slower, nothing wrong.
    private func cached(_ phoneNumberID: String) async -> PhoneEntry? {
        do throws(CacheError) {
            return try await cache.get(phoneNumberId: phoneNumberID)
        } catch {
            logger.debug("the cache gave no answer", metadata: ["failure": .string(error.code.rawValue)])
            return nil
        }
    }
}
