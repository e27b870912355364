import CRabbitMQ
import EventLoop
import Glibc
import Synchronization

/// The thread of one connection: it runs the connection's actor jobs and polls the broker's socket beside a wake-up
/// descriptor, so that a command never waits for a time-out.
///
/// A turn is: run everything in the inbox, let the connection read and write its socket, poll. The thread lives as long
/// as the connection that it serves.
final class ConnectionLoop: SerialExecutor {
    /// What to wait for until the next turn.
    struct Wait {
        /// The socket, or -1 without one.
        var descriptor: CInt = -1
        /// Whether to wake when the socket takes more bytes.
        var untilWritable = false
        /// When to wake at the latest; nil: only for events. The past: at once.
        var deadline: ContinuousClock.Instant?
    }

    private enum Work {
        case job(UnownedJob)
        case call(@Sendable () -> Void)
    }

    private struct Inbox {
        var work: [Work] = []
        var isPolling = false
    }

    private let inbox = Mutex(Inbox())
    private let wakeDescriptor: CInt
    private let thread = Atomic<pthread_t>(0)

    /// Creates the loop; ``start(turn:)`` gives it its thread.
    init() {
        wakeDescriptor = eventfd(0, CInt(EFD_NONBLOCK) | CInt(EFD_CLOEXEC))
        precondition(wakeDescriptor >= 0, "The process has no descriptor left for a wake-up event")
    }

    deinit { close(wakeDescriptor) }

    /// Starts the thread.
    /// - Parameter turn: called on the thread once a turn; nil ends the thread.
    func start(name: String, turn: @escaping @Sendable () -> Wait?) {
        let isStarted = LoopThread.start(name) { [self] in
            thread.store(pthread_self(), ordering: .relaxed)
            while true {
                runInbox()
                guard let wait = turn() else { return }
                poll(wait)
            }
        }
        precondition(isStarted, "The process can't start another thread")
    }

    /// Runs `work` on the thread soon, in the order of the calls.
    func post(_ work: @escaping @Sendable () -> Void) { push(.call(work)) }

    /// Wakes the thread up for a turn.
    func wake() { post {} }

    func enqueue(_ job: consuming ExecutorJob) { push(.job(UnownedJob(job))) }

    func checkIsolated() {
        precondition(thread.load(ordering: .relaxed) == pthread_self(), "Not on the thread of this connection")
    }

    func isIsolatingCurrentContext() -> Bool? { thread.load(ordering: .relaxed) == pthread_self() }

    private func push(_ work: Work) {
        let mustSignal = inbox.withLock { inbox in
            inbox.work.append(work)
            defer { inbox.isPolling = false }
            return inbox.isPolling
        }
        // Adding 1 to the counter can only fail at 2^64 - 2, and one signal is outstanding at most.
        if mustSignal { eventfd_write(wakeDescriptor, 1) }
    }

    private func runInbox() {
        let work = inbox.withLock { inbox in
            inbox.isPolling = false
            return exchange(&inbox.work, with: [])
        }
        for item in work {
            switch item {
            case .job(let job): job.runSynchronously(on: asUnownedSerialExecutor())
            case .call(let call): call()
            }
        }
    }

    private func poll(_ wait: Wait) {
        var milliseconds: CInt = -1
        if let deadline = wait.deadline {
            let remaining = ContinuousClock.now.duration(to: deadline)
            guard remaining > .zero else { return }
            // Rounded up, so that a deadline has passed when the turn after it looks at the clock.
            milliseconds = CInt(min(remaining / .milliseconds(1), 60_000)) + 1
        }
        let mayPoll = inbox.withLock { inbox in
            inbox.isPolling = inbox.work.isEmpty
            return inbox.isPolling
        }
        guard mayPoll else { return }
        let events = Int16(POLLIN) | (wait.untilWritable ? Int16(POLLOUT) : 0)
        var descriptors = [
            pollfd(fd: wakeDescriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wait.descriptor, events: events, revents: 0),
        ]
        // An interrupted poll is a turn without events.
        guard Glibc.poll(&descriptors, 2, milliseconds) > 0, descriptors[0].revents != 0 else { return }
        var count: eventfd_t = 0
        eventfd_read(wakeDescriptor, &count)
    }
}
