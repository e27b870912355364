import Cache
import ContractRuntime
import Testing

/// What every `CacheStore` must do, run on Redis.
@Suite("A cache store", .enabled(if: TestRedis.isAvailable, TestRedis.missing))
struct CacheStoreTests {
    private func withStore(_ body: (any CacheStore, String) async throws -> Void) async throws {
        try await TestRedis.withCache { cache, prefix in try await body(cache, prefix) }
    }

    @Test(
        "Any bytes come back as they were set",
        arguments: [[], [0], Array("Grüße 👋🏽".utf8), Array("\r\n$5\r\nhello".utf8), Array(0...255)] as [[UInt8]]
    )
    func anyBytes(value: [UInt8]) async throws {
        try await withStore { store, prefix in
            let key = prefix + "ключ \r\n\0 👋"
            #expect(try await store.get(key) == nil)
            try await store.set(key, to: value, timeToLive: .seconds(60))
            #expect(try await store.get(key) == value)
            try await store.setField("f\0\r\n", of: key + "h", to: value, timeToLive: .seconds(60))
            #expect(try await store.getField("f\0\r\n", of: key + "h") == value)
            #expect(try await store.getAllFields(of: key + "h") == ["f\0\r\n": value])
            try await store.remove([key, key + "h", key + "absent"])
            #expect(try await store.get(key) == nil)
        }
    }

    @Test("Setting again replaces value and time to live")
    func replacing() async throws {
        try await withStore { store, prefix in
            let key = prefix + "k"
            try await store.set(key, to: [1], timeToLive: .seconds(100))
            let first = try #require(try await store.timeToLive(of: key))
            #expect(first > .seconds(90) && first <= .seconds(100))
            try await store.set(key, to: [2], timeToLive: nil)
            #expect(try await store.timeToLive(of: key) == nil)
            #expect(try await store.get(key) == [2])
            #expect(try await store.timeToLive(of: prefix + "absent") == nil)
            try await store.remove([key])
        }
    }

    @Test("A key is gone after its time to live", arguments: [Duration.milliseconds(40), .zero, .seconds(-5)])
    func expiry(timeToLive: Duration) async throws {
        try await withStore { store, prefix in
            let key = prefix + "k"
            try await store.set(key, to: [1], timeToLive: timeToLive)
            #expect(try await eventually { try await store.get(key) == nil })
        }
    }

    @Test("A time to live beyond all reason is cut to 100 years")
    func longTimeToLive() async throws {
        try await withStore { store, prefix in
            try await store.set(prefix + "k", to: [1], timeToLive: .seconds(Int64.max))
            #expect(try #require(try await store.timeToLive(of: prefix + "k")) > .seconds(99 * 365 * 86_400))
            try await store.remove([prefix + "k"])
        }
    }

    @Test("A hash's fields share one time to live, set with each field")
    func fields() async throws {
        try await withStore { store, prefix in
            let key = prefix + "h"
            #expect(try await store.getAllFields(of: key).isEmpty)
            #expect(try await store.getField("a", of: key) == nil)
            try await store.setField("a", of: key, to: [1], timeToLive: .seconds(10))
            try await store.setField("b", of: key, to: [2], timeToLive: .seconds(100))
            #expect(try #require(try await store.timeToLive(of: key)) > .seconds(90))
            #expect(try await store.getAllFields(of: key) == ["a": [1], "b": [2]])
            try await store.setField("b", of: key, to: [3], timeToLive: nil)
            #expect(try await store.timeToLive(of: key) == nil)
            try await store.removeField("a", of: key)
            try await store.removeField("absent", of: key)
            #expect(try await store.getAllFields(of: key) == ["b": [3]])
            try await store.removeField("b", of: key)
            #expect(try await store.getAllFields(of: key).isEmpty)
            try await store.remove([])
        }
    }

    @Test("A key of another kind is refused and stays as it was")
    func wrongType() async throws {
        try await withStore { store, prefix in
            let key = prefix + "k"
            try await store.set(key, to: [1], timeToLive: .seconds(100))
            for error in [
                try await cacheError { try await store.getField("f", of: key) },
                try await cacheError { try await store.getAllFields(of: key) },
                try await cacheError { try await store.setField("f", of: key, to: [2], timeToLive: .seconds(5)) },
            ] {
                #expect(error.code == .wrongType)
                #expect(!error.reason.contains(prefix))
            }
            #expect(try #require(try await store.timeToLive(of: key)) > .seconds(90))
            try await store.remove([key])
        }
    }

    @Test("Of a hundred that ask for one lease exactly one gets it")
    func lease() async throws {
        try await withStore { store, prefix in
            let key = prefix + "lease"
            let winners = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<100 {
                    group.addTask {
                        try await store.setIfAbsent(key, to: [UInt8(number)], timeToLive: .seconds(30))
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(winners == 1)
            #expect(try #require(try await store.timeToLive(of: key)) <= .seconds(30))
            try await store.remove([key])
            #expect(try await store.setIfAbsent(key, to: [1], timeToLive: .seconds(30)))
            try await store.remove([key])
        }
    }
}
