public import Cache
import ContractRuntime
public import Logging
import RelayCacheContract
public import ServiceKit

/// One token bucket: who shares it, and how fast it fills.
public struct Bucket: Sendable, Hashable {
    /// What it limits, for example `genesys:{OAuth client}`.
    public var name: String
    /// Calls that may be made at once.
    public var capacity: Double
    /// Calls that come back each second.
    public var perSecond: Double
    /// Calls that must be left for others; for calls that others outrank.
    public var floor: Double

    /// Creates a bucket.
    public init(_ name: String, capacity: Double, perSecond: Double, floor: Double = 0) {
        self.name = name
        self.capacity = capacity
        self.perSecond = perSecond
        self.floor = floor
    }
}

/// Budgets of calls to a platform, shared by all instances of a service through Redis.
///
/// A call may be promised for a moment that is not far away: callers then wait their turn once, in the order in which
/// they asked, and do not ask again. While Redis is away each process draws on buckets of its own that fill half as
/// fast; what is refused by the platform then is repeated, so that losing Redis costs speed only.
public struct RateBudget: Sendable {
    /// What became of a request for a call.
    public enum Answer: Sendable, Hashable {
        /// Make the call after this wait.
        case granted(after: Duration)
        /// Nothing was taken; ask again after this wait, for which the named bucket is the reason.
        case refused(for: Duration, by: String)
    }

    private let cache: RedisCache?
    private let api: String
    private let metrics: MetricRegistry
    private let logger: Logger
    private let own: OwnBuckets

    /// Creates the budgets of an API.
    /// - Parameters:
    ///   - cache: Shared by all instances; nil: each process for itself.
    ///   - api: Label of the metrics, `meta` or `genesys`.
    ///   - metrics: Gets what is left and how often Redis was away.
    ///   - logger: For when Redis is away.
    public init(cache: RedisCache?, api: String, metrics: MetricRegistry, logger: Logger) {
        self.cache = cache
        self.api = api
        self.metrics = metrics
        self.logger = logger
        own = OwnBuckets(share: cache == nil ? 1 : 0.5)
    }

    /// Takes one call from all of the buckets, or from none.
    /// - Parameters:
    ///   - buckets: At least one.
    ///   - tenantID: Label of the metric of what is left in the first bucket.
    ///   - patience: The longest wait that the caller can bear.
    public func take(_ buckets: [Bucket], tenantID: String, patience: Duration) async -> Answer {
        guard let cache else { return own.take(buckets, patience: patience) }
        var arguments = [String(patience.wholeMilliseconds), String(Self.lifetimeMilliseconds)]
        for bucket in buckets {
            arguments += [String(bucket.capacity), String(bucket.perSecond), String(bucket.floor)]
        }
        do {
            let reply = try await cache.eval(
                Self.takeScript,
                keys: buckets.map { RateBudgetEntryCache.key(budget: $0.name) },
                arguments: arguments
            )
            guard let numbers = reply.array?.compactMap(\.integer), numbers.count == 4,
                buckets.indices.contains(Int(numbers[3]) - 1)
            else {
                throw CacheError(.invalidValue, reason: "the budget's script answered something else")
            }
            metrics.set(.rateBudgetRemaining, [tenantID, api, buckets[0].name], to: Double(numbers[2]) / 1_000)
            let wait = Duration.milliseconds(numbers[1])
            return numbers[0] == 1 ? .granted(after: wait) : .refused(for: wait, by: buckets[Int(numbers[3]) - 1].name)
        } catch {
            metrics.increment(.budgetFallbacks, [api])
            logger.debug("the shared budget did not answer", metadata: ["error": "\(error)"])
            return own.take(buckets, patience: patience)
        }
    }

    /// Lets nobody call for a while: the platform asked for it. Whatever is left is gone.
    public func block(_ bucket: Bucket, for wait: Duration) async {
        own.block(bucket, for: wait)
        guard let cache, wait > .zero else { return }
        do {
            _ = try await cache.eval(
                Self.blockScript,
                keys: [RateBudgetEntryCache.key(budget: bucket.name)],
                arguments: [String(wait.wholeMilliseconds), String(Self.lifetimeMilliseconds)]
            )
        } catch {
            logger.debug("the shared budget was not told to wait", metadata: ["error": "\(error)"])
        }
    }

    private static let lifetimeMilliseconds = RateBudgetEntryCache.timeToLive.map(\.wholeMilliseconds) ?? 600_000

    /// Redis' own clock, so that the clocks of the instances need not agree. A bucket may go below zero for calls that
    /// are promised; a value that is none counts as a full bucket.
    private static let takeScript = """
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        local patience, life = tonumber(ARGV[1]), tonumber(ARGV[2])
        local wait, slowest, buckets = 0, 1, {}
        for i, key in ipairs(KEYS) do
            local capacity, rate, floor = tonumber(ARGV[3 * i]), tonumber(ARGV[3 * i + 1]), tonumber(ARGV[3 * i + 2])
            local tokens, blocked = capacity, nil
            local raw = redis.call('GET', key)
            if raw then
                local ok, kept = pcall(cjson.decode, raw)
                local usable = ok and type(kept) == 'table' and type(kept.tokens) == 'number'
                if usable and type(kept.updatedAt) == 'number' then
                    tokens = math.min(capacity, kept.tokens + math.max(0, now - kept.updatedAt) * rate / 1000)
                    if type(kept.blockedUntil) == 'number' and kept.blockedUntil > now then
                        blocked = kept.blockedUntil
                    end
                end
            end
            local missing = math.max(0, 1 + floor - tokens)
            local own = math.max(math.ceil(missing * 1000 / rate), blocked and blocked - now or 0)
            if own > wait then wait, slowest = own, i end
            buckets[i] = {tokens = tokens, updatedAt = now, blockedUntil = blocked}
        end
        local granted = wait <= patience
        if granted then
            for i, key in ipairs(KEYS) do
                buckets[i].tokens = buckets[i].tokens - 1
                redis.call('SET', key, cjson.encode(buckets[i]), 'PX', life)
            end
        end
        return {granted and 1 or 0, wait, math.floor(buckets[1].tokens * 1000), slowest}
        """

    private static let blockScript = """
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        local wait, life = tonumber(ARGV[1]), tonumber(ARGV[2])
        local blocked = now + wait
        local raw = redis.call('GET', KEYS[1])
        if raw then
            local ok, kept = pcall(cjson.decode, raw)
            if ok and type(kept) == 'table' and type(kept.blockedUntil) == 'number' then
                blocked = math.max(blocked, kept.blockedUntil)
            end
        end
        local entry = {tokens = 0, updatedAt = blocked, blockedUntil = blocked}
        redis.call('SET', KEYS[1], cjson.encode(entry), 'PX', math.max(life, wait + 60000))
        return 1
        """
}

extension Duration {
    /// Milliseconds, rounded up.
    var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) * 1_000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
