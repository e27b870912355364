import ContractRuntime
import StateManagerContract

/// How long the proof of an attempt without a result is waited for.
///
/// A status proves the attempt. That none has come says something only once statuses of its time would have come: so a
/// later one must have been recorded, or it must have been quiet for long. WhatsApp repeats what it could not deliver after
/// waits that grow with the time that it tries, so after an interruption as much time again must pass as it lasted.
struct OpenAttempt: Sendable, Hashable {
    /// Lanes ask at least once a minute; after a longer silence the relay was away, and with it the statuses.
    private static let longestSilence: Int64 = 90_000
    /// A status of that much after the attempt is later than its own would be, whatever the clocks say.
    private static let later: Int64 = 5_000

    /// Milliseconds since the epoch, as all here.
    private let begunAt: Int64
    private var waitsSince: Int64
    private var lastMetAt: Int64
    /// When a later status was seen first.
    private var reachedAt: Int64?

    /// Meets the attempt for the first time.
    init(_ open: BeginUnknownOutcome, now: DateTime) {
        begunAt = open.begunAt.millisecondsSinceEpoch
        waitsSince = max(begunAt, now.millisecondsSinceEpoch)
        lastMetAt = waitsSince
    }

    /// Whether the attempt counts as lost now.
    mutating func isLost(_ open: BeginUnknownOutcome, now: DateTime, policy: SendingPolicy) -> Bool {
        let now = now.millisecondsSinceEpoch
        if now - lastMetAt > Self.longestSilence { waitsSince = now }
        lastMetAt = now
        let reach = open.statusesReachTo?.millisecondsSinceEpoch ?? .min
        if reachedAt == nil, reach >= begunAt + Self.later { reachedAt = now }
        let window = Int64(policy.evidenceWindow / .milliseconds(1))
        let quiet = Int64(policy.quietWindow / .milliseconds(1))
        let interrupted = min(max(waitsSince - begunAt, window), quiet)
        var end = waitsSince + interrupted + Int64(open.evidenceLagMilliseconds ?? 0)
        if let reachedAt {
            end = max(end, reachedAt + min(reachedAt - begunAt, quiet))
        } else {
            end = max(end, waitsSince + quiet)
        }
        return now >= end
    }
}
