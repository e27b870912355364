import CRabbitMQ
import ContractRuntime

/// Channels that a publishing connection always has.
enum FixedChannel {
    /// For declarations and look-ups: a refusal closes it and nothing else.
    static let control: ChannelNumber = 1
    /// For publishing, with confirms.
    static let publishing: ChannelNumber = 2
    /// The first one that a subscription may use.
    static let firstSubscription: ChannelNumber = 3
}

extension Dialer {
    /// Opens the fixed channels and declares what was declared before.
    /// - Returns: what the broker refused to declare again.
    func prepare(_ link: AMQPLink, topology: Topology) throws(MessagingError) -> [MessagingError] {
        try require(.openChannel, FixedChannel.control, link)
        var refusals: [MessagingError] = []
        for request in topology.requests {
            if let refusal = try perform(request, FixedChannel.control, link) {
                refusals.append(refusal.asMessagingError)
                try require(.openChannel, FixedChannel.control, link)
            }
        }
        try require(.openChannel, FixedChannel.publishing, link)
        try require(.selectConfirms, FixedChannel.publishing, link)
        return refusals
    }

    private func require(
        _ request: BrokerRequest,
        _ channel: ChannelNumber,
        _ link: AMQPLink
    ) throws(MessagingError) {
        if let refusal = try perform(request, channel, link) { throw refusal.asMessagingError }
    }

    /// Sends a request and waits for the answer; nil when it was granted.
    private func perform(
        _ request: BrokerRequest,
        _ channel: ChannelNumber,
        _ link: AMQPLink
    ) throws(MessagingError) -> BrokerRefusal? {
        try link.send(request, channel: channel)
        let deadline = ContinuousClock.now.advanced(by: configuration.replyTimeout)
        while true {
            let remaining = ContinuousClock.now.duration(to: deadline)
            guard remaining > .zero, let event = try link.nextEvent(within: remaining) else {
                throw MessagingError(.timedOut, reason: "The broker did not answer while a connection was set up.")
            }
            switch event {
            case .reply: return nil
            case .channelClosed(let channel, let refusal):
                try link.confirmChannelClosed(channel)
                return refusal
            case .connectionClosed(let refusal): throw refusal.asMessagingError
            default: continue
            }
        }
    }
}

extension Topology {
    /// The declarations in the order in which they work.
    var requests: [BrokerRequest] {
        exchanges.map { .declareExchange($0) } + queues.map { .declareQueue($0) } + bindings.map { .bind($0) }
    }

    /// Adds what another topology has and this one lacks.
    mutating func formUnion(_ other: Topology) {
        exchanges += other.exchanges.filter { !exchanges.contains($0) }
        queues += other.queues.filter { !queues.contains($0) }
        bindings += other.bindings.filter { !bindings.contains($0) }
    }
}
