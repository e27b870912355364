/// The pauses between attempts to connect: 50 ms, doubled each time up to a maximum, of which a random half to whole.
struct Backoff {
    private static let first: Duration = .milliseconds(50)

    let maximum: Duration
    private(set) var failures = 0

    init(maximum: Duration) {
        self.maximum = maximum
    }

    mutating func succeeded() {
        failures = 0
    }

    /// Notes one more failure and returns the pause after it.
    mutating func failed(using random: inout some RandomNumberGenerator) -> Duration {
        let pause = min(Self.first * (1 << min(failures, 16)), maximum)
        failures += 1
        return pause * Double.random(in: 0.5...1, using: &random)
    }
}
