/// Bounds the time of an operation.
public enum Deadline {
    /// The time was over.
    public struct Passed: Error, Sendable, Hashable {
        /// Creates the error.
        public init() {}
    }

    /// Runs an operation and returns, at the latest, when its time is over; the operation is cancelled then, and left to
    /// end by itself if it does not heed that.
    /// - Throws: ``Passed``, `CancellationError` if the caller is cancelled, or what the operation throws.
    public static func run<Value: Sendable>(
        within limit: Duration,
        clock: any Clock<Duration> = ContinuousClock(),
        _ operation: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let (results, continuation) = AsyncStream.makeStream(of: Result<Value, any Error>.self)
        // Unstructured, because a task group would wait for an operation that ignores its cancellation.
        let work = Task {
            do { continuation.yield(.success(try await operation())) } catch { continuation.yield(.failure(error)) }
        }
        let timer = Task {
            try await clock.sleep(for: limit)
            continuation.yield(.failure(Passed()))
        }
        defer {
            work.cancel()
            timer.cancel()
        }
        for await result in results { return try result.get() }
        throw CancellationError()
    }
}
