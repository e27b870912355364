import Cache
import ContractRuntime
import Foundation
import Testing

/// The server of the environment, and keys of its own for each test.
enum TestRedis {
    static var url: String? { ProcessInfo.processInfo.environment["REDIS_URL"] }
    static var isRequired: Bool { ProcessInfo.processInfo.environment["REQUIRE_SERVERS"] == "1" }
    /// With REQUIRE_SERVERS=1 the suites run without an address too, and fail.
    static var isAvailable: Bool { url != nil || isRequired }
    static let missing: Comment = "REDIS_URL is not set"

    /// Runs `body` with a cache and a prefix for its keys that no other test has.
    static func withCache(
        _ configuration: RedisConfiguration = RedisConfiguration(),
        _ body: (RedisCache, String) async throws -> Void
    ) async throws {
        let cache = try RedisCache(url: try #require(url, missing), configuration: configuration)
        do {
            try await body(cache, "test:\(UUID().uuidString):")
        } catch {
            await cache.close()
            throw error
        }
        await cache.close()
    }
}

/// The error that `body` throws, which must be a cache's.
func cacheError<Value>(_ body: () async throws -> Value) async throws -> CacheError {
    try #require(await #expect(throws: CacheError.self) { _ = try await body() })
}

/// Whether `condition` comes true within 20 s. Looks at it every millisecond: figures change without telling.
func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
    let clock = ContinuousClock()
    let start = clock.now
    while start.duration(to: clock.now) < .seconds(20) {
        if try await condition() { return true }
        try await clock.sleep(for: .milliseconds(1))
    }
    return false
}
