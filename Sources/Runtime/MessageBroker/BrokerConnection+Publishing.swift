import ContractRuntime
import Synchronization

extension BrokerConnection {
    /// Set when the publishing task is cancelled, which may be before its batch arrives at the connection.
    private final class CancellationMark: Sendable {
        let isSet = Atomic(false)
    }

    /// Publishes a batch and waits for its confirms.
    nonisolated func publish(_ messages: [OutgoingMessage]) async throws(MessagingError) {
        guard !messages.isEmpty else { return }
        for message in messages { try AMQPLink.validate(message) }
        guard messages.count <= configuration.maximumPending else {
            throw MessagingError(
                .misconfigured,
                reason: "A batch has more than \(configuration.maximumPending) messages."
            )
        }
        let id = lastBatchID.wrappingAdd(1, ordering: .relaxed).newValue
        let mark = CancellationMark()
        let error = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                loop.post {
                    self.assumeIsolated { $0.admit(id, messages, mark, continuation) }
                }
            }
        } onCancel: {
            mark.isSet.store(true, ordering: .relaxed)
            loop.post { self.assumeIsolated { $0.cancel(id) } }
        }
        if let error { throw error }
    }

    private func admit(
        _ id: PublishLedger.BatchID,
        _ messages: [OutgoingMessage],
        _ mark: CancellationMark,
        _ continuation: CheckedContinuation<MessagingError?, Never>
    ) {
        let refusal: MessagingError? =
            switch phase {
            case .closed, .waiting: MessagingError(lastFailure.code, reason: lastFailure.reason)
            case _ where mark.isSet.load(ordering: .relaxed): cancelled
            case _ where ledger.pendingCount + messages.count > configuration.maximumPending:
                MessagingError(.unavailable, reason: "Too many messages wait for the broker's confirm.")
            default: nil
            }
        guard refusal == nil else {
            continuation.resume(returning: refusal)
            return
        }
        publishWaiters[id] = continuation
        ledger.admit(id, messages: messages, deadline: .now.advanced(by: configuration.publishTimeout))
    }

    private func cancel(_ id: PublishLedger.BatchID) {
        if let outcome = ledger.cancel(id, error: cancelled) { resume([outcome]) }
    }

    private var cancelled: MessagingError { MessagingError(.cancelled, reason: "The publishing task was cancelled.") }

    /// Tells the callers how their batches ended.
    func resume(_ outcomes: [PublishLedger.Outcome]) {
        for outcome in outcomes {
            publishWaiters.removeValue(forKey: outcome.batch)?.resume(returning: outcome.error)
        }
    }

    /// Sends waiting messages while the window and the socket have room.
    func sendMessages() throws(MessagingError) {
        waitsForRoom = false
        guard let link, publishingIsReady, !isBlocked else { return }
        // A socket that reports room takes far more than this, so that a write does not wait.
        let room = 64 << 10
        var remaining = 0
        while ledger.canSend {
            if remaining <= 0 {
                guard link.isWritable else {
                    waitsForRoom = true
                    return
                }
                remaining = room
            }
            guard let message = ledger.nextToSend() else { return }
            try link.publish(message, channel: FixedChannel.publishing)
            remaining -= message.body.count + 512
        }
    }

    /// The broker closed the publishing channel, in most cases because an exchange does not exist.
    func publishingChannelClosed(_ refusal: BrokerRefusal, _ link: AMQPLink) throws(MessagingError) {
        logger.warning("The broker closed the publishing channel", metadata: ["reason": "\(refusal.text)"])
        publishingIsReady = false
        let own = refusal.asMessagingError
        let innocent = MessagingError(.unavailable, reason: "The channel was closed because of another message.")
        resume(
            ledger.channelLost { exchanges in
                // The reply text names the exchange: "NOT_FOUND - no exchange 'x' in vhost '/'".
                exchanges.contains { refusal.text.contains("'\($0)'") } ? own : innocent
            }
        )
        try link.send(.openChannel, channel: FixedChannel.publishing)
    }

    /// Goes on after the answer to `channel.open` and then to `confirm.select`.
    func continueOpeningPublishing(_ link: AMQPLink) throws(MessagingError) {
        if isSelectingConfirms {
            isSelectingConfirms = false
            publishingIsReady = true
        } else {
            isSelectingConfirms = true
            try link.send(.selectConfirms, channel: FixedChannel.publishing)
        }
    }
}
