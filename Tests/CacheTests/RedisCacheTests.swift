import Cache
import ContractRuntime
import Testing

@Suite("Redis", .enabled(if: TestRedis.isAvailable, TestRedis.missing))
struct RedisCacheTests {
    @Test("Commands of a thousand callers share writes and each gets its own answer")
    func pipelining() async throws {
        try await TestRedis.withCache { cache, prefix in
            try await cache.check()
            let before = cache.statistics
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<1_000 {
                    group.addTask {
                        let key = "\(prefix)\(number)"
                        try await cache.set(key, to: Array("\(number)".utf8), timeToLive: .seconds(30))
                        return try await cache.get(key) == Array("\(number)".utf8)
                    }
                }
                for try await isRight in group { #expect(isRight) }
            }
            try await cache.check()
            let after = cache.statistics
            #expect(after.commandsSent - before.commandsSent >= 2_000)
            #expect(after.writes - before.writes < 1_500)
            #expect(after.largestPipeline > 1)
            #expect(after.connectionsOpened == 1)
        }
    }

    @Test("Scripts get their keys and arguments as data and return every kind of reply")
    func scripts() async throws {
        try await TestRedis.withCache { cache, prefix in
            let reply = try await cache.eval(
                "return {KEYS[1], ARGV[1], 7, false, {redis.status_reply('FINE')}, redis.pcall('NONSENSE')}",
                keys: [prefix + "k"],
                arguments: ["'); redis.call('FLUSHALL') --"]
            )
            let elements = try #require(reply.array)
            #expect(elements.count == 6)
            #expect(elements[0].bytes == Array((prefix + "k").utf8))
            #expect(elements[1].bytes == Array("'); redis.call('FLUSHALL') --".utf8))
            #expect(elements[2].integer == 7)
            #expect(elements[3] == .null)
            #expect(elements[4] == .array([.status("FINE")]))
            guard case .error = elements[5] else { return #expect(Bool(false), "the error is an element") }
            let error = try await cacheError {
                try await cache.eval("return redis.call('GET')", keys: [], arguments: ["secret"])
            }
            #expect(error.code == .misconfigured)
            #expect(!error.reason.contains("secret"))
        }
    }

    @Test("A value of 16 MB passes beside small ones")
    func largeValue() async throws {
        var patient = RedisConfiguration()
        patient.commandTimeout = .seconds(20)
        try await TestRedis.withCache(patient) { cache, prefix in
            let value = [UInt8](repeating: 0x0A, count: 16 << 20)
            async let stored: Void = cache.set(prefix + "large", to: value, timeToLive: .seconds(30))
            async let small: Void = cache.set(prefix + "small", to: [1], timeToLive: .seconds(30))
            _ = try await (stored, small)
            #expect(try await cache.get(prefix + "large") == value)
            #expect(try await cache.get(prefix + "small") == [1])
            try await cache.remove([prefix + "large"])
        }
    }

    @Test("A cancelled caller gets its answer at once, and the others theirs")
    func cancellation() async throws {
        try await TestRedis.withCache { cache, prefix in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<300 {
                    group.addTask {
                        let key = "\(prefix)\(number)"
                        if number.isMultiple(of: 3) { withUnsafeCurrentTask { $0?.cancel() } }
                        do {
                            try await cache.set(key, to: [UInt8(number % 256)], timeToLive: .seconds(30))
                            return try await cache.get(key) == [UInt8(number % 256)]
                        } catch let error as CacheError {
                            return number.isMultiple(of: 3) && error.code == .cancelled
                        }
                    }
                }
                for try await isRight in group { #expect(isRight) }
            }
            try await cache.check()
        }
    }

    @Test("The database of the address is the one used")
    func database() async throws {
        let url = try #require(TestRedis.url, TestRedis.missing)
        let root = try #require(url.split(separator: "/").dropFirst().first.map { "redis://\($0)" })
        let one = try RedisCache(url: root + "/1")
        let two = try RedisCache(url: root + "/2")
        let key = "test:database:\(UInt64.random(in: .min ... .max))"
        try await one.set(key, to: [1], timeToLive: .seconds(30))
        #expect(try await two.get(key) == nil)
        #expect(try await one.get(key) == [1])
        await one.close()
        await two.close()
    }

    @Test("A closed cache refuses commands and closing twice is harmless")
    func closing() async throws {
        try await TestRedis.withCache { cache, _ in
            try await cache.check()
            await cache.close()
            await cache.close()
            #expect(try await cacheError { try await cache.check() }.code == .unavailable)
        }
    }
}

@Suite("Redis addresses")
struct RedisAddressTests {
    @Test(
        "What is no address is refused, and the password is not repeated",
        arguments: [
            "", "localhost:6379", "rediss://u:hunter2@localhost", "redis://", "redis://u:hunter2@", "redis://h:0",
            "redis://:hunter2@h:port", "redis://h/x", "redis://u:hunter2%zz@h", "redis://h\0",
        ]
    )
    func malformed(url: String) throws {
        let error = try #require(#expect(throws: CacheError.self) { _ = try RedisCache(url: url) })
        #expect(error.code == .misconfigured)
        #expect(!error.reason.contains("hunter2"))
    }

    @Test("Without a server commands fail fast")
    func noServer() async throws {
        // Nothing listens on port 1.
        var patient = RedisConfiguration()
        patient.commandTimeout = .seconds(60)
        let cache = try RedisCache(url: "redis://127.0.0.1:1", configuration: patient)
        let clock = ContinuousClock()
        let start = clock.now
        for _ in 0..<20 { #expect(try await cacheError { try await cache.get("k") }.code == .unavailable) }
        #expect(start.duration(to: clock.now) < .seconds(30))
        await cache.close()
    }
}
