import ContractRuntime
import Glibc
import Logging

/// What happens to the connection.
extension RedisLoop {
    var isReady: Bool { if case .ready = phase { true } else { false } }

    /// The socket is ready.
    func advance(isReadable: Bool) {
        switch phase {
        case .resting: break
        case .connecting(let context, let until): greet(context, until: until)
        case .greeting(let context, _, _), .ready(let context):
            if hasUnsentBytes { write(context) }
            if isReadable { receive(from: context) }
        }
    }

    func fail(_ command: PendingCommand, _ error: CacheError) {
        command.continuation.resume(returning: .failure(error))
    }

    func failAll(_ error: CacheError) {
        for slot in inFlight { if let command = slot.command { fail(command, error) } }
        for command in queued { fail(command, error) }
        inFlight = []
        queued = []
    }

    // MARK: Connecting

    func connectIfDue(now: ContinuousClock.Instant) {
        guard case .resting(let until) = phase, now >= until else { return }
        guard let context = RedisContext(address) else {
            return connectFailed(CacheError(.unavailable, reason: "cannot connect to \(address.host):\(address.port)"))
        }
        phase = .connecting(context, until: now + configuration.connectTimeout)
    }

    private func greet(_ context: RedisContext, until: ContinuousClock.Instant) {
        let code = context.connectResult()
        guard code == 0 else {
            let cause = String(cString: strerror(code))
            return connectFailed(
                CacheError(.unavailable, reason: "cannot connect to \(address.host):\(address.port): \(cause)")
            )
        }
        let greeting = address.greeting
        phase = .greeting(context, until: until, replies: greeting.count)
        guard greeting.allSatisfy({ context.append($0) }) else { return connectFailed(lastError) }
        write(context)
    }

    private func connected(_ context: RedisContext) {
        phase = .ready(context)
        statistics.connectionsOpened += 1
        if backoff.failures > 0 { logger.info("cache reachable again", metadata: ["failures": "\(backoff.failures)"]) }
        backoff.succeeded()
    }

    func connectFailed(_ error: CacheError) {
        if backoff.failures == 0 { logger.warning("cache not reachable", metadata: ["reason": "\(error.reason)"]) }
        phase = .resting(until: clock.now + backoff.failed(using: &random))
        hasUnsentBytes = false
        lastError = error
        failAll(error)
    }

    /// A connection that worked has ended; the next attempt follows at once.
    func lost(_ error: CacheError) {
        guard case .ready = phase else { return connectFailed(error) }
        logger.debug("cache connection lost", metadata: ["reason": "\(error.reason)"])
        phase = .resting(until: clock.now)
        hasUnsentBytes = false
        for slot in inFlight { if let command = slot.command { fail(command, error) } }
        inFlight = []
    }

    private static let lostError = CacheError(.unavailable, reason: "the connection was lost")

    // MARK: Sending

    /// Writes all that waits in one go. What does not fit into the socket goes out before anything else is taken.
    func sendQueued(now: ContinuousClock.Instant) {
        guard case .ready(let context) = phase, !hasUnsentBytes, !queued.isEmpty else { return }
        var bytes = 0
        var taken = 0
        while taken < queued.count, bytes < Self.outputBytesPerTurn {
            let command = queued[taken].command
            guard context.append(command) else { break }
            inFlight.append(Slot(command: queued[taken], sentAt: now))
            bytes += command.bytes.count
            taken += 1
        }
        queued.removeFirst(taken)
        statistics.commandsSent += taken
        statistics.largestPipeline = max(statistics.largestPipeline, taken)
        guard taken > 0 else {
            return lost(CacheError(.unavailable, reason: "no memory for the output buffer"))
        }
        write(context)
    }

    private func write(_ context: RedisContext) {
        statistics.writes += 1
        guard let isDone = context.write() else { return lost(Self.lostError) }
        hasUnsentBytes = !isDone
    }

    // MARK: Receiving

    private func receive(from context: RedisContext) {
        guard context.read() else { return lost(Self.lostError) }
        var answered = 0
        defer { inFlight.removeFirst(min(answered, inFlight.count)) }
        while true {
            switch context.nextReply() {
            case .none: return
            case .broken:
                return lost(CacheError(.unavailable, reason: "the server does not speak Redis's protocol"))
            case .reply(let reply):
                if case .greeting(_, let until, let replies) = phase {
                    guard continueGreeting(context, reply, until: until, replies: replies) else { return }
                } else if answered < inFlight.count {
                    answer(inFlight[answered].command.take(), with: reply)
                    answered += 1
                } else {
                    return lost(CacheError(.unavailable, reason: "the server sent a reply that nobody asked for"))
                }
            }
        }
    }

    private func answer(_ command: PendingCommand?, with reply: RedisReply) {
        guard let command else { return }
        if case .error(let text) = reply {
            fail(command, CacheError(serverError: text, to: command.command.name))
        } else {
            command.continuation.resume(returning: .success(reply))
        }
    }

    /// Returns false if the server refuses the log-in.
    private func continueGreeting(
        _ context: RedisContext,
        _ reply: RedisReply,
        until: ContinuousClock.Instant,
        replies: Int
    ) -> Bool {
        if case .error(let text) = reply {
            connectFailed(CacheError(serverError: text, to: "the log-in"))
            return false
        }
        phase = .greeting(context, until: until, replies: replies - 1)
        if replies == 1 { connected(context) }
        return true
    }
}
