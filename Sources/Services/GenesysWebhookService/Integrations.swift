import ContractRuntime
import Logging
import RelayCacheContract
import ServiceKit
import SharedContract
import TenantServiceContract

/// Finds the tenant of an integration: in Redis, else at tenant-service, which puts it there.
struct Integrations: Sendable {
    let cache: IntegrationEntryCache
    let tenantService: TenantServiceClient
    let logger: Logger

    /// - Returns: Where the integration's messages go; nil if no tenant has it.
    /// - Throws: ``IntegrationLookupError`` if tenant-service cannot tell now.
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
            throw IntegrationLookupError.noAnswer
        }
        switch answer {
        case .ok(let route): return route
        case .notFound: return nil
        // An id that cannot be one of ours.
        case .badRequest: return nil
        case .unauthorized: throw IntegrationLookupError.refused
        case .internalServerError, .serviceUnavailable, .undocumented: throw IntegrationLookupError.noAnswer
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

/// Why an integration could not be looked up.
enum IntegrationLookupError: DisposedError {
    /// tenant-service is away or failed; a look-up can always be repeated.
    case noAnswer
    /// tenant-service refuses our token: a matter of configuration, mended from outside.
    case refused

    var disposition: Disposition { .transient }
}
