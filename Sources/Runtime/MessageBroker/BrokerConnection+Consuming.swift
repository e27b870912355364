import ContractRuntime

extension BrokerConnection {
    /// Consumes with one subscription after the other until the dispatcher is stopped.
    /// - Throws: `misconfigured` if the broker will never allow it, `unavailable` if this connection was closed.
    func consume(_ dispatcher: LaneDispatcher) async throws(MessagingError) {
        var failures = 0
        while !dispatcher.isStopped {
            let began = ContinuousClock.now
            switch await subscribe(dispatcher) {
            case .stopped: return
            case .closed: throw MessagingError(.unavailable, reason: "The connection was closed by this process.")
            case .lost(let error) where error.code == .misconfigured: throw error
            case .lost(let error):
                guard !dispatcher.isStopped else { return }
                failures = began.duration(to: .now) > configuration.backoff.longest ? 1 : failures + 1
                logger.warning(
                    "A subscription was lost",
                    metadata: ["queue": "\(dispatcher.subscription.queue)", "reason": "\(error.reason)"]
                )
                let wait = configuration.backoff.wait(afterFailures: failures, using: &generator)
                // Ends early when the consuming task is cancelled.
                try? await Task.sleep(for: wait)
            }
        }
    }

    /// Makes one subscription and waits for its end.
    private func subscribe(_ dispatcher: LaneDispatcher) async -> SubscriptionEnd {
        guard await waitUntilOpen(for: dispatcher), let link else {
            return dispatcher.isStopped ? .stopped : closedOrLost
        }
        let epoch = epoch
        guard let channel = takeChannel(link) else {
            let error = MessagingError(.unavailable, reason: "The connection has no channel left.")
            lose(error)
            return .lost(error)
        }
        dispatcher.startGeneration()
        subscribers[channel] = Subscriber(dispatcher: dispatcher)
        let subscription = dispatcher.subscription
        let requests: [BrokerRequest] = [
            .openChannel, .setPrefetch(subscription.prefetch), .consume(queue: subscription.queue),
        ]
        for request in requests {
            if case .failure(let error) = await call(request, channel, epoch) {
                await closeChannel(channel, epoch)
                return isClosed ? .closed : .lost(error)
            }
        }
        var end = closedOrLost
        if epoch == self.epoch, subscribers[channel] != nil {
            loop.wake()
            end = await withCheckedContinuation { subscribers[channel]?.end = $0 }
        }
        await closeChannel(channel, epoch)
        return end
    }

    /// Closes a channel, unless the broker did, and makes its number available again.
    ///
    /// Closing the channel, rather than cancelling the subscription before, returns what was not handled in one step and in
    /// order, before a waiting consumer of the queue becomes the active one.
    private func closeChannel(_ channel: ChannelNumber, _ epoch: Int) async {
        guard epoch == self.epoch else { return }
        subscribers[channel] = nil
        if abandonedChannels.contains(channel) { return }
        if !closedChannels.contains(channel) { _ = await call(.closeChannel, channel, epoch) }
        guard epoch == self.epoch, !abandonedChannels.contains(channel) else { return }
        closedChannels.remove(channel)
        usedChannels.remove(channel)
    }

    private var isClosed: Bool {
        if case .closed = phase { true } else { false }
    }

    private var closedOrLost: SubscriptionEnd { isClosed ? .closed : .lost(lastFailure) }

    /// Ends a subscription; a request of its that waits for an answer is not touched.
    func endSubscriber(_ channel: ChannelNumber, _ end: SubscriptionEnd) {
        guard let subscriber = subscribers.removeValue(forKey: channel) else { return }
        // Decisions about these deliveries reach nobody any more.
        subscriber.dispatcher.startGeneration()
        subscriber.end?.resume(returning: end)
    }

    /// Sends the decisions of all handlers, and ends the subscriptions that are stopped and have nothing left to send.
    func sendDecisions() throws(MessagingError) {
        guard let link else { return }
        for channel in subscribers.keys {
            guard let dispatcher = subscribers[channel]?.dispatcher else { continue }
            let settlements = dispatcher.takeSettlements()
            for answer in subscribers[channel]?.ledger.settle(settlements) ?? [] {
                switch answer {
                case .acknowledge(let tag, let multiple):
                    try link.acknowledge(tag, multiple: multiple, channel: channel)
                case .reject(let tag, let requeue): try link.reject(tag, requeue: requeue, channel: channel)
                }
            }
            if dispatcher.isDrained, subscribers[channel]?.end != nil {
                subscribers.removeValue(forKey: channel)?.end?.resume(returning: .stopped)
            }
        }
    }

    /// Reserves a channel number that is free on the open connection.
    func takeChannel(_ link: AMQPLink) -> ChannelNumber? {
        let range = FixedChannel.firstSubscription...max(FixedChannel.firstSubscription, link.highestChannel)
        guard let channel = range.first(where: { !usedChannels.contains($0) }) else { return nil }
        usedChannels.insert(channel)
        return channel
    }
}
