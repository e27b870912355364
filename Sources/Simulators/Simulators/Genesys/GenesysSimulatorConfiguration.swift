public import SimulatorContract

/// What is adjustable about the Genesys simulator beside the integrations that are set up on it.
public struct GenesysSimulatorConfiguration: Sendable, Hashable {
    /// Its own address, which addresses of files begin with.
    public var baseURL: String
    /// Factor for the waits between attempts to deliver a webhook; 1 is Genesys Cloud's own pace, 5 s.
    public var retryTimeScale: Double
    /// How often a webhook is tried again; Genesys Cloud does so 5 times.
    public var webhookRetries: Int
    /// Time from the creation of an integration to its completion.
    public var integrationCreationMilliseconds: Int64
    /// Limit of an OAuth client that is set up without one; Genesys Cloud allows 300 (rate limits, read 2026-09).
    public var requestsPerMinute: Int
    /// Lifetime of the tokens of a client that is set up without one.
    public var tokenLifetimeSeconds: Int
    /// Faults that are in place from the start.
    public var faults: [Fault]

    /// Creates a configuration.
    public init(
        baseURL: String = "http://127.0.0.1:9102",
        retryTimeScale: Double = 1,
        webhookRetries: Int = 5,
        integrationCreationMilliseconds: Int64 = 500,
        requestsPerMinute: Int = 300,
        tokenLifetimeSeconds: Int = 86_400,
        faults: [Fault] = []
    ) {
        self.baseURL = baseURL
        self.webhookRetries = webhookRetries
        self.requestsPerMinute = requestsPerMinute
        self.tokenLifetimeSeconds = tokenLifetimeSeconds
        self.faults = faults
        self.retryTimeScale = retryTimeScale
        self.integrationCreationMilliseconds = integrationCreationMilliseconds
    }
}
