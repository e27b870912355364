import AuthServiceContract
import ContractRuntime
import Logging
import RelayCacheContract
import ServiceKit
import SharedContract

/// Tokens of the tenants' Genesys organisations: from the cache, or fetched once however many ask.
///
/// Callers in one process share one fetch. Processes share one through a short lease in Redis; without Redis each
/// process fetches for itself.
struct GenesysTokens: Sendable {
    /// A token is not handed out in its last seconds, so that it still holds when it is used.
    private static let reserveMilliseconds: Int64 = 30_000
    /// Longer than a fetch can take, so that it ends by itself only where a process was lost.
    private static let leaseTime: Duration = .seconds(10)
    /// How long a fetched token counts as the answer to a refresh.
    private static let settledTime: Duration = .seconds(5)
    private static let fetching = Array("fetching".utf8)
    private static let done = Array("done".utf8)
    private static let pollInterval: Duration = .milliseconds(100)
    private static let maximumPolls = 60

    private let credentials: CredentialReader
    private let store: any CacheStore
    private let cache: GenesysTokenEntryCache
    private let login: GenesysLogin
    private let logger: Logger
    private let now: @Sendable () -> Int64
    private let clock: any Clock<Duration>
    private let flights = SingleFlight<String, GenesysToken>()
    /// Those who were refused with the same old token ask one after the other: they get what the first of them got.
    private let fetched = ExpiringCache<String, GenesysToken>(capacity: 10_000, lifetime: Self.settledTime)
    /// Base addresses and OAuth clients, which are no secret and which the cached token does not have.
    private let places = ExpiringCache<String, TokenPlace>(capacity: 10_000, lifetime: .seconds(60))
    /// Refused credentials, by tenant and version, so that a wrong secret does not use up the client's budget.
    private let refusals = ExpiringCache<String, TokenFailure>(capacity: 10_000, lifetime: .seconds(30))

    init(
        credentials: CredentialReader,
        cache: any CacheStore,
        login: GenesysLogin,
        logger: Logger,
        now: @escaping @Sendable () -> Int64,
        clock: any Clock<Duration>
    ) {
        self.credentials = credentials
        store = cache
        self.cache = GenesysTokenEntryCache(store: cache)
        self.login = login
        self.logger = logger
        self.now = now
        self.clock = clock
    }

    /// A token of a tenant.
    /// - Parameter refresh: Whether the cached one was refused.
    /// - Throws: ``TokenFailure``, `CancellationError`.
    func token(of tenantID: String, refresh: Bool, traceparent: String) async throws -> GenesysToken {
        try await flights.value(for: refresh ? "\(tenantID)|refresh" : tenantID) {
            if refresh {
                if let recent = fetched.value(for: tenantID), await !isDropped(recent, tenantID) { return recent }
            } else if let token = try await cached(tenantID, traceparent) {
                return token
            }
            return try await fetchOnce(tenantID, refresh, traceparent)
        }
    }

    /// A token for a credential that is not stored; nothing is kept of it.
    /// - Throws: ``TokenFailure``.
    func token(trying credential: GenesysCredential, traceparent: String) async throws(TokenFailure) -> GenesysToken {
        let address = try login.addresses.api(of: credential)
        let begun = now()
        let fresh = try await login.token(with: credential, traceparent: traceparent)
        return GenesysToken(
            accessToken: fresh.accessToken,
            expiresAt: DateTime(millisecondsSinceEpoch: begun + Int64(clamping: fresh.lifeSeconds) * 1_000),
            apiBaseUrl: address, clientId: credential.clientId)
    }

    /// Whether a token that was fetched just now is no longer in the cache, from which tenant-service takes it when the
    /// credential changes: a wrong secret must be found wrong at once, however new the token of the right one is.
    private func isDropped(_ token: GenesysToken, _ tenantID: String) async -> Bool {
        // One that lives too short was never put there.
        guard token.expiresAt.millisecondsSinceEpoch > now() + Self.reserveMilliseconds else { return false }
        let answer = await attempt { try await cache.get(tenantId: tenantID) == nil }
        return answer ?? false
    }

    private func cached(_ tenantID: String, _ traceparent: String) async throws(TokenFailure) -> GenesysToken? {
        guard let entry = await attempt({ try await cache.get(tenantId: tenantID) }).flatMap(\.self),
            entry.expiresAt.millisecondsSinceEpoch > now() + Self.reserveMilliseconds
        else { return nil }
        let place: TokenPlace
        if let known = places.value(for: tenantID) {
            place = known
        } else {
            let credential = try await credentials.credential(of: tenantID, for: .genesys, traceparent: traceparent)
            let genesys = try credential.genesys()
            place = TokenPlace(address: try login.addresses.api(of: genesys), clientID: genesys.clientId)
            places.set(place, for: tenantID)
        }
        return GenesysToken(
            accessToken: entry.accessToken,
            expiresAt: entry.expiresAt,
            apiBaseUrl: place.address,
            clientId: place.clientID
        )
    }

    /// Fetches, or waits for the process that does. The lease says `fetching`, and for a while afterwards `done`, so
    /// that those who were refused with the same old token do not each drop the new one.
    private func fetchOnce(_ tenantID: String, _ refresh: Bool, _ traceparent: String) async throws -> GenesysToken {
        let lease = Self.lease(tenantID)
        for _ in 0..<Self.maximumPolls {
            switch await attempt({
                try await store.setIfAbsent(lease, to: Self.fetching, timeToLive: Self.leaseTime)
            }) {
            case nil:
                return try await fetch(tenantID, traceparent)
            case true?:
                if refresh {
                    await attempt { try await cache.remove(tenantId: tenantID) }
                } else if let token = try await cached(tenantID, traceparent) {
                    // Fetched between the look into the cache and this one.
                    await attempt { try await store.set(lease, to: Self.done, timeToLive: Self.settledTime) }
                    return token
                }
                return try await fetchUnderLease(tenantID, traceparent)
            case false?:
                let isDone = await attempt { try await store.get(lease) } == Self.done
                if isDone || !refresh, let token = try await cached(tenantID, traceparent) { return token }
                // Done, and dropped since then because the credential has changed.
                if isDone { return try await fetchUnderLease(tenantID, traceparent) }
                try await clock.sleep(for: Self.pollInterval)
            }
        }
        return try await fetch(tenantID, traceparent)
    }

    private func fetchUnderLease(_ tenantID: String, _ traceparent: String) async throws(TokenFailure) -> GenesysToken {
        let lease = Self.lease(tenantID)
        do throws(TokenFailure) {
            let token = try await fetch(tenantID, traceparent)
            await attempt { try await store.set(lease, to: Self.done, timeToLive: Self.settledTime) }
            return token
        } catch {
            await attempt { try await store.remove([lease]) }
            throw error
        }
    }

    private static func lease(_ tenantID: String) -> String { "tenant:\(tenantID):oauth:lease" }

    private func fetch(_ tenantID: String, _ traceparent: String) async throws(TokenFailure) -> GenesysToken {
        let credential = try await credentials.credential(of: tenantID, for: .genesys, traceparent: traceparent)
        let genesys = try credential.genesys()
        let version = "\(tenantID)|\(credential.updatedAt.text)"
        if let refusal = refusals.value(for: version) { throw refusal }
        let address = try login.addresses.api(of: genesys)
        let begun = now()
        let fresh: (accessToken: String, lifeSeconds: Int)
        do throws(TokenFailure) {
            fresh = try await login.token(with: genesys, traceparent: traceparent)
        } catch {
            if case .refused = error { refusals.set(error, for: version) }
            logger.warning("no Genesys token", metadata: ["tenant_id": .string(tenantID), "reason": "\(error)"])
            throw error
        }
        let token = GenesysToken(
            accessToken: fresh.accessToken,
            expiresAt: DateTime(millisecondsSinceEpoch: begun + Int64(clamping: fresh.lifeSeconds) * 1_000),
            apiBaseUrl: address,
            clientId: genesys.clientId
        )
        places.set(TokenPlace(address: address, clientID: genesys.clientId), for: tenantID)
        fetched.set(token, for: tenantID)
        await keep(token, tenantID)
        return token
    }

    /// Caches a token for 55 minutes, or as long as it lives if that is less.
    private func keep(_ token: GenesysToken, _ tenantID: String) async {
        let life = Duration.milliseconds(token.expiresAt.millisecondsSinceEpoch - now() - Self.reserveMilliseconds)
        guard life > .zero else { return }
        let entry = GenesysTokenEntry(accessToken: token.accessToken, expiresAt: token.expiresAt)
        await attempt {
            let bytes = try CacheCoding.bytes(entry) { node, context in _ = GenesysTokenEntry.decode(node, &context) }
            let key = GenesysTokenEntryCache.key(tenantId: tenantID)
            try await store.set(key, to: bytes, timeToLive: min(GenesysTokenEntryCache.timeToLive ?? life, life))
        }
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

/// Where a tenant's token is used, and whose budget that uses.
private struct TokenPlace: Sendable {
    let address: String
    let clientID: String
}
