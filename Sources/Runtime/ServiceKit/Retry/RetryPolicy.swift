/// When to try again: growing waits with full jitter, so that many who failed together do not come back together.
public struct RetryPolicy: Sendable {
    /// Longest wait after the first failure, the second, …; the last one holds for all that follow.
    public var delays: [Duration]
    /// Most attempts, the first included.
    public var maximumAttempts: Int
    /// Longest time from the first attempt to the beginning of the last one; a longer wait is not begun.
    public var maximumElapsed: Duration
    /// A number from 0 up to but not including 1.
    private let random: @Sendable () -> Double

    /// Creates a policy.
    /// - Parameters:
    ///   - delays: Longest waits; default 1 s, 5 s, 30 s, 2 min, 10 min.
    ///   - maximumAttempts: Most attempts; default one more than there are delays.
    ///   - maximumElapsed: Default 10 minutes, the longest that a message may hold up its lane.
    ///   - random: A number from 0 up to but not including 1.
    public init(
        delays: [Duration] = [.seconds(1), .seconds(5), .seconds(30), .seconds(120), .seconds(600)],
        maximumAttempts: Int? = nil,
        maximumElapsed: Duration = .seconds(600),
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.delays = delays
        self.maximumAttempts = maximumAttempts ?? delays.count + 1
        self.maximumElapsed = maximumElapsed
        self.random = random
    }

    /// For calls between services, within one request: three attempts in about a second.
    public static let short = RetryPolicy(
        delays: [.milliseconds(100), .milliseconds(500)],
        maximumElapsed: .seconds(5)
    )

    /// How long to wait before trying again; nil: give up.
    /// - Parameters:
    ///   - attempt: The number of attempts so far, 1 after the first.
    ///   - elapsed: Time since the first attempt began.
    public func delay(after disposition: Disposition, attempt: Int, elapsed: Duration) -> Duration? {
        guard attempt < maximumAttempts else { return nil }
        let wait: Duration
        switch disposition {
        // The full wait that was asked for, and up to a tenth more.
        case .retryAfter(let asked): wait = asked + asked * (0.1 * random())
        case .transient:
            guard !delays.isEmpty else { return nil }
            wait = delays[min(attempt, delays.count) - 1] * random()
        case .authentication, .permanent, .unknownOutcome: return nil
        }
        return elapsed + wait <= maximumElapsed ? wait : nil
    }
}

/// An operation was given up.
public struct RetriesExhausted: DisposedError {
    /// How often it was tried.
    public let attempts: Int
    /// What the last failure asked for.
    public let disposition: Disposition
    /// The last failure.
    public let cause: any Error
}

/// Tries until the operation succeeds, fails for good or the policy gives up.
/// - Parameters:
///   - policy: When to try again.
///   - clock: What waits; a test's clock does not.
///   - onRetry: Told before every wait: the failure, how often was tried, the wait.
///   - operation: Gets the number of the attempt, from 1. Must be safe to repeat whenever its error says so.
/// - Throws: ``RetriesExhausted``; `CancellationError` as soon as the task is cancelled.
public func withRetries<Value: Sendable, C: Clock<Duration>>(
    _ policy: RetryPolicy,
    clock: C = ContinuousClock(),
    isolation: isolated (any Actor)? = #isolation,
    onRetry: (_ error: any Error, _ attempt: Int, _ wait: Duration) -> Void = { _, _, _ in },
    operation: (_ attempt: Int) async throws -> Value
) async throws -> Value {
    let start = clock.now
    var attempt = 1
    while true {
        try Task.checkCancellation()
        do {
            return try await operation(attempt)
        } catch {
            try Task.checkCancellation()
            if Disposition.isCancellation(error) { throw error }
            let disposition = Disposition(of: error)
            let elapsed = start.duration(to: clock.now)
            guard let wait = policy.delay(after: disposition, attempt: attempt, elapsed: elapsed) else {
                throw RetriesExhausted(attempts: attempt, disposition: disposition, cause: error)
            }
            onRetry(error, attempt, wait)
            try await clock.sleep(for: wait)
            attempt += 1
        }
    }
}
