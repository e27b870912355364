public import SimulatorContract

/// What is adjustable about the Meta simulator beside the numbers that are set up on it.
public struct MetaSimulatorConfiguration: Sendable, Hashable {
    /// Its own address, which media URLs begin with.
    public var baseURL: String
    /// Factor for the waits between attempts to deliver a webhook; 1 is Meta's own pace.
    public var retryTimeScale: Double
    /// Time from one status of a message to the next.
    public var statusDelay: Duration
    /// How long statuses that are due wait for others to share a webhook with.
    public var statusBatchWindow: Duration
    /// Whether more messages to one user than one per 6 s, 45 at once, are refused with 131056 (Cloud API overview, read
    /// 2025-12).
    public var enforcesPairLimit: Bool
    /// Messages a minute to one user, which come back evenly; Meta's are 10.
    public var pairMessagesPerMinute: Int
    /// Whether messages outside the customer service window are refused at once with 131047; otherwise they are accepted
    /// and a failed status follows. Both occur (send messages, read 2025-12).
    public var refusesClosedWindowAtOnce: Bool
    /// Milliseconds from a user's last message to the end of the customer service window: 24 h.
    public var serviceWindowMilliseconds: Int64
    /// Throughput of a number that is set up without one; Meta's default is 80 (Cloud API overview, read 2025-12).
    public var messagesPerSecond: Int
    /// Faults that are in place from the start.
    public var faults: [Fault]

    /// Creates a configuration.
    public init(
        baseURL: String = "http://127.0.0.1:9101",
        retryTimeScale: Double = 0.1,
        statusDelay: Duration = .milliseconds(50),
        statusBatchWindow: Duration = .milliseconds(10),
        enforcesPairLimit: Bool = true,
        pairMessagesPerMinute: Int = 10,
        refusesClosedWindowAtOnce: Bool = false,
        serviceWindowMilliseconds: Int64 = 24 * 3_600_000,
        messagesPerSecond: Int = 80,
        faults: [Fault] = []
    ) {
        self.baseURL = baseURL
        self.retryTimeScale = retryTimeScale
        self.statusDelay = statusDelay
        self.statusBatchWindow = statusBatchWindow
        self.enforcesPairLimit = enforcesPairLimit
        self.pairMessagesPerMinute = pairMessagesPerMinute
        self.refusesClosedWindowAtOnce = refusesClosedWindowAtOnce
        self.serviceWindowMilliseconds = serviceWindowMilliseconds
        self.messagesPerSecond = messagesPerSecond
        self.faults = faults
    }
}
