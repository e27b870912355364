/// Looks until there is something to see.
/// - Parameter patience: How long; meant for defects, not for slow machines.
/// - Returns: Nil when the time is over.
func within<Value: Sendable>(
    _ patience: Duration, every pause: Duration = .milliseconds(20), isolation: isolated (any Actor)? = #isolation,
    _ look: () async throws -> Value?
) async throws -> Value? {
    let deadline = ContinuousClock.now + patience
    while true {
        if let value = try await look() { return value }
        guard ContinuousClock.now < deadline else { return nil }
        try await Task.sleep(for: pause)
    }
}
