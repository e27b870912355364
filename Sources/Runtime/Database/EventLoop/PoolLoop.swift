import CPQ
import EventLoop
import Glibc
import Logging
import Synchronization

/// Runs a pool: one thread that owns all connections and sleeps in poll(2) over their sockets and the mailbox.
///
/// A turn: wait, advance what is ready, take messages, give work out, expire. Everything here stays on that thread.
final class PoolLoop {
    let mailbox: Mailbox<PoolMessage>
    let address: ConnectionAddress
    let configuration: PoolConfiguration
    let logger: Logger
    let published: PublishedStatistics
    let clock = ContinuousClock()

    var connections: [Connection] = []
    var leases: [UInt64: Connection] = [:]
    /// Jobs that take any connection, oldest first.
    var waiters: [Job] = []
    /// Jobs of open transactions whose connection is busy, oldest first.
    var leaseWaiters: [Job] = []
    /// No waiter's deadline is earlier; looking at all of them in every turn would cost too much.
    private var earliestWaiterDeadline: ContinuousClock.Instant?
    var backoff: Backoff
    var random = SystemRandomNumberGenerator()
    var nextConnectAttempt: ContinuousClock.Instant
    var lastConnectError: DatabaseError?
    var cancelRequests = 0
    var statistics = PoolStatistics()
    private var lastConnectionID: UInt64 = 0
    private var closers: [CheckedContinuation<Void, Never>] = []
    /// Set once: the pool takes no more work and connections close as they become free, at this moment at the latest.
    private(set) var closesUntil: ContinuousClock.Instant?

    init(
        mailbox: Mailbox<PoolMessage>,
        address: ConnectionAddress,
        configuration: PoolConfiguration,
        logger: Logger,
        published: PublishedStatistics
    ) {
        self.mailbox = mailbox
        self.address = address
        self.configuration = configuration
        self.logger = logger
        self.published = published
        backoff = Backoff(maximum: configuration.maximumReconnectPause)
        nextConnectAttempt = clock.now
    }

    /// Returns after `close`, when the last connection has gone.
    func run() {
        while closesUntil == nil || !connections.isEmpty {
            wait()
            for message in mailbox.drain() { handle(message) }
            expire(now: clock.now)
            assignWork(now: clock.now)
            publishStatistics()
        }
        for message in mailbox.close() { handle(message) }
        closers.forEach { $0.resume() }
    }

    // MARK: Waiting

    private func wait() {
        let polled = connections.filter { $0.events != 0 && $0.descriptor >= 0 }
        var descriptors = [pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0)]
        descriptors += polled.map { pollfd(fd: $0.descriptor, events: $0.events, revents: 0) }
        let ready = poll(&descriptors, nfds_t(descriptors.count), timeoutMilliseconds(now: clock.now))
        // Less than 0 is a signal (EINTR) or a shortage of memory; the next turn polls again.
        guard ready > 0 else { return }
        for (connection, descriptor) in zip(polled, descriptors.dropFirst()) where descriptor.revents != 0 {
            advance(connection)
        }
    }

    /// Until the first deadline; -1 waits for events alone.
    private func timeoutMilliseconds(now: ContinuousClock.Instant) -> Int32 {
        var deadlines = connections.compactMap { deadline(of: $0) }
        if let earliestWaiterDeadline { deadlines.append(earliestWaiterDeadline) }
        if !waiters.isEmpty, backoff.failures > 0, !connections.contains(where: \.isConnecting) {
            deadlines.append(nextConnectAttempt)
        }
        if let closesUntil { deadlines.append(closesUntil) }
        return deadlines.min().map { now.duration(to: $0).wholeMilliseconds } ?? -1
    }

    private func deadline(of connection: Connection) -> ContinuousClock.Instant? {
        switch connection.phase {
        case .connecting(let until), .cancelling(let until): until
        case .running(let job): job.deadline
        case .idle(let since): since + configuration.idleTimeout
        case .leased: nil
        }
    }

    // MARK: Messages

    private func handle(_ message: PoolMessage) {
        switch message {
        case .submit(let job): accept(job)
        case .cancel(let id): cancel(jobID: id)
        case .cancelRequestEnded(let id):
            cancelRequests -= 1
            if let connection = connections.first(where: { $0.id == id }) { discard(connection) }
        case .close(let continuation):
            if let continuation { closers.append(continuation) }
            beginClosing()
        }
    }

    private func accept(_ job: Job) {
        if job.lease != nil {
            leaseWaiters.append(job)
            noteDeadline(of: job)
        } else if closesUntil != nil {
            fail(job, .closed)
        } else if waiters.count >= configuration.maximumWaiters {
            fail(job, DatabaseError(.poolExhausted, reason: "\(waiters.count) calls wait for a connection already"))
        } else {
            waiters.append(job)
            noteDeadline(of: job)
        }
    }

    private func noteDeadline(of job: Job) {
        earliestWaiterDeadline = min(earliestWaiterDeadline ?? job.deadline, job.deadline)
    }

    private func cancel(jobID id: UInt64) {
        let error = DatabaseError(.cancelled, reason: "the caller was cancelled")
        if let index = waiters.firstIndex(where: { $0.id == id }) {
            fail(waiters.remove(at: index), error)
        } else if let index = leaseWaiters.firstIndex(where: { $0.id == id }) {
            fail(leaseWaiters.remove(at: index), error)
        } else if let connection = connections.first(where: { $0.job?.id == id }) {
            abandon(connection, error)
        }
    }

    private func beginClosing() {
        guard closesUntil == nil else { return }
        closesUntil = clock.now + configuration.closeTimeout
        for job in waiters { fail(job, .closed) }
        waiters = []
        for connection in connections where connection.isIdle || connection.isConnecting { discard(connection) }
    }

    // MARK: Giving work out

    private func assignWork(now: ContinuousClock.Instant) {
        assignLeaseWork()
        var next = 0
        while next < waiters.count, let connection = connections.first(where: \.isIdle) {
            start(waiters[next], on: connection)
            next += 1
        }
        waiters.removeFirst(next)
        if waiters.isEmpty, leaseWaiters.isEmpty { earliestWaiterDeadline = nil }
        openConnections(now: now)
    }

    private func assignLeaseWork() {
        guard !leaseWaiters.isEmpty else { return }
        let jobs = leaseWaiters
        leaseWaiters = []
        for job in jobs {
            guard let lease = job.lease, let connection = leases[lease] else {
                fail(job, DatabaseError(.transactionEnded, reason: "the transaction has ended or lost its connection"))
                continue
            }
            if connection.isLeasedAndFree { start(job, on: connection) } else { leaseWaiters.append(job) }
        }
    }

    private func openConnections(now: ContinuousClock.Instant) {
        let connecting = connections.count(where: \.isConnecting)
        var wanted = min(waiters.count - connecting, configuration.maximumConnections - connections.count)
        // After a failure one attempt at a time, at its time.
        if backoff.failures > 0 { wanted = min(wanted, connecting == 0 && now >= nextConnectAttempt ? 1 : 0) }
        guard wanted > 0 else { return }
        for _ in 0..<wanted {
            guard let handle = address.start() else { return }
            lastConnectionID += 1
            connections.append(
                Connection(id: lastConnectionID, owning: handle, connectUntil: now + configuration.connectTimeout)
            )
        }
    }

    // MARK: Expiring

    private func expire(now: ContinuousClock.Instant) {
        expireWaiters(now: now)
        for connection in connections {
            guard let deadline = deadline(of: connection), now >= deadline else { continue }
            switch connection.phase {
            case .connecting:
                connectFailed(connection, DatabaseError(.unavailable, reason: "cannot connect: no answer in time"))
            case .running:
                abandon(
                    connection,
                    DatabaseError(.timedOut, reason: "the statement's time has passed", mayHaveRun: true)
                )
            case .idle, .cancelling: discard(connection)
            case .leased: break
            }
        }
        if let closesUntil, now >= closesUntil {
            for connection in connections {
                if let job = connection.job { fail(job, .closed) }
                discard(connection)
            }
        }
    }

    private func expireWaiters(now: ContinuousClock.Instant) {
        guard let earliest = earliestWaiterDeadline, now >= earliest else { return }
        let late = (waiters + leaseWaiters).filter { now >= $0.deadline }
        waiters.removeAll { now >= $0.deadline }
        leaseWaiters.removeAll { now >= $0.deadline }
        earliestWaiterDeadline = (waiters + leaseWaiters).lazy.map(\.deadline).min()
        let error =
            lastConnectError
            ?? (connections.allSatisfy(\.isConnecting)
                ? DatabaseError(.unavailable, reason: "no connection could be opened in time")
                : DatabaseError(.poolExhausted, reason: "no connection became free in time"))
        for job in late { fail(job, error) }
    }

    private func publishStatistics() {
        statistics.connections = connections.count
        statistics.idleConnections = connections.count(where: \.isIdle)
        statistics.waiters = waiters.count + leaseWaiters.count
        published.value.withLock { $0 = statistics }
    }
}

/// The loop's figures where others can read them.
final class PublishedStatistics: Sendable {
    let value = Mutex(PoolStatistics())
}

extension DatabaseError {
    /// The answer of a pool that has been closed.
    static let closed = DatabaseError(.unavailable, reason: "the pool is closed")
}

extension Connection {
    var isConnecting: Bool { if case .connecting = phase { true } else { false } }
    var isIdle: Bool { if case .idle = phase { true } else { false } }
    var isLeasedAndFree: Bool { if case .leased = phase { true } else { false } }
    /// The job that runs here.
    var job: Job? { if case .running(let job) = phase { job } else { nil } }
}
