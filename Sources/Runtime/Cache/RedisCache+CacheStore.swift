import ContractRuntime

/// The store's operations, one command each. A time to live counts in whole milliseconds, rounded up, from 1 ms to 100
/// years.
extension RedisCache {
    /// The value at `key`, or nil.
    public func get(_ key: String) async throws(CacheError) -> [UInt8]? {
        try await send(RedisCommand(["GET", key])).bytes
    }

    /// Sets `key` to `value` for `timeToLive`; nil keeps it until removed.
    public func set(_ key: String, to value: [UInt8], timeToLive: Duration?) async throws(CacheError) {
        var command = RedisCommand(["SET", key])
        command.append(value)
        if let timeToLive {
            command.append("PX")
            command.append(timeToLive.redisMilliseconds)
        }
        _ = try await send(command)
    }

    /// Removes keys; missing ones are no error.
    public func remove(_ keys: [String]) async throws(CacheError) {
        guard !keys.isEmpty else { return }
        _ = try await send(RedisCommand(["UNLINK"] + keys))
    }

    /// One field of the hash at `key`, or nil.
    public func getField(_ field: String, of key: String) async throws(CacheError) -> [UInt8]? {
        try await send(RedisCommand(["HGET", key, field])).bytes
    }

    /// Sets one field of the hash at `key` and the time to live of the whole hash, in one atomic step; nil keeps the
    /// hash until removed.
    public func setField(
        _ field: String,
        of key: String,
        to value: [UInt8],
        timeToLive: Duration?
    ) async throws(CacheError) {
        _ = try await eval(
            Self.setFieldScript,
            keys: [key],
            arguments: [Array(field.utf8), value, Array((timeToLive?.redisMilliseconds ?? "").utf8)]
        )
    }

    /// Removes one field of the hash at `key`.
    public func removeField(_ field: String, of key: String) async throws(CacheError) {
        _ = try await send(RedisCommand(["HDEL", key, field]))
    }

    /// All fields of the hash at `key`; empty if there is none. Throws `invalidValue` if a field's name is not UTF-8.
    public func getAllFields(of key: String) async throws(CacheError) -> [String: [UInt8]] {
        let replies = try await send(RedisCommand(["HGETALL", key])).array ?? []
        var fields: [String: [UInt8]] = [:]
        for index in stride(from: 0, to: replies.count - 1, by: 2) {
            guard let name = replies[index].bytes.flatMap({ String(validating: $0, as: UTF8.self) }),
                let value = replies[index + 1].bytes
            else { throw CacheError(.invalidValue, reason: "a field's name is not UTF-8") }
            fields[name] = value
        }
        return fields
    }

    /// Sets `key` only if it does not exist. Returns whether it was set.
    public func setIfAbsent(
        _ key: String,
        to value: [UInt8],
        timeToLive: Duration
    ) async throws(CacheError) -> Bool {
        var command = RedisCommand(["SET", key])
        command.append(value)
        for option in ["PX", timeToLive.redisMilliseconds, "NX"] { command.append(option) }
        return try await send(command) != .null
    }

    /// What is left of the key's time to live; nil if the key is missing or has none.
    public func timeToLive(of key: String) async throws(CacheError) -> Duration? {
        // -2: no such key, -1: no time to live.
        let reply = try await send(RedisCommand(["PTTL", key]))
        return reply.integer.flatMap { $0 >= 0 ? .milliseconds($0) : nil }
    }

    /// A transaction (MULTI) would set the time to live of a key of another kind although HSET fails; a script stops.
    private static let setFieldScript = """
        redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
        if ARGV[3] == '' then redis.call('PERSIST', KEYS[1]) else redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
        return 1
        """
}

extension Duration {
    private static let longest: Duration = .seconds(100 * 365 * 86_400)

    /// For PX and PEXPIRE, which refuse 0 and take no fractions.
    fileprivate var redisMilliseconds: String {
        let (seconds, attoseconds) = Swift.min(self, .longest).components
        let milliseconds = seconds * 1_000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return String(Swift.max(1, milliseconds))
    }
}
