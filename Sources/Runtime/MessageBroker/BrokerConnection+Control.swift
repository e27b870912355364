import ContractRuntime

extension BrokerConnection {
    /// Declares a topology and remembers it for later connections.
    func declare(_ topology: Topology) async throws(MessagingError) {
        for request in topology.requests { _ = try await control(request) }
        self.topology.formUnion(topology)
    }

    /// Performs one request on the control channel, after those that were asked for earlier.
    func control(_ request: BrokerRequest) async throws(MessagingError) -> Reply {
        await takeControl()
        defer { releaseControl() }
        try await requireOpen()
        let epoch = epoch
        if !controlIsOpen {
            _ = try await call(.openChannel, controlChannel, epoch).get()
            controlIsOpen = true
        }
        return try await call(request, controlChannel, epoch).get()
    }

    /// Sends a request on the connection of `epoch` and waits for the answer.
    func call(
        _ request: BrokerRequest,
        _ channel: ChannelNumber,
        _ epoch: Int
    ) async -> Result<Reply, MessagingError> {
        guard epoch == self.epoch, let link else { return .failure(lastFailure) }
        do throws(MessagingError) {
            try link.send(request, channel: channel)
        } catch {
            lose(error)
            return .failure(error)
        }
        let deadline = ContinuousClock.now.advanced(by: configuration.replyTimeout)
        return await withCheckedContinuation { calls[channel] = Call(continuation: $0, deadline: deadline) }
    }

    /// Gives up the channels whose answer is late, for example because a quorum queue has no leader. The rest of the
    /// connection goes on: a late answer finds nobody, as the channel's number is not used again.
    func abandonLateCalls(_ now: ContinuousClock.Instant) {
        for (channel, late) in calls where late.deadline <= now {
            calls[channel] = nil
            usedChannels.insert(channel)
            abandonedChannels.insert(channel)
            do throws(MessagingError) {
                // Also ends a subscription that the broker grants after all.
                try link?.send(.closeChannel, channel: channel)
            } catch {
                lose(error)
            }
            if channel == controlChannel, let link {
                controlIsOpen = false
                controlChannel = takeChannel(link) ?? controlChannel
            }
            late.continuation.resume(
                returning: .failure(MessagingError(.timedOut, reason: "The broker did not answer in time."))
            )
        }
    }

    private func takeControl() async {
        guard controlIsBusy else {
            controlIsBusy = true
            return
        }
        await withCheckedContinuation { controlWaiters.append($0) }
    }

    private func releaseControl() {
        if let next = controlWaiters.popFirst() { next.resume() } else { controlIsBusy = false }
    }
}
