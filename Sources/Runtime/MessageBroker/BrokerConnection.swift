import ContractRuntime
import Logging
import Synchronization

/// One connection to the broker that is kept open: made again after a loss, its topology declared again.
///
/// All state belongs to the thread of ``loop``, which is this actor's executor. States of ``phase``:
///
///     idle ──start──▶ dialling ──success──▶ open ──loss──▶ dialling
///                        │  ▲
///                     failure │ time passed
///                        ▼  │
///                      waiting            any ──close──▶ closed
actor BrokerConnection {
    /// What the connection is used for; the broker throttles publishing connections, never consuming ones.
    enum Role: String { case publish, consume }

    enum Phase {
        case idle
        case dialling
        case open(AMQPLink, since: ContinuousClock.Instant)
        case waiting(until: ContinuousClock.Instant)
        case closed
    }

    /// A request that waits for its answer.
    struct Call {
        var continuation: CheckedContinuation<Result<Reply, MessagingError>, Never>
        var deadline: ContinuousClock.Instant
    }

    /// One subscription on the open connection.
    struct Subscriber {
        var dispatcher: LaneDispatcher
        var ledger = AcknowledgementLedger()
        var inbox: [Delivery] = []
        var end: CheckedContinuation<SubscriptionEnd, Never>?
    }

    /// Somebody who needs an open connection.
    struct OpenWaiter {
        /// The subscription that waits for as long as it takes; nil: a caller who waits for the attempt that is under way.
        var dispatcher: LaneDispatcher?
        var continuation: CheckedContinuation<Bool, Never>
    }

    /// Why a subscription ended.
    enum SubscriptionEnd {
        /// As wished: the dispatcher was stopped and everything decided was sent.
        case stopped
        /// By the broker or with the connection.
        case lost(MessagingError)
        /// The connection was closed for good.
        case closed
    }

    nonisolated let loop = ConnectionLoop()
    nonisolated let configuration: BrokerConfiguration
    nonisolated let role: Role
    nonisolated let logger: Logger
    nonisolated let openFlag = Atomic(false)
    nonisolated let lastBatchID = Atomic<PublishLedger.BatchID>(0)

    var phase = Phase.idle
    /// Counts connections, so that work for an earlier one is recognised.
    var epoch = 0
    var failures = 0
    var lastFailure = MessagingError(.unavailable, reason: "The broker is not connected yet.")
    var generator = SystemRandomNumberGenerator()

    var topology = Topology()
    var calls: [ChannelNumber: Call] = [:]
    var controlChannel = FixedChannel.control
    var controlIsOpen = false
    var controlIsBusy = false
    var controlWaiters = FIFO<CheckedContinuation<Void, Never>>()

    var ledger: PublishLedger
    var publishWaiters: [PublishLedger.BatchID: CheckedContinuation<MessagingError?, Never>] = [:]
    var publishingIsReady = false
    var isSelectingConfirms = false
    var isBlocked = false
    var waitsForRoom = false

    var subscribers: [ChannelNumber: Subscriber] = [:]
    var usedChannels: Set<ChannelNumber> = []
    /// Those of ``usedChannels`` that the broker has closed.
    var closedChannels: Set<ChannelNumber> = []
    /// Those of ``usedChannels`` on which an answer never came; their numbers are not used again.
    var abandonedChannels: Set<ChannelNumber> = []
    var openWaiters: [OpenWaiter] = []

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// Creates the connection and starts to connect.
    init(_ configuration: BrokerConfiguration, role: Role, logger: Logger) {
        self.configuration = configuration
        self.role = role
        self.logger = logger
        ledger = PublishLedger(windowLimit: configuration.maximumUnconfirmed)
    }

    // Without the connection, the thread's next turn is its last.
    deinit { loop.wake() }

    /// Starts the thread, and with it the first attempt to connect.
    nonisolated func start() {
        loop.start(name: "amqp-\(role.rawValue)") { [weak self] in self?.assumeIsolated { $0.turn() } }
    }

    /// Whether the connection is open.
    nonisolated var isOpen: Bool { openFlag.load(ordering: .relaxed) }

    /// The open link.
    var link: AMQPLink? {
        if case .open(let link, _) = phase { link } else { nil }
    }

    /// Ends the connection for good: what is unconfirmed fails, subscriptions end.
    func close() {
        link?.sendGoodbye()
        drop(MessagingError(.unavailable, reason: "The connection was closed by this process."))
        phase = .closed
        resume(ledger.failAll(lastFailure))
        resumeOpenWaiters(with: false) { _ in true }
    }

    /// One turn of the loop: send what waits, read what has arrived, look at the clock.
    func turn() -> ConnectionLoop.Wait {
        let now = ContinuousClock.now
        var wait = ConnectionLoop.Wait()
        do throws(MessagingError) {
            try sendDecisions()
            try sendMessages()
            if try !readEvents() { wait.deadline = now }
            try sendDecisions()
            try sendMessages()
        } catch {
            lose(error)
        }
        serveClock(now)
        if let link {
            wait.descriptor = link.descriptor
            wait.untilWritable = waitsForRoom
        }
        wait.deadline = [wait.deadline, nextDeadline(now)].compactMap(\.self).min()
        return wait
    }

    /// Reads and handles events, but only so many that commands get their turn.
    /// - Returns: whether everything that has arrived is read.
    private func readEvents() throws(MessagingError) -> Bool {
        var isDone = false
        for _ in 0..<1_024 {
            guard let link, let event = try link.nextEvent() else {
                isDone = true
                break
            }
            try handle(event, link)
        }
        for channel in subscribers.keys where subscribers[channel]?.inbox.isEmpty == false {
            let deliveries = subscribers[channel].map(\.inbox) ?? []
            subscribers[channel]?.inbox.removeAll(keepingCapacity: true)
            subscribers[channel]?.dispatcher.accept(deliveries)
        }
        return isDone
    }

    private func handle(_ event: LinkEvent, _ link: AMQPLink) throws(MessagingError) {
        switch event {
        case .confirm(_, let tag, let multiple, let accepted):
            resume(ledger.confirm(tag: tag, multiple: multiple, accepted: accepted))
        case .returned(_, let exchange, let routingKey, let messageID, let reason):
            ledger.noteReturned(exchange: exchange, routingKey: routingKey, messageID: messageID, reason: reason)
        case .delivery(let channel, let delivery):
            subscribers[channel]?.ledger.noteDelivered(delivery.tag)
            subscribers[channel]?.inbox.append(delivery)
        case .reply(let channel, let reply):
            if channel == FixedChannel.publishing, role == .publish {
                try continueOpeningPublishing(link)
            } else {
                calls.removeValue(forKey: channel)?.continuation.resume(returning: .success(reply))
            }
        case .channelClosed(let channel, let refusal): try channelClosed(channel, refusal, link)
        case .consumerCancelled(let channel):
            endSubscriber(
                channel,
                .lost(MessagingError(.unavailable, reason: "The broker cancelled the subscription."))
            )
        case .blocked(let isBlocked):
            self.isBlocked = isBlocked
            logger.warning("The broker \(isBlocked ? "stopped taking" : "takes") messages")
        case .connectionClosed(let refusal): throw refusal.asMessagingError
        case .none: return
        }
    }

    private func channelClosed(
        _ channel: ChannelNumber,
        _ refusal: BrokerRefusal,
        _ link: AMQPLink
    ) throws(MessagingError) {
        try link.confirmChannelClosed(channel)
        if role == .publish, channel == FixedChannel.publishing {
            try publishingChannelClosed(refusal, link)
            return
        }
        if channel == controlChannel { controlIsOpen = false }
        if usedChannels.contains(channel) { closedChannels.insert(channel) }
        calls.removeValue(forKey: channel)?.continuation.resume(returning: .failure(refusal.asMessagingError))
        endSubscriber(channel, .lost(refusal.asMessagingError))
    }
}
