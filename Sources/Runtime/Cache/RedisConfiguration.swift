/// The bounds of a Redis connection. The defaults suit one service process.
public struct RedisConfiguration: Sendable, Hashable {
    /// How long a command may take, waiting included; 1 s.
    public var commandTimeout: Duration = .seconds(1)
    /// How long connecting and logging in may take; 2 s.
    public var connectTimeout: Duration = .seconds(2)
    /// Commands waiting or unanswered at most; 10,000. One more fails with `unavailable`.
    public var maximumPendingCommands = 10_000
    /// A connection whose oldest command has no answer for this long is given up; 5 s.
    public var stallTimeout: Duration = .seconds(5)
    /// The longest pause between attempts to connect; 1 s. Pauses start at 50 ms, double, and vary at random.
    public var maximumReconnectPause: Duration = .seconds(1)

    /// The defaults.
    public init() {}
}

/// A cache's figures since its start.
public struct RedisStatistics: Sendable, Hashable {
    /// Whether commands can be sent at this moment.
    public var isConnected = false
    /// Connections that were established.
    public var connectionsOpened = 0
    /// Commands sent, those that log in not counted.
    public var commandsSent = 0
    /// Calls of write(2); the difference to `commandsSent` is what pipelining saves.
    public var writes = 0
    /// The most commands that went out in one turn.
    public var largestPipeline = 0

    /// All zero.
    public init() {}
}
