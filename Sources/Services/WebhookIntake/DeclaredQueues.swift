public import ServiceKit
import Synchronization

/// Whether the queues are there that a service publishes to: before that it is not ready, since what it is given could not be
/// stored.
public final class DeclaredQueues: Sendable {
    private let missing = Mutex<Set<String>>([])

    /// Nothing is expected yet.
    /// - Parameters:
    ///   - service: Whose queues they are.
    ///   - health: Says that the service is not ready while some are missing.
    public init(of service: ServiceName, _ health: HealthRegistry) {
        health.register("\(service.rawValue)-queues") { [self] in
            guard isComplete else { throw QueuesMissing() }
        }
    }

    /// Whether all are there.
    public var isComplete: Bool { missing.withLock(\.isEmpty) }

    func expect(_ job: String) { missing.withLock { _ = $0.insert(job) } }

    func declared(_ job: String) { missing.withLock { _ = $0.remove(job) } }
}

/// Queues have yet to be declared.
struct QueuesMissing: DisposedError {
    var disposition: Disposition { .transient }
}
