import CHiredis
import ContractRuntime
import EventLoop
import Glibc
import Logging
import Synchronization

/// Runs a cache: one thread that owns the connection and sleeps in poll(2) over its socket and the mailbox.
///
/// A turn: wait, read replies, take messages, expire, write everything that waits in one go. All stays on that thread.
final class RedisLoop {
    /// resting → connecting → greeting → ready; any → resting when the connection is lost.
    enum Phase {
        case resting(until: ContinuousClock.Instant)
        case connecting(RedisContext, until: ContinuousClock.Instant)
        /// Logging in: so many replies are still to come.
        case greeting(RedisContext, until: ContinuousClock.Instant, replies: Int)
        case ready(RedisContext)
    }

    /// One reply to come. Without a command its caller has given up; the reply still has to be counted off.
    struct Slot {
        var command: PendingCommand?
        let sentAt: ContinuousClock.Instant
    }

    /// Bytes taken into the output buffer in one turn; more than a socket takes at once.
    static let outputBytesPerTurn = 1 << 20

    let address: RedisAddress
    let configuration: RedisConfiguration
    let logger: Logger
    private let mailbox: Mailbox<RedisMessage>
    private let published: PublishedRedisStatistics
    let clock = ContinuousClock()

    var phase: Phase
    /// Accepted and not sent, oldest first.
    var queued: [PendingCommand] = []
    /// Sent, in the order of their replies.
    var inFlight: [Slot] = []
    var hasUnsentBytes = false
    var backoff: Backoff
    var random = SystemRandomNumberGenerator()
    var lastError = CacheError(.unavailable, reason: "not connected yet")
    var statistics = RedisStatistics()
    private var closers: [CheckedContinuation<Void, Never>] = []
    private var closesUntil: ContinuousClock.Instant?

    init(
        mailbox: Mailbox<RedisMessage>,
        address: RedisAddress,
        configuration: RedisConfiguration,
        logger: Logger,
        published: PublishedRedisStatistics
    ) {
        self.mailbox = mailbox
        self.address = address
        self.configuration = configuration
        self.logger = logger
        self.published = published
        phase = .resting(until: clock.now)
        backoff = Backoff(maximum: configuration.maximumReconnectPause)
    }

    /// Returns after `close`, when all commands are answered or its time has passed.
    func run() {
        blockBrokenPipeSignal()
        while !isFinished {
            wait()
            for message in mailbox.drain() { handle(message) }
            expire(now: clock.now)
            connectIfDue(now: clock.now)
            sendQueued(now: clock.now)
            statistics.isConnected = isReady
            published.value.withLock { $0 = statistics }
        }
        for message in mailbox.close() { handle(message) }
        failAll(.closed)
        phase = .resting(until: clock.now)
        closers.forEach { $0.resume() }
    }

    /// hiredis writes with write(2), which signals a closed peer; the error code it returns is enough.
    private func blockBrokenPipeSignal() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    private var isFinished: Bool {
        guard let closesUntil else { return false }
        return (queued.isEmpty && inFlight.isEmpty) || clock.now >= closesUntil
    }

    // MARK: Waiting

    private func wait() {
        var descriptors = [pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0)]
        if let (context, events) = polled {
            descriptors.append(pollfd(fd: context.descriptor, events: events, revents: 0))
        }
        let ready = poll(&descriptors, nfds_t(descriptors.count), timeoutMilliseconds(now: clock.now))
        // Less than 0 is a signal (EINTR) or a shortage of memory; the next turn polls again.
        guard ready > 0, descriptors.count > 1, descriptors[1].revents != 0 else { return }
        advance(isReadable: descriptors[1].revents & ~Int16(POLLOUT) != 0)
    }

    private var polled: (RedisContext, Int16)? {
        switch phase {
        case .resting: nil
        case .connecting(let context, _): (context, Int16(POLLOUT))
        case .greeting(let context, _, _), .ready(let context):
            (context, Int16(hasUnsentBytes ? POLLIN | POLLOUT : POLLIN))
        }
    }

    /// Until the first deadline; -1 waits for events alone. Time-outs are the same for all, so the oldest is the first.
    private func timeoutMilliseconds(now: ContinuousClock.Instant) -> Int32 {
        var deadlines: [ContinuousClock.Instant] = []
        switch phase {
        case .resting(let until), .connecting(_, let until), .greeting(_, let until, _): deadlines.append(until)
        case .ready: break
        }
        if let command = queued.first { deadlines.append(command.deadline) }
        if let slot = inFlight.first(where: { $0.command != nil }), let command = slot.command {
            deadlines.append(command.deadline)
        }
        if let slot = inFlight.first { deadlines.append(slot.sentAt + configuration.stallTimeout) }
        if let closesUntil { deadlines.append(closesUntil) }
        return deadlines.min().map { now.duration(to: $0).wholeMilliseconds } ?? -1
    }

    // MARK: Messages

    private func handle(_ message: RedisMessage) {
        switch message {
        case .submit(let command): accept(command)
        case .cancel(let id): giveUp(id, CacheError(.cancelled, reason: "the caller was cancelled"))
        case .close(let continuation):
            if let continuation { closers.append(continuation) }
            closesUntil = closesUntil ?? clock.now + configuration.commandTimeout
        }
    }

    private func accept(_ command: PendingCommand) {
        if closesUntil != nil {
            fail(command, .closed)
        } else if !isReady, backoff.failures > 0 {
            fail(command, lastError)
        } else if queued.count + inFlight.count >= configuration.maximumPendingCommands {
            fail(command, CacheError(.unavailable, reason: "more commands are unanswered than the cache accepts"))
        } else {
            queued.append(command)
        }
    }

    /// Answers a caller before the server has.
    private func giveUp(_ id: UInt64, _ error: CacheError) {
        if let index = queued.firstIndex(where: { $0.id == id }) {
            fail(queued.remove(at: index), error)
        } else if let index = inFlight.firstIndex(where: { $0.command?.id == id }),
            let command = inFlight[index].command
        {
            inFlight[index].command = nil
            fail(command, error)
        }
    }

    // MARK: Expiring

    private func expire(now: ContinuousClock.Instant) {
        expireCommands(now: now)
        switch phase {
        case .connecting(_, let until) where now >= until, .greeting(_, let until, _) where now >= until:
            connectFailed(CacheError(.unavailable, reason: "cannot connect: no answer in time"))
        case .ready:
            if let oldest = inFlight.first, now >= oldest.sentAt + configuration.stallTimeout {
                lost(CacheError(.unavailable, reason: "the server does not answer any more"))
            }
        default: break
        }
    }

    private func expireCommands(now: ContinuousClock.Instant) {
        let error = CacheError(.timedOut, reason: "no answer in time")
        let late = queued.prefix { now >= $0.deadline }
        for command in late { fail(command, error) }
        queued.removeFirst(late.count)
        for index in inFlight.indices {
            guard let command = inFlight[index].command else { continue }
            guard now >= command.deadline else { return }
            inFlight[index].command = nil
            fail(command, error)
        }
    }
}

/// The loop's figures where others can read them.
final class PublishedRedisStatistics: Sendable {
    let value = Mutex(RedisStatistics())
}

extension Duration {
    /// Rounded up, so that a wait never ends early; at most what fits into 32 bits.
    var wholeMilliseconds: Int32 {
        let (seconds, attoseconds) = components
        guard seconds < 2_000_000 else { return 2_000_000_000 }
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        return Int32(seconds * 1_000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
