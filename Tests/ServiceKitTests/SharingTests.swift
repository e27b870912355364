import Synchronization
import Testing

@testable import ServiceKit

/// Lets tests decide when something goes on.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}

/// Counts from many tasks.
final class Tally: Sendable {
    private let value = Mutex(0)

    var count: Int { value.withLock { $0 } }

    @discardableResult func increment() -> Int {
        value.withLock { value in
            value += 1
            return value
        }
    }
}

/// Yields until something holds.
func eventually(_ condition: () -> Bool) async {
    while !condition() { await Task.yield() }
}

@Suite("Single flight")
struct SingleFlightTests {
    struct Failure: Error, Equatable {}

    @Test("concurrent callers of one key share one execution, other keys have their own")
    func sharing() async throws {
        let flights = SingleFlight<String, Int>()
        let gate = Gate()
        let executions = Tally()
        let tasks = (0..<50).map { index in
            Task {
                try await flights.value(for: index < 49 ? "a" : "b") {
                    await gate.wait()
                    return executions.increment()
                }
            }
        }
        await eventually { flights.waiterCount == 50 }
        gate.open()
        var values: Set<Int> = []
        for task in tasks { values.insert(try await task.value) }
        #expect(executions.count == 2)
        #expect(values == [1, 2])
        #expect(flights.count == 0)
    }

    @Test("an error reaches all who wait and is not kept")
    func errors() async throws {
        let flights = SingleFlight<String, Int>()
        let gate = Gate()
        let tasks = (0..<3).map { _ in
            Task {
                try await flights.value(for: "a") {
                    await gate.wait()
                    throw Failure()
                }
            }
        }
        await eventually { flights.waiterCount == 3 }
        gate.open()
        for task in tasks { await #expect(throws: Failure.self) { try await task.value } }
        #expect(try await flights.value(for: "a") { 7 } == 7)
    }

    @Test("a cancelled caller leaves at once while the execution goes on for the others")
    func oneCancelled() async throws {
        let flights = SingleFlight<String, Int>()
        let gate = Gate()
        let tasks = (0..<2).map { _ in
            Task {
                try await flights.value(for: "a") {
                    await gate.wait()
                    return Task.isCancelled ? 0 : 1
                }
            }
        }
        await eventually { flights.waiterCount == 2 }
        tasks[0].cancel()
        await #expect(throws: CancellationError.self) { try await tasks[0].value }
        gate.open()
        #expect(try await tasks[1].value == 1)
    }

    @Test("when the last caller leaves, the execution is cancelled and the next caller starts a new one")
    func allCancelled() async throws {
        let flights = SingleFlight<String, Int>()
        let wasCancelled = Gate()
        let task = Task {
            try await flights.value(for: "a") {
                try? await Task.sleep(for: .seconds(3_600))
                if Task.isCancelled { wasCancelled.open() }
                return 0
            }
        }
        await eventually { flights.waiterCount == 1 }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        await wasCancelled.wait()
        #expect(try await flights.value(for: "a") { 2 } == 2)
    }

    @Test("a caller that is already cancelled starts nothing")
    func cancelledBefore() async {
        let flights = SingleFlight<String, Int>()
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await flights.value(for: "a") { 1 }
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(flights.count == 0)
    }
}

@Suite("Expiring cache")
struct ExpiringCacheTests {
    private let start = ContinuousClock.now
    private let elapsed = Elapsed()

    final class Elapsed: Sendable {
        let value = Mutex(Duration.zero)
    }

    private func cache(capacity: Int) -> ExpiringCache<Int, String> {
        ExpiringCache(capacity: capacity, lifetime: .seconds(60)) { [start, elapsed] in
            start + elapsed.value.withLock { $0 }
        }
    }

    @Test("a value is good for its lifetime")
    func expiry() {
        let cache = cache(capacity: 2)
        cache.set("a", for: 1)
        elapsed.value.withLock { $0 = .seconds(59) }
        #expect(cache.value(for: 1) == "a")
        elapsed.value.withLock { $0 = .seconds(60) }
        #expect(cache.value(for: 1) == nil)
        #expect(cache.count == 0)
    }

    @Test("the oldest value makes room, and one that was set again is not the oldest")
    func bounds() {
        let cache = cache(capacity: 2)
        cache.set("a", for: 1)
        cache.set("b", for: 2)
        cache.set("a2", for: 1)
        cache.set("c", for: 3)
        #expect(cache.value(for: 1) == "a2")
        #expect(cache.value(for: 2) == nil)
        #expect(cache.value(for: 3) == "c")
    }

    @Test("it stays within its bounds whatever is set and removed")
    func churn() {
        let cache = cache(capacity: 10)
        for index in 0..<10_000 {
            cache.set("x", for: index % 37)
            if index % 5 == 0 { cache.remove((index + 1) % 37) }
            #expect(cache.count <= 10)
        }
    }

    @Test("concurrent loads are one, and a failed load is not kept")
    func loading() async throws {
        let cache = cache(capacity: 2)
        let loads = Tally()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    _ = try? await cache.value(for: 1) {
                        loads.increment()
                        await Task.yield()
                        return "a"
                    }
                }
            }
        }
        #expect(loads.count == 1)
        await #expect(throws: SingleFlightTests.Failure.self) {
            try await cache.value(for: 2) { throw SingleFlightTests.Failure() }
        }
        #expect(try await cache.value(for: 2) { "b" } == "b")
    }
}
