/// Which deliveries of one consuming channel still need an answer to the broker, and the fewest answers that give it.
///
/// Delivery tags are 1, 2, 3, … on a channel.
struct AcknowledgementLedger {
    /// One method to send.
    enum Answer: Equatable {
        /// `basic.ack`; `multiple`: this tag and all unanswered ones before it.
        case acknowledge(tag: UInt64, multiple: Bool)
        /// `basic.reject`.
        case reject(tag: UInt64, requeue: Bool)
    }

    private enum State { case open, acknowledged, answered }

    private var states = FIFO<State>()
    private var firstTag: UInt64 = 1

    /// Deliveries without an answer.
    private(set) var openCount = 0

    /// Notes a delivery; tags arrive in order.
    mutating func noteDelivered(_ tag: UInt64) {
        if states.isEmpty { firstTag = tag }
        states.append(.open)
        openCount += 1
    }

    /// Turns decisions into answers: refusals first and in order, then one acknowledgement for the longest possible run
    /// of deliveries from the oldest one on, then single ones for what lies beyond an undecided delivery.
    mutating func settle(_ settlements: [LaneSchedule.Settlement]) -> [Answer] {
        var answers: [Answer] = []
        var acknowledged: [UInt64] = []
        for settlement in settlements {
            guard case .some(.open) = states[offset(settlement.tag)] else { continue }
            openCount -= 1
            switch settlement.decision {
            case .acknowledge:
                states[offset(settlement.tag)] = .acknowledged
                acknowledged.append(settlement.tag)
            case .requeue, .reject:
                states[offset(settlement.tag)] = .answered
                answers.append(.reject(tag: settlement.tag, requeue: settlement.decision == .requeue))
            }
        }
        answers += prefix()
        for tag in acknowledged {
            guard case .some(.acknowledged) = states[offset(tag)] else { continue }
            states[offset(tag)] = .answered
            answers.append(.acknowledge(tag: tag, multiple: false))
        }
        return answers
    }

    private mutating func prefix() -> [Answer] {
        var count = 0
        var last: UInt64?
        while let state = states.first {
            if case .open = state { break }
            if case .acknowledged = state {
                count += 1
                last = firstTag
            }
            _ = states.popFirst()
            firstTag += 1
        }
        guard let last else { return [] }
        return [.acknowledge(tag: last, multiple: count > 1)]
    }

    private func offset(_ tag: UInt64) -> Int { tag < firstTag ? -1 : Int(tag - firstTag) }
}
