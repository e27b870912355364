/// One call on its way to a connection and back.
struct Job: Sendable {
    typealias Outcome = Result<[QueryResult], DatabaseError>

    enum Work: Sendable {
        /// Sent as one pipeline: one round trip and, outside a transaction, one implicit transaction.
        case statements([EncodedStatement])
        /// Several commands without parameters in one text, by the simple protocol.
        case script(String)
    }

    enum Placement: Sendable {
        /// Any connection, given back at the end.
        case pool
        /// Any connection, kept under this job's id if the job succeeds: the first statement of a transaction.
        case opensLease
        /// The connection kept under this id; `endsIt` gives it back, whatever comes of the job.
        case lease(UInt64, endsIt: Bool)
    }

    let id: UInt64
    let work: Work
    let placement: Placement
    let deadline: ContinuousClock.Instant
    /// Resumed exactly once, by the loop or by the caller whose job the mailbox refused.
    let continuation: CheckedContinuation<Outcome, Never>

    /// The id under which a transaction keeps its connection, if this job is part of one that is open.
    var lease: UInt64? {
        if case .lease(let id, _) = placement { id } else { nil }
    }
}

/// What others tell the pool's loop.
enum PoolMessage: Sendable {
    case submit(Job)
    /// The caller of a job gave up; without effect if the job is over.
    case cancel(UInt64)
    /// The attempt to cancel a connection's statement at the server is over.
    case cancelRequestEnded(connection: UInt64)
    /// No more work; the continuation is resumed when all connections are closed.
    case close(CheckedContinuation<Void, Never>?)
}
