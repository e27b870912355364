import ContractRuntime
import Logging
import RelayCacheContract
import SharedContract

/// Keeps the routes of tenants under `phone:…` and `integration:…`. Where it fails the database answers.
struct RouteCache: Sendable {
    private let phones: PhoneEntryCache
    private let integrations: IntegrationEntryCache
    private let logger: Logger
    private let store: any CacheStore

    init(store: any CacheStore, logger: Logger) {
        self.store = store
        phones = PhoneEntryCache(store: store)
        integrations = IntegrationEntryCache(store: store)
        self.logger = logger
    }

    /// The tenant of a number, if it is known here.
    func route(phoneNumberID: String) async -> TenantRoute? {
        await attempt { try await phones.get(phoneNumberId: phoneNumberID) }.flatMap(\.self).map {
            TenantRoute(
                tenantId: $0.tenantId,
                status: $0.status,
                channelId: $0.config.channelId,
                phoneNumberId: phoneNumberID,
                genesysIntegrationId: $0.config.genesysIntegrationId
            )
        }
    }

    /// The tenant of an integration, if it is known here.
    func route(integrationID: String) async -> TenantRoute? {
        await attempt { try await integrations.get(integrationId: integrationID) }.flatMap(\.self).map {
            TenantRoute(
                tenantId: $0.tenantId,
                status: $0.config.status,
                channelId: $0.config.channelId,
                phoneNumberId: $0.config.phoneNumberId,
                genesysIntegrationId: integrationID
            )
        }
    }

    /// Keeps the route of a number.
    func rememberPhone(_ route: TenantRoute) async {
        let entry = PhoneEntry(
            tenantId: route.tenantId,
            status: route.status,
            config: PhoneConfiguration(
                genesysIntegrationId: route.genesysIntegrationId, channelId: route.channelId)
        )
        _ = await attempt { try await phones.set(entry, phoneNumberId: route.phoneNumberId) }
    }

    /// Keeps the route of an integration.
    func rememberIntegration(_ route: TenantRoute) async {
        guard let integrationID = route.genesysIntegrationId else { return }
        let entry = IntegrationEntry(
            tenantId: route.tenantId,
            config: IntegrationConfiguration(
                phoneNumberId: route.phoneNumberId, channelId: route.channelId, status: route.status)
        )
        _ = await attempt { try await integrations.set(entry, integrationId: integrationID) }
    }

    /// Forgets what was cached about a tenant: its numbers and integrations, those of before a change included, and the
    /// tokens that were made for them.
    func forget(_ tenantID: String, phoneNumberIDs: [String] = [], integrationIDs: [String] = []) async {
        let keys =
            phoneNumberIDs.map(PhoneEntryCache.key(phoneNumberId:))
            + integrationIDs.map(IntegrationEntryCache.key(integrationId:))
            + [GenesysTokenEntryCache.key(tenantId: tenantID), WhatsAppTokenEntryCache.key(tenantId: tenantID)]
        _ = await attempt { try await store.remove(Set(keys).sorted()) }
    }

    private func attempt<Value>(_ operation: () async throws -> Value) async -> Value? {
        do {
            return try await operation()
        } catch {
            logger.debug("the route cache did not answer", metadata: ["error": "\(error)"])
            return nil
        }
    }
}
