import ContractRuntime
import Logging
import RelayCacheContract
import RelayDelivery
import ServiceKit
import SharedContract
import TenantServiceContract

/// Finds the tenant of an integration: in Redis, else at tenant-service, which puts it there.
struct Integrations: Sendable {
    let cache: IntegrationEntryCache
    let tenantService: TenantServiceClient
    let logger: Logger

    /// - Returns: Where the integration's messages go; nil if no tenant has it.
    /// - Throws: `AttemptFailure` while tenant-service can't tell.
    func route(of integrationID: String, traceparent: String) async throws -> TenantRoute? {
        if let entry = await cached(integrationID) {
            return TenantRoute(
                tenantId: entry.tenantId, status: entry.config.status, channelId: entry.config.channelId,
                phoneNumberId: entry.config.phoneNumberId, genesysIntegrationId: integrationID)
        }
        let answer: ResolveIntegration.Output
        do throws(ClientError) {
            answer = try await tenantService.resolveIntegration(
                ResolveIntegration.Input(integrationId: integrationID), traceparent: traceparent)
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
    private func cached(_ integrationID: String) async -> IntegrationEntry? {
        do throws(CacheError) {
            return try await cache.get(integrationId: integrationID)
        } catch {
            logger.debug("the cache gave no answer", metadata: ["failure": .string(error.code.rawValue)])
            return nil
        }
    }
}
