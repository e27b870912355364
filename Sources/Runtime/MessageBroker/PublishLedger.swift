import ContractRuntime

/// Which messages of which batch wait, are unconfirmed or confirmed on one publishing channel.
///
/// A batch is *admitted*, its messages are *sent* one by one while the window has room, each is *confirmed* or refused,
/// possibly after it was *returned*; when its last message is confirmed, or it expires, is cancelled or lost, the batch
/// has its outcome and is forgotten. Messages leave in the order of admission.
struct PublishLedger {
    typealias BatchID = UInt64

    /// How a batch ended; nil: confirmed as a whole.
    struct Outcome: Equatable {
        var batch: BatchID
        var error: MessagingError?
    }

    private struct Batch {
        var messages: [OutgoingMessage]
        var sent = 0
        var unconfirmed = 0
        var error: MessagingError?
        var deadline: ContinuousClock.Instant
    }

    /// One sent message; the position in the window gives its delivery tag.
    private struct Slot {
        var batch: BatchID
        var index: Int
        var isSettled = false
        var isReturned = false
    }

    private let windowLimit: Int
    private let byteLimit: Int
    private var batches: [BatchID: Batch] = [:]
    private var waiting = FIFO<BatchID>()
    private var deadlines = FIFO<(at: ContinuousClock.Instant, batch: BatchID)>()
    private var window = FIFO<Slot>()
    private var firstTag: UInt64 = 1
    private var unsettledBytes = 0

    /// Messages admitted and not yet confirmed.
    private(set) var pendingCount = 0

    /// Creates a ledger.
    /// - Parameters:
    ///   - windowLimit: most messages sent and unconfirmed.
    ///   - byteLimit: no further message is sent while the unconfirmed bodies are larger than this.
    init(windowLimit: Int, byteLimit: Int = 32 << 20) {
        self.windowLimit = windowLimit
        self.byteLimit = byteLimit
    }

    /// When the next batch expires.
    var nextDeadline: ContinuousClock.Instant? { deadlines.first?.at }

    /// Whether a message may be sent now, if its batch was not cancelled.
    var canSend: Bool { window.count < windowLimit && unsettledBytes < byteLimit && !waiting.isEmpty }

    /// Takes a batch in; batches share one time-out, so deadlines never decrease.
    mutating func admit(_ id: BatchID, messages: [OutgoingMessage], deadline: ContinuousClock.Instant) {
        batches[id] = Batch(messages: messages, deadline: deadline)
        waiting.append(id)
        deadlines.append((deadline, id))
        pendingCount += messages.count
    }

    /// The next message to send, which from now on counts as sent; nil when nothing waits or the window is full.
    mutating func nextToSend() -> OutgoingMessage? {
        guard canSend else { return nil }
        while let id = waiting.first {
            guard let index = batches[id]?.sent, let message = batches[id]?.messages[index] else {
                _ = waiting.popFirst()
                continue
            }
            batches[id]?.sent += 1
            batches[id]?.unconfirmed += 1
            if batches[id]?.sent == batches[id]?.messages.count { _ = waiting.popFirst() }
            window.append(Slot(batch: id, index: index))
            unsettledBytes += message.body.count
            return message
        }
        return nil
    }

    /// Notes `basic.ack` or `basic.nack` for one tag, or for all up to it.
    mutating func confirm(tag: UInt64, multiple: Bool, accepted: Bool) -> [Outcome] {
        guard tag >= firstTag || multiple else { return [] }
        let last = multiple && tag == 0 ? window.count - 1 : min(Int(tag &- firstTag), window.count - 1)
        guard last >= 0 else { return [] }
        var outcomes: [Outcome] = []
        for offset in (multiple ? 0 : last)...last { settle(offset, accepted: accepted, into: &outcomes) }
        while let slot = window.first, slot.isSettled {
            _ = window.popFirst()
            firstTag += 1
        }
        return outcomes
    }

    /// Notes `basic.return`, which carries no delivery tag: it belongs to the oldest unconfirmed message that looks alike.
    mutating func noteReturned(exchange: String, routingKey: String, messageID: String?, reason: String) {
        for offset in 0..<window.count {
            guard let slot = window[offset], !slot.isSettled, !slot.isReturned,
                let message = batches[slot.batch]?.messages[slot.index], message.exchange == exchange,
                message.routingKey == routingKey, message.messageID == messageID
            else { continue }
            window[offset]?.isReturned = true
            fail(slot.batch, MessagingError(.unroutable, reason: reason))
            return
        }
    }

    /// Forgets a batch whose caller no longer waits; messages already sent may still be stored.
    mutating func cancel(_ id: BatchID, error: MessagingError) -> Outcome? { end(id, error: error) }

    /// Ends the batches whose time has passed.
    mutating func expire(now: ContinuousClock.Instant, error: MessagingError) -> [Outcome] {
        var outcomes: [Outcome] = []
        while let next = deadlines.first, next.at <= now || batches[next.batch] == nil {
            _ = deadlines.popFirst()
            if let outcome = end(next.batch, error: error) { outcomes.append(outcome) }
        }
        return outcomes
    }

    /// Ends every batch of which a message was sent, because its channel is gone; tags start again at 1.
    /// - Parameter error: gives the error for a batch from the exchanges of its unconfirmed messages.
    mutating func channelLost(error: (_ exchanges: Set<String>) -> MessagingError) -> [Outcome] {
        var exchanges: [BatchID: Set<String>] = [:]
        for offset in 0..<window.count {
            guard let slot = window[offset], !slot.isSettled, let batch = batches[slot.batch] else { continue }
            exchanges[slot.batch, default: []].insert(batch.messages[slot.index].exchange)
        }
        window.removeAll()
        unsettledBytes = 0
        firstTag = 1
        return batches.keys.sorted().compactMap { id in
            guard let batch = batches[id], batch.sent > 0 else { return nil }
            return end(id, error: batch.error ?? error(exchanges[id] ?? []))
        }
    }

    /// Ends every batch, sent or waiting.
    mutating func failAll(_ error: MessagingError) -> [Outcome] {
        window.removeAll()
        unsettledBytes = 0
        firstTag = 1
        return batches.keys.sorted().compactMap { end($0, error: batches[$0]?.error ?? error) }
    }

    private mutating func settle(_ offset: Int, accepted: Bool, into outcomes: inout [Outcome]) {
        guard let slot = window[offset], !slot.isSettled else { return }
        window[offset]?.isSettled = true
        guard let batch = batches[slot.batch] else { return }
        unsettledBytes -= batch.messages[slot.index].body.count
        pendingCount -= 1
        if !accepted { fail(slot.batch, MessagingError(.refused, reason: "The broker refused to store a message.")) }
        batches[slot.batch]?.unconfirmed -= 1
        if batch.unconfirmed == 1, batch.sent == batch.messages.count {
            outcomes.append(Outcome(batch: slot.batch, error: batches[slot.batch]?.error))
            batches[slot.batch] = nil
        }
    }

    private mutating func fail(_ id: BatchID, _ error: MessagingError) {
        if batches[id]?.error == nil { batches[id]?.error = error }
    }

    private mutating func end(_ id: BatchID, error: MessagingError) -> Outcome? {
        guard let batch = batches.removeValue(forKey: id) else { return nil }
        pendingCount -= batch.messages.count - batch.sent + batch.unconfirmed
        for offset in 0..<window.count {
            guard let slot = window[offset], slot.batch == id, !slot.isSettled else { continue }
            unsettledBytes -= batch.messages[slot.index].body.count
        }
        return Outcome(batch: id, error: error)
    }
}
