import Synchronization

/// Gathers what callers ask for at the same time into calls with many items, for operations that take batches.
///
/// A request that finds fewer than `maximumCalls` calls under way leaves at once; while they are under way, requests
/// gather and leave together when one of them returns. So nobody waits for company, and the busier it gets, the less a
/// request costs. Requests leave in the order in which they came; an order between calls that are under way together is
/// not kept, so what must come after something waits for its answer.
///
/// A caller that is cancelled leaves at once: its items are not sent any more, or if they are under way, what becomes of
/// them is not told. Items must therefore be safe to repeat.
public final class CallBatcher<Item: Sendable, Output: Sendable>: Sendable {
    /// Carries items out and answers with one output for each, in their order.
    /// - Parameter traceparent: Trace of the request that came first.
    public typealias Call = @Sendable (_ items: [Item], _ traceparent: String) async throws -> [Output]

    private struct Request {
        let number: UInt64
        let items: [Item]
        let traceparent: String
    }

    private struct State {
        var waiting: [Request] = []
        var callers: [UInt64: CheckedContinuation<[Output], any Error>] = [:]
        var runningCalls = 0
        var lastNumber: UInt64 = 0
    }

    private let state = Mutex(State())
    private let maximumItems: Int
    private let maximumCalls: Int
    private let call: Call
    private let mayBeOneItems: @Sendable (any Error) -> Bool

    /// Creates a batcher.
    /// - Parameters:
    ///   - maximumItems: Most items of a call; a single request may have more.
    ///   - maximumCalls: Most calls under way at once.
    ///   - mayBeOneItems: Whether an error may be the fault of a single item. Then each request of the call is made again by
    ///     itself, so that it costs its neighbours nothing.
    ///   - call: Carries items out; needs a time limit of its own.
    public init(
        maximumItems: Int, maximumCalls: Int, mayBeOneItems: @escaping @Sendable (any Error) -> Bool,
        call: @escaping Call
    ) {
        precondition(maximumItems > 0 && maximumCalls > 0)
        self.maximumItems = maximumItems
        self.maximumCalls = maximumCalls
        self.mayBeOneItems = mayBeOneItems
        self.call = call
    }

    /// Has items carried out together, beside those of others.
    /// - Returns: One output for each item, in their order.
    /// - Throws: What the call throws; `CancellationError` if the caller is cancelled.
    public func callAsFunction(_ items: [Item], traceparent: String) async throws -> [Output] {
        guard !items.isEmpty else { return [] }
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                join(Request(number: number, items: items, traceparent: traceparent), continuation)
            }
        } onCancel: {
            let caller = state.withLock { state in
                state.waiting.removeAll { $0.number == number }
                return state.callers.removeValue(forKey: number)
            }
            caller?.resume(throwing: CancellationError())
        }
    }

    /// Has one item carried out, beside those of others.
    public func callAsFunction(_ item: Item, traceparent: String) async throws -> Output {
        guard let output = try await self([item], traceparent: traceparent).first else { throw BatchMismatch() }
        return output
    }

    /// How many requests wait for a call to return.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// The cancellation flag is set before the handler runs, so one of the two sees the other under the lock.
    private func join(_ request: Request, _ caller: CheckedContinuation<[Output], any Error>) {
        let (isCancelled, starts) = state.withLock { state in
            if Task.isCancelled { return (true, false) }
            state.callers[request.number] = caller
            state.waiting.append(request)
            guard state.runningCalls < maximumCalls else { return (false, false) }
            state.runningCalls += 1
            return (false, true)
        }
        if isCancelled { caller.resume(throwing: CancellationError()) }
        // Unstructured and without the caller's context: it carries the requests of others, too.
        if starts { Task.detached { await self.work() } }
    }

    /// Makes calls until nothing waits.
    private func work() async {
        while let requests = next() {
            let outcome = await outcome(of: requests)
            guard case .failure(let error) = outcome, requests.count > 1, mayBeOneItems(error) else {
                finish(requests, outcome)
                continue
            }
            for request in requests { finish([request], await self.outcome(of: [request])) }
        }
    }

    private func next() -> [Request]? {
        state.withLock { state in
            var count = 0
            let end =
                state.waiting.firstIndex { request in
                    count += request.items.count
                    return count > maximumItems
                } ?? state.waiting.count
            let taken = state.waiting.prefix(max(end, 1))
            state.waiting.removeFirst(taken.count)
            if taken.isEmpty { state.runningCalls -= 1 }
            return taken.isEmpty ? nil : Array(taken)
        }
    }

    private func outcome(of requests: [Request]) async -> Result<[Output], any Error> {
        let items = requests.flatMap(\.items)
        do {
            let outputs = try await call(items, requests.first?.traceparent ?? "")
            guard outputs.count == items.count else { throw BatchMismatch() }
            return .success(outputs)
        } catch {
            return .failure(error)
        }
    }

    /// Tells the callers that still wait.
    private func finish(_ requests: [Request], _ outcome: Result<[Output], any Error>) {
        var start = 0
        for request in requests {
            let own = outcome.map { Array($0[start..<start + request.items.count]) }
            start += request.items.count
            state.withLock { $0.callers.removeValue(forKey: request.number) }?.resume(with: own)
        }
    }
}

/// A call answered with another number of outputs than it was given items.
public struct BatchMismatch: Error, Hashable {}
