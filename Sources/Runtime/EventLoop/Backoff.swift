/// The pauses between attempts to connect: 50 ms, doubled each time up to a maximum, of which a random half to whole.
public struct Backoff: Sendable {
    private static let first: Duration = .milliseconds(50)

    /// The longest pause.
    public let maximum: Duration
    /// How many attempts failed since one last succeeded.
    public private(set) var failures = 0

    /// No failure yet.
    public init(maximum: Duration) {
        self.maximum = maximum
    }

    /// Notes a success.
    public mutating func succeeded() {
        failures = 0
    }

    /// Notes one more failure and returns the pause after it.
    public mutating func failed(using random: inout some RandomNumberGenerator) -> Duration {
        let pause = min(Self.first * (1 << min(failures, 16)), maximum)
        failures += 1
        return pause * Double.random(in: 0.5...1, using: &random)
    }
}
