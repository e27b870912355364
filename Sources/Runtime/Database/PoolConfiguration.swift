/// The bounds of a pool. The defaults suit one service process.
public struct PoolConfiguration: Sendable, Hashable {
    /// Connections open at most; 8.
    public var maximumConnections = 8
    /// Calls waiting for a connection at most; 1,024. One more fails with `poolExhausted`.
    public var maximumWaiters = 1_024
    /// Statements in one batch at most; 1,000.
    public var maximumBatchStatements = 1_000
    /// How long opening a connection may take; 5 s.
    public var connectTimeout: Duration = .seconds(5)
    /// How long a call may take, waiting for a connection included; 10 s.
    public var statementTimeout: Duration = .seconds(10)
    /// How long a transaction may hold its connection without a statement before the server ends it; 60 s.
    public var idleTransactionTimeout: Duration = .seconds(60)
    /// After this time without use a connection is closed; 5 min.
    public var idleTimeout: Duration = .seconds(300)
    /// The longest pause between attempts to connect; 2 s. Pauses start at 50 ms, double, and vary at random.
    public var maximumReconnectPause: Duration = .seconds(2)
    /// How long `close` waits for running statements and transactions; 5 s.
    public var closeTimeout: Duration = .seconds(5)
    /// What the server lists as the client's name; `waba-genesys`.
    public var applicationName = "waba-genesys"

    /// The defaults.
    public init() {}
}

/// A pool's figures at one moment.
public struct PoolStatistics: Sendable, Hashable {
    /// Connections that are open or being opened.
    public var connections = 0
    /// Connections that wait for work.
    public var idleConnections = 0
    /// Calls that wait for a connection.
    public var waiters = 0
    /// Connections opened since the start.
    public var connectionsOpened = 0

    /// All zero.
    public init() {}
}
