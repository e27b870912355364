import Synchronization
import Testing

@testable import ServiceKit

/// Records calls, and answers each item with its double once it is let go.
private final class Calls: Sendable {
    struct Refusal: Error, Equatable {}

    let gate = Gate()
    private let made = Mutex<[(items: [Int], traceparent: String)]>([])
    private let mostAtOnce = Mutex((now: 0, most: 0))

    var items: [[Int]] { made.withLock { $0.map(\.items) } }
    var traces: [String] { made.withLock { $0.map(\.traceparent) } }
    var most: Int { mostAtOnce.withLock(\.most) }

    /// - Parameter bad: An item for which every call is refused that has it.
    func batcher(items: Int = 100, calls: Int = 1, bad: Int? = nil, splits: Bool = true) -> CallBatcher<Int, Int> {
        CallBatcher(maximumItems: items, maximumCalls: calls, mayBeOneItems: { _ in splits }) { items, traceparent in
            self.made.withLock { $0.append((items, traceparent)) }
            self.mostAtOnce.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            await self.gate.wait()
            self.mostAtOnce.withLock { $0.now -= 1 }
            if let bad, items.contains(bad) { throw Refusal() }
            return items.map { $0 * 2 }
        }
    }
}

@Suite("Call batcher")
struct CallBatcherTests {
    /// Starts a call that stays under way, and then one request after the other behind it.
    private func queue(_ requests: [[Int]], on batcher: CallBatcher<Int, Int>, _ calls: Calls) async
        -> [Task<[Int], any Error>]
    {
        var tasks = [Task { try await batcher([0], traceparent: "first") }]
        await eventually { calls.items.count == 1 }
        for (index, items) in requests.enumerated() {
            tasks.append(Task { try await batcher(items, traceparent: "trace \(index)") })
            await eventually { batcher.waitingCount == index + 1 }
        }
        return tasks
    }

    @Test("a request that finds no call under way leaves at once and alone")
    func aloneAtOnce() async throws {
        let calls = Calls()
        calls.gate.open()
        let batcher = calls.batcher()
        #expect(try await batcher(21, traceparent: "t") == 42)
        #expect(calls.items == [[21]])
        #expect(calls.traces == ["t"])
    }

    @Test("what comes while a call is under way leaves together, in order, and each gets its own outputs")
    func gathering() async throws {
        let calls = Calls()
        let batcher = calls.batcher()
        let tasks = await queue([[1, 2], [3], [4, 5, 6]], on: batcher, calls)
        calls.gate.open()
        var outputs: [[Int]] = []
        for task in tasks { outputs.append(try await task.value) }
        #expect(outputs == [[0], [2, 4], [6], [8, 10, 12]])
        #expect(calls.items == [[0], [1, 2, 3, 4, 5, 6]])
        #expect(calls.traces == ["first", "trace 0"])
    }

    @Test("a call has no more items than it may have, and a request is never divided")
    func limits() async throws {
        let calls = Calls()
        let batcher = calls.batcher(items: 3)
        let tasks = await queue([[1], [2], [3, 4], [5, 6, 7, 8], [9]], on: batcher, calls)
        calls.gate.open()
        for task in tasks { _ = try await task.value }
        #expect(calls.items == [[0], [1, 2], [3, 4], [5, 6, 7, 8], [9]])
    }

    @Test("no more calls are under way than may be, and later ones are made all the same")
    func calls() async throws {
        let calls = Calls()
        let batcher = calls.batcher(items: 1, calls: 2)
        let tasks = (0..<40).map { item in Task { try await batcher(item, traceparent: "") } }
        await eventually { calls.items.count == 2 && batcher.waitingCount == 38 }
        calls.gate.open()
        var outputs: [Int] = []
        for task in tasks { outputs.append(try await task.value) }
        #expect(outputs == (0..<40).map { $0 * 2 })
        #expect(calls.most == 2)
        #expect(calls.items.count == 40)
    }

    @Test("an item that is refused costs its neighbours nothing")
    func oneBadItem() async throws {
        let calls = Calls()
        let batcher = calls.batcher(bad: 2)
        let tasks = await queue([[1], [2], [3]], on: batcher, calls)
        calls.gate.open()
        #expect(try await tasks[1].value == [2])
        await #expect(throws: Calls.Refusal.self) { try await tasks[2].value }
        #expect(try await tasks[3].value == [6])
        #expect(calls.items == [[0], [1, 2, 3], [1], [2], [3]])
    }

    @Test("an error that no item is to blame for reaches all of the call, which is not made again")
    func commonError() async throws {
        let calls = Calls()
        let batcher = calls.batcher(bad: 2, splits: false)
        let tasks = await queue([[1], [2], [3]], on: batcher, calls)
        calls.gate.open()
        for task in tasks.dropFirst() { await #expect(throws: Calls.Refusal.self) { try await task.value } }
        #expect(calls.items == [[0], [1, 2, 3]])
    }

    @Test("a caller that is cancelled while it waits is not sent, and the others go on")
    func cancelledWaiting() async throws {
        let calls = Calls()
        let batcher = calls.batcher()
        let tasks = await queue([[1], [2], [3]], on: batcher, calls)
        tasks[2].cancel()
        await #expect(throws: CancellationError.self) { try await tasks[2].value }
        calls.gate.open()
        #expect(try await tasks[1].value == [2])
        #expect(try await tasks[3].value == [6])
        #expect(calls.items == [[0], [1, 3]])
    }

    @Test("a caller that is cancelled while its call is under way leaves at once, and the call goes on for the others")
    func cancelledUnderWay() async throws {
        let calls = Calls()
        let batcher = calls.batcher(calls: 1)
        let tasks = await queue([], on: batcher, calls)
        tasks[0].cancel()
        await #expect(throws: CancellationError.self) { try await tasks[0].value }
        let next = Task { try await batcher(4, traceparent: "") }
        await eventually { batcher.waitingCount == 1 }
        calls.gate.open()
        #expect(try await next.value == 8)
        #expect(calls.items == [[0], [4]])
    }

    @Test("a caller that was cancelled before it asked sends nothing")
    func cancelledBefore() async throws {
        let calls = Calls()
        calls.gate.open()
        let batcher = calls.batcher()
        let task = Task {
            await eventually { Task.isCancelled }
            return try await batcher(1, traceparent: "")
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(calls.items == [])
    }

    @Test("an answer with too few outputs is an error and shifts nobody's")
    func mismatch() async throws {
        let batcher = CallBatcher<Int, Int>(maximumItems: 9, maximumCalls: 1, mayBeOneItems: { _ in false }) { _, _ in
            []
        }
        await #expect(throws: BatchMismatch.self) { try await batcher(1, traceparent: "") }
    }
}
