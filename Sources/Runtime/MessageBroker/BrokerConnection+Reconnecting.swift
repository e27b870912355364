import ContractRuntime
import EventLoop

extension BrokerConnection {
    /// A link on its way from the thread that made it to the one that will own it.
    private struct Handover: @unchecked Sendable {
        // Safe: the dialling thread gives up its only reference with the value.
        let link: AMQPLink
        let refusals: [MessagingError]
    }

    /// Gives the connection up after a failure and makes a new one.
    func lose(_ error: MessagingError) {
        guard case .open(_, let since) = phase else { return }
        logger.warning("The connection to the broker was lost", metadata: ["reason": "\(error.reason)"])
        drop(error)
        // A connection that was lost right after it was made counts as a failed attempt.
        if since.duration(to: .now) >= configuration.backoff.longest { failures = 0 }
        if failures == 0 { dial() } else { waitBeforeDialling(error) }
        failures += 1
    }

    /// Forgets the link; everything that waits for an answer on it fails.
    func drop(_ error: MessagingError) {
        phase = .idle
        openFlag.store(false, ordering: .relaxed)
        epoch += 1
        lastFailure = error
        publishingIsReady = false
        isSelectingConfirms = false
        controlIsOpen = false
        isBlocked = false
        waitsForRoom = false
        usedChannels = []
        closedChannels = []
        abandonedChannels = []
        controlChannel = FixedChannel.control
        let unavailable = MessagingError(.unavailable, reason: error.reason)
        resume(ledger.channelLost { _ in unavailable })
        let failedCalls = exchange(&calls, with: [:])
        for call in failedCalls.values { call.continuation.resume(returning: .failure(error)) }
        for channel in Array(subscribers.keys) { endSubscriber(channel, .lost(unavailable)) }
    }

    /// Acts on everything whose time has come.
    func serveClock(_ now: ContinuousClock.Instant) {
        switch phase {
        case .idle: dial()
        case .waiting(let until) where until <= now: dial()
        default: break
        }
        abandonLateCalls(now)
        let late = "The broker did not confirm within \(configuration.publishTimeout)."
        resume(ledger.expire(now: now, error: MessagingError(.timedOut, reason: late)))
        for subscriber in subscribers.values where subscriber.dispatcher.hasGaps {
            subscriber.dispatcher.closeOldGaps()
        }
        resumeOpenWaiters(with: false) { $0.dispatcher?.isStopped == true }
    }

    /// When ``serveClock(_:)`` or a heartbeat is due.
    func nextDeadline(_ now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        var deadlines = calls.values.map(\.deadline)
        if let deadline = ledger.nextDeadline { deadlines.append(deadline) }
        switch phase {
        case .waiting(let until): deadlines.append(until)
        case .open(let link, _): deadlines.append(now.advanced(by: link.heartbeat / 4))
        default: break
        }
        if subscribers.values.contains(where: { $0.dispatcher.hasGaps }) {
            deadlines.append(now.advanced(by: LaneSchedule.gapLimit / 4))
        }
        return deadlines.min()
    }

    /// Waits for an open connection.
    /// - Parameter dispatcher: its subscription waits until it is stopped; without one, for the attempt under way only.
    /// - Returns: whether the connection is open.
    func waitUntilOpen(for dispatcher: LaneDispatcher? = nil) async -> Bool {
        switch phase {
        case .open: return true
        case .closed: return false
        case .waiting where dispatcher == nil: return false
        case .idle, .dialling, .waiting: break
        }
        if dispatcher?.isStopped == true { return false }
        return await withCheckedContinuation {
            openWaiters.append(OpenWaiter(dispatcher: dispatcher, continuation: $0))
        }
    }

    /// Returns once the connection is open.
    /// - Throws: why the attempt under way, or the last one, failed.
    func requireOpen() async throws(MessagingError) {
        guard await waitUntilOpen() else { throw lastFailure }
    }

    func resumeOpenWaiters(with isOpen: Bool, where matches: (OpenWaiter) -> Bool) {
        let resumed = openWaiters.filter(matches)
        guard !resumed.isEmpty else { return }
        openWaiters.removeAll(where: matches)
        for waiter in resumed { waiter.continuation.resume(returning: isOpen) }
    }

    private func dial() {
        phase = .dialling
        let dialer = Dialer(
            configuration: configuration,
            connectionName: "\(configuration.connectionName) \(role.rawValue)"
        )
        let topology = topology
        let role = role
        let isStarted = LoopThread.start("amqp-dial") { [weak self] in
            let result: Result<Handover, MessagingError>
            do throws(MessagingError) {
                let link = try dialer.dial()
                let refusals = role == .publish ? try dialer.prepare(link, topology: topology) : []
                result = .success(Handover(link: link, refusals: refusals))
            } catch {
                result = .failure(error)
            }
            guard let self else { return }
            loop.post { self.assumeIsolated { $0.dialled(result) } }
        }
        if !isStarted { dialled(.failure(MessagingError(.unavailable, reason: "No thread could be started."))) }
    }

    private func dialled(_ result: Result<Handover, MessagingError>) {
        guard case .dialling = phase else { return }
        switch result {
        case .success(let handover):
            phase = .open(handover.link, since: .now)
            openFlag.store(true, ordering: .relaxed)
            publishingIsReady = role == .publish
            controlIsOpen = role == .publish
            logger.info("Connected to the broker", metadata: ["address": "\(configuration.address)"])
            for refusal in handover.refusals {
                logger.error("The topology can't be declared again", metadata: ["reason": "\(refusal.reason)"])
            }
            resumeOpenWaiters(with: true) { _ in true }
        case .failure(let error):
            failures += 1
            lastFailure = error
            logger.warning(
                "No connection to the broker",
                metadata: ["address": "\(configuration.address)", "reason": "\(error.reason)"]
            )
            resume(ledger.failAll(error))
            resumeOpenWaiters(with: false) { $0.dispatcher == nil }
            waitBeforeDialling(error)
        }
    }

    private func waitBeforeDialling(_ error: MessagingError) {
        let wait = configuration.backoff.wait(afterFailures: max(failures, 1), using: &generator)
        phase = .waiting(until: .now.advanced(by: wait))
        resume(ledger.failAll(MessagingError(.unavailable, reason: error.reason)))
    }
}
