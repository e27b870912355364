import EventLoop
import Logging
import Synchronization

/// Connections to one PostgreSQL database, shared by all tasks of a process.
///
/// One thread of its own owns the connections and drives libpq without blocking; calls only wait. Connections are
/// opened as needed, found dead while idle, and opened again after the server was away. A statement that was under way
/// when its connection was lost fails with `unavailable` and `mayHaveRun`; the pool repeats nothing that may have run.
///
/// Every call ends by its time-out (`PoolConfiguration.statementTimeout` where none is given), which covers the wait
/// for a connection. A time-out or the cancellation of the calling task also cancels the statement at the server.
public final class DatabasePool: Sendable {
    private let mailbox: Mailbox<PoolMessage>
    private let configuration: PoolConfiguration
    private let published = PublishedStatistics()
    private let lastJobID = Atomic<UInt64>(0)

    /// A pool for the database at `url` (`postgres://user:password@host:port/database?…`, with libpq's parameters).
    /// Opens no connection yet. Throws `misconfigured` if the address can't be one, `unavailable` if the system has no
    /// descriptor or thread left.
    public init(
        url: String,
        configuration: PoolConfiguration = PoolConfiguration(),
        logger: Logger = Logger(label: "database")
    ) throws(DatabaseError) {
        let address = try ConnectionAddress(
            url: url,
            applicationName: configuration.applicationName,
            idleTransactionTimeout: configuration.idleTransactionTimeout
        )
        guard configuration.maximumConnections > 0, configuration.maximumWaiters > 0 else {
            throw DatabaseError(.misconfigured, reason: "a pool needs at least one connection and one waiter")
        }
        let capacity = configuration.maximumWaiters + configuration.maximumConnections
        guard let mailbox = Mailbox<PoolMessage>(capacity: capacity) else {
            throw DatabaseError(.unavailable, reason: "no descriptor left for the pool's wake-up")
        }
        self.mailbox = mailbox
        self.configuration = configuration
        let published = published
        let isStarted = LoopThread.start("postgres") {
            PoolLoop(
                mailbox: mailbox,
                address: address,
                configuration: configuration,
                logger: logger,
                published: published
            ).run()
        }
        guard isStarted else { throw DatabaseError(.unavailable, reason: "no thread left for the pool") }
    }

    deinit {
        mailbox.post(.close(nil))
    }

    /// Runs one statement and returns its rows.
    public func query(
        _ statement: Statement,
        timeout: Duration? = nil
    ) async throws(DatabaseError) -> QueryResult {
        try await run([statement], .pool, timeout: timeout).single()
    }

    /// Runs one statement and returns how many rows it changed.
    @discardableResult
    public func execute(_ statement: Statement, timeout: Duration? = nil) async throws(DatabaseError) -> Int {
        try await query(statement, timeout: timeout).affectedRows
    }

    /// Runs statements in one round trip and one implicit transaction: all take effect or none. Returns their results
    /// in order, or throws what the first failing one met.
    public func batch(
        _ statements: [Statement],
        timeout: Duration? = nil
    ) async throws(DatabaseError) -> [QueryResult] {
        try await run(statements, .pool, timeout: timeout)
    }

    /// Runs `body` in a transaction: commits when it returns, rolls back and rethrows when it throws.
    ///
    /// After a failed or cancelled statement nothing commits, even if `body` catches the error: the call then throws
    /// `transactionEnded`. The whole call can be repeated where the error says `isRetryable`; a failed commit with
    /// `mayHaveRun` may have taken effect.
    public nonisolated(nonsending) func transaction<Value>(
        isolation: TransactionIsolation = .readCommitted,
        _ body: (Transaction) async throws -> Value
    ) async throws -> Value {
        let lease = try await begin(isolation)
        let transaction = Transaction(pool: self, lease: lease)
        let value: Value
        do {
            value = try await body(transaction)
        } catch {
            // The connection goes back clean or is closed, whatever comes of the rollback; the first error counts.
            _ = try? await run([Statement("ROLLBACK")], .lease(lease, endsIt: true), isCancellable: false)
            throw error
        }
        let result = try await run([Statement("COMMIT")], .lease(lease, endsIt: true), isCancellable: false).single()
        guard result.commandTag == "COMMIT" else {
            throw DatabaseError(.transactionEnded, reason: "a statement had failed; nothing was committed")
        }
        return value
    }

    /// Asks the server for an answer; for readiness checks.
    public func check() async throws(DatabaseError) {
        _ = try await query(Statement("SELECT 1"), timeout: configuration.connectTimeout)
    }

    /// The pool's figures at this moment.
    public var statistics: PoolStatistics {
        published.value.withLock(\.self)
    }

    /// Refuses new work, lets running statements and transactions end (`PoolConfiguration.closeTimeout` at most) and
    /// closes all connections. Repeated calls wait as well.
    public func close() async {
        await withCheckedContinuation { continuation in
            if mailbox.post(.close(continuation)) == .closed { continuation.resume() }
        }
    }
}

// MARK: Jobs

extension DatabasePool {
    /// Runs a text of several commands, which has no parameters and no results, in an open transaction.
    func runScript(_ sql: String, in lease: UInt64, timeout: Duration) async throws(DatabaseError) {
        guard !sql.utf8.contains(0) else {
            throw DatabaseError(.misconfigured, reason: "a script contains a NUL character")
        }
        _ = try await run(.script(sql), .lease(lease, endsIt: false), timeout: timeout, isCancellable: true)
    }

    func run(
        _ statements: [Statement],
        _ placement: Job.Placement,
        timeout: Duration? = nil,
        isCancellable: Bool = true
    ) async throws(DatabaseError) -> [QueryResult] {
        guard statements.count <= configuration.maximumBatchStatements else {
            throw DatabaseError(
                .misconfigured,
                reason: "a batch has more than \(configuration.maximumBatchStatements) statements"
            )
        }
        guard !statements.isEmpty else { return [] }
        var encoded: [EncodedStatement] = []
        encoded.reserveCapacity(statements.count)
        for statement in statements { encoded.append(try EncodedStatement(statement)) }
        return try await run(.statements(encoded), placement, timeout: timeout, isCancellable: isCancellable)
    }

    /// Runs BEGIN; the job's id is the lease.
    private func begin(_ isolation: TransactionIsolation) async throws(DatabaseError) -> UInt64 {
        let id = makeJobID()
        let work = Job.Work.statements([try EncodedStatement(isolation.begin)])
        _ = try await run(work, .opensLease, id: id, timeout: nil, isCancellable: true)
        return id
    }

    private func makeJobID() -> UInt64 {
        lastJobID.add(1, ordering: .relaxed).newValue
    }

    private func run(
        _ work: Job.Work,
        _ placement: Job.Placement,
        id: UInt64? = nil,
        timeout: Duration?,
        isCancellable: Bool
    ) async throws(DatabaseError) -> [QueryResult] {
        let id = id ?? makeJobID()
        let deadline = ContinuousClock.now + (timeout ?? configuration.statementTimeout)
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Job.Outcome, Never>) in
                submit(
                    Job(id: id, work: work, placement: placement, deadline: deadline, continuation: continuation)
                )
                // A cancellation before the submission told the loop about a job that it did not know yet.
                if isCancellable, Task.isCancelled { mailbox.post(.cancel(id)) }
            }
        } onCancel: {
            if isCancellable { mailbox.post(.cancel(id)) }
        }
        return try outcome.get()
    }

    private func submit(_ job: Job) {
        // Statements of an open transaction hold a connection already, which bounds them.
        switch job.lease == nil ? mailbox.offer(.submit(job)) : mailbox.post(.submit(job)) {
        case .accepted: break
        case .full:
            let error = DatabaseError(.poolExhausted, reason: "more calls at once than the pool accepts")
            job.continuation.resume(returning: .failure(error))
        case .closed: job.continuation.resume(returning: .failure(.closed))
        }
    }
}

extension [QueryResult] {
    /// The result of the one statement that was sent.
    func single() throws(DatabaseError) -> QueryResult {
        guard count == 1, let first else {
            throw DatabaseError(.other(sqlState: ""), reason: "the server answered \(count) statements instead of one")
        }
        return first
    }
}
