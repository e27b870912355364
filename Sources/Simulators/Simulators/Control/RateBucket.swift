/// A token bucket: fills steadily, each call takes one.
struct RateBucket: Sendable {
    private let capacity: Double
    private let perMillisecond: Double
    private var level: Double
    private var filledAt: Int64

    /// A full bucket.
    /// - Parameters:
    ///   - capacity: Calls that are allowed at once.
    ///   - perSecond: Calls that are allowed for good.
    ///   - now: Milliseconds.
    init(capacity: Double, perSecond: Double, now: Int64) {
        self.capacity = capacity
        perMillisecond = perSecond / 1_000
        level = capacity
        filledAt = now
    }

    /// Takes a call.
    /// - Returns: Whether there was one left.
    mutating func take(now: Int64) -> Bool {
        level = min(capacity, level + Double(max(0, now - filledAt)) * perMillisecond)
        filledAt = max(filledAt, now)
        guard level >= 1 else { return false }
        level -= 1
        return true
    }

    /// Counts a call that is not refused whatever is left.
    mutating func count(now: Int64) {
        _ = take(now: now)
    }
}
