import EventLoop
import Logging

/// What happens to one connection.
extension PoolLoop {
    /// Its socket is ready.
    func advance(_ connection: Connection) {
        switch connection.phase {
        case .connecting:
            switch connection.continueConnecting() {
            case .pending: break
            case .done: connected(connection)
            case .lost(let error): connectFailed(connection, error)
            }
        case .running(let job):
            switch connection.progress() {
            case .pending: break
            case .done(let outcome): finish(job, outcome, on: connection)
            case .lost(let error): lose(connection, job, error)
            }
        case .idle, .leased:
            if !connection.survivesUnaskedInput() { discard(connection) }
        case .cancelling: break
        }
    }

    func start(_ job: Job, on connection: Connection) {
        connection.phase = .running(job)
        switch connection.send(job.work) {
        case .pending: break
        case .done(let outcome): finish(job, outcome, on: connection)
        case .lost(let error): lose(connection, job, error)
        }
    }

    func fail(_ job: Job, _ error: DatabaseError) {
        job.continuation.resume(returning: .failure(error))
    }

    /// Closes a connection whose job, if any, has been answered.
    func discard(_ connection: Connection) {
        if let lease = connection.lease { leases[lease] = nil }
        connections.removeAll { $0 === connection }
    }

    // MARK: Connecting

    private func connected(_ connection: Connection) {
        connection.phase = .idle(since: clock.now)
        statistics.connectionsOpened += 1
        if backoff.failures > 0 {
            logger.info("database reachable again", metadata: ["failures": "\(backoff.failures)"])
        }
        backoff.succeeded()
        lastConnectError = nil
    }

    /// Those who wait learn it at once, unless a connection that lives will serve them.
    func connectFailed(_ connection: Connection, _ error: DatabaseError) {
        discard(connection)
        if backoff.failures == 0 {
            logger.warning("database not reachable", metadata: ["reason": "\(error.reason)"])
        }
        lastConnectError = error
        nextConnectAttempt = clock.now + backoff.failed(using: &random)
        guard connections.isEmpty else { return }
        for job in waiters { fail(job, error) }
        waiters = []
    }

    // MARK: The end of a job

    private func finish(_ job: Job, _ outcome: Job.Outcome, on connection: Connection) {
        if case .failure(let error) = outcome, mayBeRepeated(job, after: error, on: connection) {
            connection.forgetPreparedStatements()
            if case .lost(let error) = connection.send(job.work, again: true) { lose(connection, job, error) }
            return
        }
        if case .lease(let lease, endsIt: false) = job.placement, connection.isOutsideTransaction {
            // The statement was a COMMIT or ROLLBACK in disguise: what follows would run outside the transaction.
            leases[lease] = nil
            connection.lease = nil
            discard(connection)
            return fail(job, DatabaseError(.transactionEnded, reason: "a statement ended the transaction itself"))
        }
        settle(connection, after: job, outcome)
        job.continuation.resume(returning: outcome)
    }

    /// A plan that a migration has made stale fails before anything runs: safe to repeat once, outside transactions.
    private func mayBeRepeated(_ job: Job, after error: DatabaseError, on connection: Connection) -> Bool {
        guard case .other(let state) = error.code, state == "0A000" || state == "26000" else { return false }
        return job.lease == nil && !connection.isRepeated && connection.isOutsideTransaction
    }

    /// Decides what becomes of the connection.
    private func settle(_ connection: Connection, after job: Job, _ outcome: Job.Outcome) {
        let succeeded = (try? outcome.get()) != nil
        switch job.placement {
        case .opensLease where succeeded && connection.isInsideTransaction:
            connection.lease = job.id
            leases[job.id] = connection
            connection.phase = .leased
        case .lease(_, endsIt: false):
            connection.phase = .leased
        case .pool, .opensLease, .lease(_, endsIt: true):
            if let lease = connection.lease { leases[lease] = nil }
            connection.lease = nil
            // A stray BEGIN or a COMMIT that did not end the transaction must not reach the next caller.
            if connection.isOutsideTransaction, closesUntil == nil {
                connection.phase = .idle(since: clock.now)
            } else {
                discard(connection)
            }
        }
        if case .failure(let error) = outcome, error.code == .unavailable { discard(connection) }
    }

    private func lose(_ connection: Connection, _ job: Job, _ error: DatabaseError) {
        discard(connection)
        logger.debug("database connection lost", metadata: ["reason": "\(error.reason)"])
        fail(job, error)
    }

    // MARK: Giving up on a job

    /// Answers the caller now, asks the server to stop, and closes the connection: a cancel request may arrive late and
    /// would hit the next statement. The connection keeps its place until the request has ended, so that statements
    /// that still run at the server count.
    func abandon(_ connection: Connection, _ error: DatabaseError) {
        guard let job = connection.job else { return }
        fail(job, DatabaseError(error.code, reason: error.reason, mayHaveRun: true))
        if let lease = connection.lease { leases[lease] = nil }
        connection.lease = nil
        guard cancelRequests < configuration.maximumConnections, let request = connection.makeCancelRequest() else {
            return discard(connection)
        }
        let (mailbox, id) = (mailbox, connection.id)
        let isStarted = LoopThread.start("postgres-cancel") {
            _ = request.send()
            mailbox.post(.cancelRequestEnded(connection: id))
        }
        guard isStarted else { return discard(connection) }
        cancelRequests += 1
        connection.phase = .cancelling(until: clock.now + .seconds(1))
    }
}
