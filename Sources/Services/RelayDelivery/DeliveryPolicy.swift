public import ServiceKit

/// How long things are tried before a message is given up.
public struct DeliveryPolicy: Sendable {
    /// For messages, while the platform refuses, is away or leaves the outcome open. Its `maximumElapsed` is the
    /// longest that a message holds up its lane.
    public var sending: RetryPolicy
    /// For receipts to Genesys, which are worth less than the messages behind them.
    public var receipts: RetryPolicy
    /// For calls to the relay's own services and the broker: when one is away no message gets through, so that waiting
    /// keeps the order and giving up would help nobody.
    public var neighbours: RetryPolicy
    /// For receipts of Genesys about messages that are not known yet: it may report one before its acceptance is recorded.
    public var earlyReceipts: RetryPolicy
    /// How long a lane waits when its tenant is throttled; for longer waits its message leaves the queue, so that it
    /// takes no place from other tenants.
    public var longestThrottle: Duration

    /// Creates a policy.
    /// - Parameters:
    ///   - sending: Default up to 10 minutes.
    ///   - receipts: Default four attempts in at most 2 minutes.
    ///   - neighbours: Default a day.
    ///   - earlyReceipts: Default four looks in about 3 s.
    ///   - longestThrottle: Default 2 s.
    public init(
        sending: RetryPolicy = RetryPolicy(
            delays: [1, 2, 5, 10, 30, 60].map(Duration.seconds), maximumAttempts: 1_000,
            maximumElapsed: .seconds(600)),
        receipts: RetryPolicy = RetryPolicy(
            delays: [1, 5, 15].map(Duration.seconds), maximumAttempts: 4, maximumElapsed: .seconds(120)),
        neighbours: RetryPolicy = RetryPolicy(
            delays: [.milliseconds(200), .seconds(1), .seconds(5), .seconds(15)], maximumAttempts: 100_000,
            maximumElapsed: .seconds(86_400)),
        earlyReceipts: RetryPolicy = RetryPolicy(
            delays: [.milliseconds(200), .seconds(1), .seconds(2)], maximumElapsed: .seconds(5)),
        longestThrottle: Duration = .seconds(2)
    ) {
        self.sending = sending
        self.receipts = receipts
        self.neighbours = neighbours
        self.earlyReceipts = earlyReceipts
        self.longestThrottle = longestThrottle
    }
}
