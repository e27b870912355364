/// What is adjustable about the Genesys simulator beside the integrations that are set up on it.
public struct GenesysSimulatorConfiguration: Sendable, Hashable {
    /// Factor for the waits between attempts to deliver a webhook; 1 is Genesys Cloud's own pace, 5 s.
    public var retryTimeScale: Double
    /// Time from the creation of an integration to its completion.
    public var integrationCreationMilliseconds: Int64

    /// Creates a configuration.
    public init(retryTimeScale: Double = 1, integrationCreationMilliseconds: Int64 = 500) {
        self.retryTimeScale = retryTimeScale
        self.integrationCreationMilliseconds = integrationCreationMilliseconds
    }
}
