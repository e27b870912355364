import Cache
import ContractRuntime
import Testing

@Suite("A Redis server in trouble", .enabled(if: PrivateRedis.isAvailable, "redis-server is not installed"))
struct RedisFaultTests {
    private let clock = ContinuousClock()

    private func untilAvailable(_ cache: RedisCache) async throws {
        let start = clock.now
        while start.duration(to: clock.now) < .seconds(10) {
            do throws(CacheError) {
                return try await cache.check()
            } catch {
                try #require(error.code == .unavailable || error.code == .timedOut)
            }
            try await clock.sleep(for: .milliseconds(1))
        }
        Issue.record("the server did not come up")
    }

    private func quick() -> RedisConfiguration {
        var quick = RedisConfiguration()
        quick.commandTimeout = .milliseconds(200)
        quick.stallTimeout = .milliseconds(600)
        return quick
    }

    @Test("Commands under way fail as unavailable when it is killed, and the cache comes back with it")
    func restart() async throws {
        let server = try PrivateRedis()
        try server.start()
        var configuration = RedisConfiguration()
        configuration.commandTimeout = .seconds(20)
        configuration.stallTimeout = .seconds(20)
        let cache = try RedisCache(url: "redis://\(server.address)", configuration: configuration)
        for round in 1...2 {
            try await untilAvailable(cache)
            server.freeze()
            let sent = cache.statistics.commandsSent
            let underWay = (0..<10).map { number in Task { try await cache.get("k\(number)") } }
            #expect(try await eventually { cache.statistics.commandsSent >= sent + 10 })
            server.kill()
            for task in underWay { #expect(try await cacheError { try await task.value }.code == .unavailable) }
            let start = clock.now
            for _ in 0..<20 { #expect(try await cacheError { try await cache.get("k") }.code == .unavailable) }
            #expect(start.duration(to: clock.now) < .seconds(15))
            try server.start()
            try await untilAvailable(cache)
            try await cache.set("k", to: [UInt8(round)], timeToLive: .seconds(30))
            #expect(try await cache.get("k") == [UInt8(round)])
            #expect(cache.statistics.connectionsOpened == round + 1)
        }
        await cache.close()
    }

    @Test("A late answer is timed out and goes to nobody else")
    func timeOut() async throws {
        let server = try PrivateRedis()
        try server.start()
        var configuration = quick()
        configuration.stallTimeout = .seconds(20)
        let cache = try RedisCache(url: "redis://\(server.address)", configuration: configuration)
        try await untilAvailable(cache)
        try await cache.set("late", to: [1], timeToLive: nil)
        try await cache.set("other", to: [2], timeToLive: nil)
        server.freeze()
        #expect(try await cacheError { try await cache.get("late") }.code == .timedOut)
        server.thaw()
        #expect(try await cache.get("other") == [2])
        #expect(cache.statistics.connectionsOpened == 1)
        await cache.close()
    }

    @Test("A cancelled caller is answered while the server is silent")
    func cancellation() async throws {
        let server = try PrivateRedis()
        try server.start()
        var configuration = RedisConfiguration()
        configuration.commandTimeout = .seconds(20)
        let cache = try RedisCache(url: "redis://\(server.address)", configuration: configuration)
        try await untilAvailable(cache)
        try await cache.set("k", to: [1], timeToLive: nil)
        server.freeze()
        let sent = cache.statistics.commandsSent
        let task = Task { try await cache.get("k") }
        #expect(try await eventually { cache.statistics.commandsSent > sent })
        task.cancel()
        #expect(try await cacheError { try await task.value }.code == .cancelled)
        server.thaw()
        #expect(try await cache.get("k") == [1])
        await cache.close()
    }

    @Test("A server that stays silent loses its connection")
    func stall() async throws {
        let server = try PrivateRedis()
        try server.start()
        let cache = try RedisCache(url: "redis://\(server.address)", configuration: quick())
        try await untilAvailable(cache)
        server.freeze()
        let start = clock.now
        while cache.statistics.isConnected, start.duration(to: clock.now) < .seconds(10) {
            _ = try await cacheError { try await cache.get("k") }
        }
        #expect(!cache.statistics.isConnected)
        server.thaw()
        try await untilAvailable(cache)
        #expect(cache.statistics.connectionsOpened >= 2)
        await cache.close()
    }

    @Test("More unanswered commands than the bound are refused")
    func bound() async throws {
        let server = try PrivateRedis()
        try server.start()
        var configuration = quick()
        configuration.maximumPendingCommands = 10
        configuration.stallTimeout = .seconds(20)
        let cache = try RedisCache(url: "redis://\(server.address)", configuration: configuration)
        try await untilAvailable(cache)
        server.freeze()
        let codes = await withTaskGroup(of: CacheError.Code?.self) { group in
            for _ in 0..<30 {
                group.addTask {
                    do throws(CacheError) {
                        _ = try await cache.get("k")
                        return nil
                    } catch { return error.code }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.count { $0 == .timedOut } <= 10)
        #expect(codes.count { $0 == .unavailable } >= 20)
        server.thaw()
        try await untilAvailable(cache)
        await cache.close()
    }

    @Test("The password of the address is used, and a wrong or missing one is a wrong configuration")
    func password() async throws {
        let server = try PrivateRedis(["--requirepass", "p@ss:/ü"])
        try server.start()
        let right = try RedisCache(url: "redis://:p%40ss%3A%2F%C3%BC@\(server.address)/3")
        try await untilAvailable(right)
        let user = try RedisCache(url: "redis://default:p%40ss%3A%2F%C3%BC@\(server.address)")
        try await user.check()
        for url in ["redis://:wrong@\(server.address)", "redis://\(server.address)"] {
            let cache = try RedisCache(url: url)
            let error = try await cacheError { try await cache.check() }
            #expect(error.code == .misconfigured)
            #expect(!error.reason.contains("wrong"))
            await cache.close()
        }
        await right.close()
        await user.close()
    }

    @Test("A database that the server does not have is a wrong configuration")
    func noSuchDatabase() async throws {
        let server = try PrivateRedis(["--databases", "2"])
        try server.start()
        let probe = try RedisCache(url: "redis://\(server.address)")
        try await untilAvailable(probe)
        let cache = try RedisCache(url: "redis://\(server.address)/9")
        #expect(try await cacheError { try await cache.check() }.code == .misconfigured)
        await cache.close()
        await probe.close()
    }
}
