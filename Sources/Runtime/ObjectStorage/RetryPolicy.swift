/// How long to wait before a call is tried again: exponential with full jitter.
struct RetryPolicy: Sendable {
    let attemptLimit: Int
    let firstPause = Duration.milliseconds(100)
    let longestPause = Duration.seconds(2)

    /// The pause after a failed attempt, or nil if it was the last one.
    /// - Parameters:
    ///   - attempt: 1 for the first one.
    ///   - jitter: Where in the allowed span, 0 to 1.
    func pause(after attempt: Int, jitter: Double) -> Duration? {
        guard attempt < attemptLimit else { return nil }
        return min(firstPause * (1 << min(attempt - 1, 16)), longestPause) * jitter
    }
}
