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

    /// What a route is found by.
    enum Key { case phoneNumber, integration }

    /// Reads a route and keeps it. A change that comes between the two has removed what was cached before, and not what is
    /// cached now; so the route is read again behind that, and one that has changed is kept no longer.
    /// - Parameter read: Reads it from the database.
    func remembering(_ key: Key, read: () async throws -> TenantRoute?) async throws -> TenantRoute? {
        guard let route = try await read() else { return nil }
        switch key {
        case .phoneNumber: await rememberPhone(route)
        case .integration: await rememberIntegration(route)
        }
        let current = try await read()
        if current != route {
            await forget(
                route.tenantId, phoneNumberIDs: [route.phoneNumberId],
                integrationIDs: [route.genesysIntegrationId].compactMap(\.self))
        }
        return current
    }

    /// Keeps the route of a number.
    private func rememberPhone(_ route: TenantRoute) async {
        let entry = PhoneEntry(
            tenantId: route.tenantId,
            status: route.status,
            config: PhoneConfiguration(
                genesysIntegrationId: route.genesysIntegrationId, channelId: route.channelId)
        )
        _ = await attempt { try await phones.set(entry, phoneNumberId: route.phoneNumberId) }
    }

    /// Keeps the route of an integration.
    private func rememberIntegration(_ route: TenantRoute) async {
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
