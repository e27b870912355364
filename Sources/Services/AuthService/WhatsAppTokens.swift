import AuthServiceContract
import ContractRuntime
import Logging
import RelayCacheContract
import ServiceKit
import SharedContract

/// Tokens of the tenants' WhatsApp numbers: from the cache or from the stored credential.
///
/// They are stored, not fetched, so a refresh reads the credential again; if it is the refused one still, the caller is
/// refused again.
struct WhatsAppTokens: Sendable {
    private let credentials: CredentialReader
    private let cache: WhatsAppTokenEntryCache
    private let logger: Logger
    private let flights = SingleFlight<String, WhatsAppToken>()
    /// Account ids, which are no secret and which the cached token does not have.
    private let accounts = ExpiringCache<String, String>(capacity: 10_000, lifetime: .seconds(60))

    init(credentials: CredentialReader, cache: any CacheStore, logger: Logger) {
        self.credentials = credentials
        self.cache = WhatsAppTokenEntryCache(store: cache)
        self.logger = logger
    }

    /// The token of a tenant.
    /// - Throws: ``TokenFailure``, `CancellationError`.
    func token(of tenantID: String, refresh: Bool, traceparent: String) async throws -> WhatsAppToken {
        try await flights.value(for: refresh ? "\(tenantID)|refresh" : tenantID) {
            if !refresh, let wabaID = accounts.value(for: tenantID),
                let entry = await attempt({ try await cache.get(tenantId: tenantID) }).flatMap(\.self)
            {
                return WhatsAppToken(
                    accessToken: entry.accessToken,
                    phoneNumberId: entry.phoneNumberId,
                    wabaId: wabaID
                )
            }
            return try await read(tenantID, traceparent)
        }
    }

    private func read(_ tenantID: String, _ traceparent: String) async throws(TokenFailure) -> WhatsAppToken {
        let stored = try await credentials.credential(of: tenantID, for: .whatsapp, traceparent: traceparent)
        let credential = try stored.whatsApp()
        let token = WhatsAppToken(
            accessToken: credential.accessToken,
            phoneNumberId: stored.tenant.phoneNumberId,
            wabaId: credential.wabaId
        )
        accounts.set(token.wabaId, for: tenantID)
        let entry = WhatsAppTokenEntry(accessToken: token.accessToken, phoneNumberId: token.phoneNumberId)
        await attempt { try await cache.set(entry, tenantId: tenantID) }
        return token
    }

    /// What the cache answers; nil if it does not.
    @discardableResult
    private func attempt<Value>(_ operation: () async throws -> Value) async -> Value? {
        do {
            return try await operation()
        } catch {
            logger.debug("the token cache did not answer", metadata: ["error": "\(error)"])
            return nil
        }
    }
}
