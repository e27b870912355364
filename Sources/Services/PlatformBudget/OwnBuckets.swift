import Synchronization

/// Buckets of this process alone, with the rules of the shared ones.
final class OwnBuckets: Sendable {
    private struct Level {
        var tokens: Double
        var updatedAt: ContinuousClock.Instant
        var blockedUntil: ContinuousClock.Instant
    }

    /// More than are in use at a time; the fullest go first, because they are nearest to having no effect.
    private static let maximumCount = 20_000
    private let levels = Mutex<[String: Level]>([:])
    private let share: Double
    private let now: @Sendable () -> ContinuousClock.Instant

    /// Creates full buckets.
    /// - Parameters:
    ///   - share: Of the rate, when other processes draw on the same budget.
    ///   - now: The time.
    init(share: Double, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.share = share
        self.now = now
    }

    func take(_ buckets: [Bucket], patience: Duration) -> RateBudget.Answer {
        let now = now()
        return levels.withLock { levels in
            var wait = Duration.zero
            var slowest = ""
            var found: [Level] = []
            for bucket in buckets {
                let rate = bucket.perSecond * share
                var level = levels[bucket.name] ?? Level(tokens: bucket.capacity, updatedAt: now, blockedUntil: now)
                let elapsed = max(.zero, level.updatedAt.duration(to: now)) / .seconds(1)
                level.tokens = min(bucket.capacity, level.tokens + elapsed * rate)
                level.updatedAt = max(level.updatedAt, now)
                let missing = max(0, 1 + bucket.floor - level.tokens)
                let own = max(
                    .milliseconds((missing * 1_000 / rate).rounded(.up)), now.duration(to: level.blockedUntil))
                if own > wait { (wait, slowest) = (own, bucket.name) }
                found.append(level)
            }
            guard wait <= patience else { return .refused(for: wait, by: slowest) }
            for (bucket, level) in zip(buckets, found) {
                levels[bucket.name] = Level(
                    tokens: level.tokens - 1,
                    updatedAt: level.updatedAt,
                    blockedUntil: level.blockedUntil
                )
            }
            if levels.count > Self.maximumCount { Self.shed(&levels) }
            return .granted(after: wait)
        }
    }

    func block(_ bucket: Bucket, for wait: Duration) {
        let until = now() + wait
        levels.withLock { levels in
            let blocked = max(until, levels[bucket.name]?.blockedUntil ?? until)
            levels[bucket.name] = Level(tokens: 0, updatedAt: blocked, blockedUntil: blocked)
        }
    }

    private static func shed(_ levels: inout [String: Level]) {
        let fullest = levels.sorted { $0.value.tokens > $1.value.tokens }.prefix(maximumCount / 2)
        for (name, _) in fullest { levels[name] = nil }
    }
}
