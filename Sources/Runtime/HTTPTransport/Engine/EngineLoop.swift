import CCurl
import ContractRuntime

/// The engine's thread: takes commands, lets libcurl work on what has news, collects what is done, waits.
///
/// Everything here, and every ``Exchange``, is touched by this one thread only.
final class EngineLoop {
    private let multi: UnsafeMutableRawPointer
    private let watch: SocketWatch
    private let inbox: EngineInbox
    private let idleConnectionSeconds: Int
    private var exchanges: [ExchangeID: Exchange] = [:]
    private var lanes: [LaneID: Lane] = [:]
    private var spareHandles: [UnsafeMutableRawPointer] = []
    private let deadlines = DeadlineWatch()
    private let clock = ContinuousClock()

    /// Easy handles kept for reuse; each holds a receive buffer of 16 KiB.
    private static let spareHandleLimit = 64
    /// Longest sleep; commands, sockets and deadlines end it earlier.
    private static let longestWait = Duration.seconds(60)

    init(multi: UnsafeMutableRawPointer, watch: SocketWatch, inbox: EngineInbox, idleConnectionSeconds: Int) {
        self.multi = multi
        self.watch = watch
        self.inbox = inbox
        self.idleConnectionSeconds = idleConnectionSeconds
    }

    /// Runs until the inbox says stop, then ends every exchange and frees everything.
    func run() {
        while let commands = inbox.takeAll() {
            for command in commands { carryOut(command) }
            // What was just started asks for a call at once, by a timer that has run out.
            work([])
            collectFinished()
            expire()
            work(watch.wait(milliseconds: waitMilliseconds()))
            collectFinished()
        }
        for case .start(let plan) in inbox.drain() { plan.fail(.notConnected, "the engine is shut down") }
        abandonAll(reason: "the engine is shut down")
        inbox.close()
        for easy in spareHandles { curl_easy_cleanup(easy) }
        curl_multi_cleanup(multi)
    }

    /// Lets libcurl work on the sockets with news, and on what its timer asks for.
    private func work(_ news: [SocketWatch.News]) {
        var running: Int32 = 0
        var worked = news.map { curl_multi_socket_action(multi, $0.socket, $0.mask, &running) }
        if watch.takeTimer(now: clock.now) {
            worked.append(curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running))
        }
        if let broken = worked.first(where: { $0 != CURLM_OK }) {
            abandonAll(reason: String(cString: curl_multi_strerror(broken)))
        }
    }

    // MARK: Commands

    private func carryOut(_ command: EngineCommand) {
        switch command {
        case .start(let plan): enqueue(plan)
        case .cancel(let id): cancel(id)
        case .continueUpload(let id), .continueDownload(let id): exchanges[id]?.unpause(now: clock.now)
        }
    }

    private func enqueue(_ plan: ExchangePlan) {
        // Cancelled before it came this far: the cancel command ran ahead of the start.
        guard !plan.outcome.isSettled else { return }
        guard lanes[plan.lane, default: Lane()].enqueue(plan) else {
            plan.fail(.notConnected, "\(plan.configuration.waitingLimit) exchanges already wait for this transport")
            return
        }
        deadlines.note(plan.deadline)
        startWaiting(in: plan.lane)
    }

    private func cancel(_ id: ExchangeID) {
        if let exchange = exchanges[id] {
            finish(exchange, failure: TransportError(.cancelled, reason: "the caller cancelled"))
            return
        }
        for lane in lanes.keys {
            for plan in lanes[lane]?.remove(where: { $0.id == id }) ?? [] {
                plan.fail(.cancelled, "the caller cancelled")
            }
            if lanes[lane]?.isIdle == true { lanes[lane] = nil }
        }
    }

    // MARK: Running exchanges

    private func startWaiting(in lane: LaneID) {
        while let plan = lanes[lane]?.next() { start(plan) }
        if lanes[lane]?.isIdle == true { lanes[lane] = nil }
    }

    private func start(_ plan: ExchangePlan) {
        guard let easy = spareHandles.popLast() ?? curl_easy_init() else {
            plan.fail(.notConnected, "out of memory")
            lanes[plan.lane]?.release()
            return
        }
        let exchange = Exchange(plan, easy: easy, deadlines: deadlines)
        let code = exchange.configure(idleConnectionSeconds: idleConnectionSeconds)
        guard code == CURLE_OK, curl_multi_add_handle(multi, easy) == CURLM_OK else {
            plan.fail(.invalidRequest, "libcurl refused the request: " + String(cString: curl_easy_strerror(code)))
            exchange.freeHeaders()
            curl_easy_cleanup(easy)
            lanes[plan.lane]?.release()
            return
        }
        exchanges[plan.id] = exchange
    }

    private func collectFinished() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle,
                let exchange = Exchange.of(easy)
            else { continue }
            finish(exchange, failure: exchange.failure(for: message.pointee.data.result))
        }
    }

    /// Takes an exchange off the wire, tells its caller, and lets the next one of its lane go.
    private func finish(_ exchange: Exchange, failure: TransportError?) {
        exchanges[exchange.plan.id] = nil
        // Removing a handle whose transfer is not over closes its connection, which is what an abort means.
        curl_multi_remove_handle(multi, exchange.easy)
        exchange.conclude(failure)
        exchange.freeHeaders()
        if spareHandles.count < Self.spareHandleLimit {
            curl_easy_reset(exchange.easy)
            spareHandles.append(exchange.easy)
        } else {
            curl_easy_cleanup(exchange.easy)
        }
        lanes[exchange.plan.lane]?.release()
        startWaiting(in: exchange.plan.lane)
    }

    private func abandonAll(reason: String) {
        for lane in lanes.keys {
            for plan in lanes[lane]?.remove(where: { _ in true }) ?? [] { plan.fail(.notConnected, reason) }
        }
        for exchange in exchanges.values {
            finish(
                exchange,
                failure: TransportError(exchange.hasSent ? .outcomeUnknown : .notConnected, reason: reason)
            )
        }
    }

    // MARK: Deadlines

    /// Ends what is over time. Looks at every exchange, but only when the earliest deadline known has come.
    private func expire() {
        let now = clock.now
        guard deadlines.hasPassed(now) else { return }
        for lane in lanes.keys {
            for plan in lanes[lane]?.remove(where: { $0.deadline <= now }) ?? [] {
                plan.fail(.timedOutBeforeSending, "the time-out passed while the exchange waited for its turn")
            }
        }
        for exchange in exchanges.values {
            guard let deadline = exchange.deadline, deadline <= now else { continue }
            finish(exchange, failure: exchange.failureByTimeout)
        }
        deadlines.forget()
        for lane in lanes.values { for plan in lane.plans { deadlines.note(plan.deadline) } }
        for exchange in exchanges.values { deadlines.note(exchange.deadline) }
    }

    private func waitMilliseconds() -> Int32 {
        guard let earliest = [deadlines.earliest, watch.timer].compactMap(\.self).min() else {
            return Self.longestWait.roundedUpMilliseconds
        }
        return min(max(.zero, earliest - clock.now), Self.longestWait).roundedUpMilliseconds
    }
}

/// Knows when it is worth looking for exchanges that are over time.
final class DeadlineWatch {
    /// No deadline lies before this one; it may be that of an exchange which has ended since.
    private(set) var earliest: ContinuousClock.Instant?

    func note(_ deadline: ContinuousClock.Instant?) {
        guard let deadline else { return }
        earliest = earliest.map { min($0, deadline) } ?? deadline
    }

    func hasPassed(_ now: ContinuousClock.Instant) -> Bool { earliest.map { $0 <= now } ?? false }

    func forget() { earliest = nil }
}

extension Duration {
    /// Whole milliseconds, never fewer than the duration has; at most 24 days.
    var roundedUpMilliseconds: Int32 {
        let (seconds, attoseconds) = components
        guard seconds < 2_000_000 else { return 2_000_000_000 }
        return Int32(max(0, seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000))
    }
}
