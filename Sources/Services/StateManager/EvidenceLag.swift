import ContractRuntime
import Synchronization

/// How late statuses reach the database, and up to when they do: while the relay or the platform's deliveries are behind, a
/// missing status proves less. The longest delay seen counts and melts away as time passes; each instance sees its share of
/// the statuses.
final class EvidenceLag: Sendable {
    /// Clocks of WhatsApp and the relay may differ by that much, in milliseconds.
    private static let clockDifference: Int64 = 60_000

    /// Until when statuses of this moment may be recorded, in milliseconds since the epoch.
    private let caughtUpAt = Mutex<Int64>(0)
    private let latest = Mutex<DateTime?>(nil)

    /// WhatsApp's time of the latest status; nil until there was one.
    var reach: DateTime? { latest.withLock { $0 } }

    /// Takes note of a status that is recorded.
    func note(occurredAt: DateTime, now: DateTime) {
        let lag = now.millisecondsSinceEpoch - occurredAt.millisecondsSinceEpoch
        guard lag >= -Self.clockDifference else { return }
        latest.withLock { latest in
            let isLater = latest.map { $0.millisecondsSinceEpoch < occurredAt.millisecondsSinceEpoch } ?? true
            if isLater { latest = occurredAt }
        }
        // WhatsApp repeats webhooks for 7 days; what is older than an hour says nothing about now.
        guard 0...3_600_000 ~= lag else { return }
        caughtUpAt.withLock { $0 = max($0, now.millisecondsSinceEpoch + lag) }
    }

    /// Milliseconds by which statuses may be late now; 0 if none is known to be.
    func milliseconds(now: DateTime) -> Int64 {
        max(0, caughtUpAt.withLock { $0 } - now.millisecondsSinceEpoch)
    }
}
