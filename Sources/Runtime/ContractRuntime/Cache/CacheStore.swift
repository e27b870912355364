/// Keys with a time to live. A cache may forget anything at any time; callers must be right without it.
public protocol CacheStore: Sendable {
    /// The value at `key`, or nil.
    func get(_ key: String) async throws(CacheError) -> [UInt8]?
    /// Sets `key` to `value` for `timeToLive`; nil keeps it until removed.
    func set(_ key: String, to value: [UInt8], timeToLive: Duration?) async throws(CacheError)
    /// Removes keys; missing ones are no error.
    func remove(_ keys: [String]) async throws(CacheError)
    /// One field of the hash at `key`, or nil.
    func getField(_ field: String, of key: String) async throws(CacheError) -> [UInt8]?
    /// Sets one field of the hash at `key` and the time to live of the whole hash, in one atomic step.
    func setField(_ field: String, of key: String, to value: [UInt8], timeToLive: Duration?) async throws(CacheError)
    /// Removes one field of the hash at `key`.
    func removeField(_ field: String, of key: String) async throws(CacheError)
    /// All fields of the hash at `key`; empty if there is none.
    func getAllFields(of key: String) async throws(CacheError) -> [String: [UInt8]]
    /// Sets `key` only if it does not exist. Returns whether it was set. Used for short leases.
    func setIfAbsent(_ key: String, to value: [UInt8], timeToLive: Duration) async throws(CacheError) -> Bool
    /// What is left of the key's time to live; nil if the key is missing or has none.
    func timeToLive(of key: String) async throws(CacheError) -> Duration?
}

/// Why a cache operation failed. All kinds are retryable except `misconfigured` and `wrongType`.
public struct CacheError: Error, Sendable, Hashable {
    /// The kinds of failure.
    public enum Code: String, Sendable, Hashable {
        /// No connection, or it was lost.
        case unavailable
        /// The time-out passed.
        case timedOut
        /// The key holds another kind of value.
        case wrongType
        /// The server refused the command or the credentials.
        case misconfigured
        /// The calling task was cancelled.
        case cancelled
        /// The stored value does not satisfy its contract.
        case invalidValue
    }

    /// What happened.
    public let code: Code
    /// For logs and people; contains no value.
    public let reason: String

    /// Creates an error.
    public init(_ code: Code, reason: String) {
        self.code = code
        self.reason = reason
    }
}
