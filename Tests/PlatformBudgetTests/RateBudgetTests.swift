import Cache
import ContractRuntime
import Foundation
import Logging
import RelayCacheContract
import ServiceKit
import Testing

@testable import PlatformBudget

private func redisURL() -> String? {
    ProcessInfo.processInfo.environment["REDIS_URL"].flatMap { $0.isEmpty ? nil : $0 }
}

private let isAvailable = redisURL() != nil || ProcessInfo.processInfo.environment["REQUIRE_SERVERS"] == "1"

@Suite("Budgets shared through Redis", .enabled(if: isAvailable, "REDIS_URL is not set"))
struct RateBudgetTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private let name = "test:\(UUID().uuidString)"

    private func budget(_ cache: RedisCache, metrics: MetricRegistry = MetricRegistry()) -> RateBudget {
        RateBudget(cache: cache, api: "test", metrics: metrics, logger: logger)
    }

    private func withRedis(_ body: (RedisCache) async throws -> Void) async throws {
        let cache = try RedisCache(url: try #require(redisURL()), logger: logger)
        var failure: (any Error)?
        do { try await body(cache) } catch { failure = error }
        await cache.close()
        if let failure { throw failure }
    }

    @Test("two instances together get no more than one budget allows")
    func shared() async throws {
        try await withRedis { first in
            try await withRedis { second in
                let bucket = Bucket(name, capacity: 20, perSecond: 0.001)
                let granted = await withTaskGroup(of: Int.self) { group in
                    for cache in [first, second] {
                        let budget = budget(cache)
                        group.addTask {
                            var granted = 0
                            for _ in 0..<30 {
                                let answer = await budget.take([bucket], tenantID: "t", patience: .zero)
                                if case .granted = answer { granted += 1 }
                            }
                            return granted
                        }
                    }
                    return await group.reduce(0, +)
                }
                #expect(granted == 20)
            }
        }
    }

    @Test("what comes back soon is promised in the order of asking, and the stored entry keeps its contract")
    func promises() async throws {
        try await withRedis { cache in
            let metrics = MetricRegistry()
            let budget = budget(cache, metrics: metrics)
            let bucket = Bucket(name, capacity: 1, perSecond: 10)
            var waits: [Duration] = []
            for _ in 0..<3 {
                guard case .granted(let wait) = await budget.take([bucket], tenantID: "t", patience: .seconds(1)) else {
                    continue
                }
                waits.append(wait)
            }
            #expect(waits.count == 3 && waits[0] == .zero)
            #expect(waits[1] > .zero && waits[1] <= .milliseconds(100))
            #expect(waits[2] > waits[1] && waits[2] <= .milliseconds(200))
            let entry = try #require(try await RateBudgetEntryCache(store: cache).get(budget: name))
            #expect(entry.tokens < 0 && entry.tokens > -2.1 && entry.blockedUntil == nil)
            let left = try #require(try await cache.timeToLive(of: RateBudgetEntryCache.key(budget: name)))
            #expect(left > .seconds(590) && left <= .seconds(600))
            #expect((metrics.value(.rateBudgetRemaining, ["t", "test", name]) ?? 1) < 0)
        }
    }

    @Test("of two buckets both give or none does, and the slower one is named")
    func both() async throws {
        try await withRedis { cache in
            let budget = budget(cache)
            let wide = Bucket(name + ":wide", capacity: 10, perSecond: 1)
            let narrow = Bucket(name + ":narrow", capacity: 1, perSecond: 0.1)
            let first = await budget.take([wide, narrow], tenantID: "t", patience: .zero)
            #expect(first == .granted(after: .zero))
            guard case .refused(let wait, let by) = await budget.take([wide, narrow], tenantID: "t", patience: .zero)
            else { return #expect(Bool(false)) }
            #expect(by == narrow.name && wait > .seconds(9) && wait <= .seconds(10))
            let entry = try #require(try await RateBudgetEntryCache(store: cache).get(budget: wide.name))
            #expect(entry.tokens == 9)
        }
    }

    @Test("calls that others outrank leave them their share")
    func priorities() async throws {
        try await withRedis { cache in
            let budget = budget(cache)
            var receipts = 0
            while case .granted = await budget.take(
                [Bucket(name, capacity: 10, perSecond: 0.001, floor: 2)], tenantID: "t", patience: .zero)
            {
                receipts += 1
            }
            #expect(receipts == 8)
            var messages = 0
            while case .granted = await budget.take(
                [Bucket(name, capacity: 10, perSecond: 0.001)], tenantID: "t", patience: .zero)
            {
                messages += 1
            }
            #expect(messages == 2)
        }
    }

    @Test("a platform's wish to wait holds for every instance")
    func blocked() async throws {
        try await withRedis { cache in
            let bucket = Bucket(name, capacity: 10, perSecond: 10)
            await budget(cache).block(bucket, for: .seconds(30))
            await budget(cache).block(bucket, for: .seconds(5))
            guard
                case .refused(let wait, _) = await budget(cache).take([bucket], tenantID: "t", patience: .seconds(2))
            else { return #expect(Bool(false)) }
            #expect(wait > .seconds(29) && wait <= .seconds(31))
        }
    }

    @Test("a value that is none counts as a full bucket")
    func nonsense() async throws {
        try await withRedis { cache in
            for text in ["nonsense", "[]", "{\"tokens\":\"x\"}"] {
                try await cache.set(
                    RateBudgetEntryCache.key(budget: name), to: Array(text.utf8), timeToLive: .seconds(60))
                let answer = await budget(cache).take(
                    [Bucket(name, capacity: 1, perSecond: 1)], tenantID: "t", patience: .zero)
                #expect(answer == .granted(after: .zero))
            }
        }
    }

    @Test("without Redis each process goes on with half the rate, and says so")
    func withoutRedis() async throws {
        // Nobody listens on port 1.
        let cache = try RedisCache(url: "redis://127.0.0.1:1", logger: logger)
        let metrics = MetricRegistry()
        let budget = budget(cache, metrics: metrics)
        let bucket = Bucket(name, capacity: 2, perSecond: 1)
        #expect(await budget.take([bucket], tenantID: "t", patience: .zero) == .granted(after: .zero))
        #expect(await budget.take([bucket], tenantID: "t", patience: .zero) == .granted(after: .zero))
        guard case .refused(let wait, _) = await budget.take([bucket], tenantID: "t", patience: .zero) else {
            return #expect(Bool(false))
        }
        #expect(wait > .milliseconds(1_900) && wait <= .seconds(2))
        #expect(metrics.value(.budgetFallbacks, ["test"]) == 3)
        await cache.close()
    }
}
