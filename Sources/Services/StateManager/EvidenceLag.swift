import ContractRuntime
import Synchronization

/// How late statuses reach the database: while the relay or the platform's deliveries are behind, a missing status proves
/// less. The longest delay seen counts and melts away as time passes; each instance sees its share of the statuses.
final class EvidenceLag: Sendable {
    /// Until when statuses of this moment may be recorded, in milliseconds since the epoch.
    private let caughtUpAt = Mutex<Int64>(0)

    /// Takes note of a status that is recorded.
    func note(occurredAt: DateTime, now: DateTime) {
        let lag = now.millisecondsSinceEpoch - occurredAt.millisecondsSinceEpoch
        // WhatsApp repeats webhooks for 7 days; what is older than an hour says nothing about now.
        guard 0...3_600_000 ~= lag else { return }
        caughtUpAt.withLock { $0 = max($0, now.millisecondsSinceEpoch + lag) }
    }

    /// Milliseconds by which statuses may be late now; 0 if none is known to be.
    func milliseconds(now: DateTime) -> Int64 {
        max(0, caughtUpAt.withLock { $0 } - now.millisecondsSinceEpoch)
    }
}
