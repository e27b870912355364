import ContractJSON
import ContractRuntime
import ServiceKit
import SharedContract
import SimulatorContract
import StateManagerContract

/// One exchange through the relay: a customer's text to the agent, the agent's answer to the customer.
struct DemoConversation: Sendable {
    /// Longest time of a hop.
    static let patience = Duration.seconds(30)

    let tenant: DemoTenant
    let tenantID: String
    let recordings: DemoRecordings
    let meta: SimulatorClient
    let genesys: SimulatorClient
    /// state-manager as the gateway shows it.
    let state: StateManagerClient

    /// Replays the customer's text as Meta does and waits until Genesys has it.
    /// - Returns: The message's wamid and what Genesys received.
    func sendInbound() async throws -> (wamid: String, received: ReceivedMessage) {
        let hop = "customer → Meta → relay → Genesys"
        let before = try await lastReceived(genesys, account: tenant.integrationID)
        let recording = recordings.customerText
        let request = ReplayRequest(account: tenant.phoneNumberID, body: recording.body, customer: tenant.customer)
        let output = try await meta.replayWebhook(ReplayWebhook.Input(body: request))
        guard case .accepted(let replayed) = output, let wamid = replayed.messageIds.first else {
            throw DemoFailure.refused("Meta simulator: replay a webhook", output)
        }
        let received = try await waiting {
            try await receivedMessage(genesys, account: tenant.integrationID, after: before, text: recording.text)
        }
        if let received { return (wamid, received) }
        throw DemoFailure(
            hop: hop,
            reason: try await explanation(of: wamid, webhook: replayed.delivery.sequence, on: meta, "Meta's webhook"))
    }

    /// Replays the agent's answer as Genesys does, in the conversation that the text began, and waits until Meta has it and the relay knows that it was delivered.
    /// - Returns: The answer's id at Genesys and what Meta received.
    func sendOutbound(to received: ReceivedMessage) async throws -> (messageID: String, received: ReceivedMessage) {
        let hop = "agent → Genesys → relay → Meta"
        let before = try await lastReceived(meta, account: tenant.phoneNumberID)
        let recording = recordings.agentText
        let request = ReplayRequest(
            account: tenant.integrationID, body: recording.body, customer: received.customer,
            conversationId: received.conversationId)
        let output = try await genesys.replayWebhook(ReplayWebhook.Input(body: request))
        guard case .accepted(let replayed) = output, let id = replayed.messageIds.first else {
            throw DemoFailure.refused("Genesys simulator: replay a webhook", output)
        }
        let arrived = try await waiting {
            try await receivedMessage(meta, account: tenant.phoneNumberID, after: before, text: recording.text)
        }
        guard let arrived else {
            throw DemoFailure(
                hop: hop,
                reason: try await explanation(
                    of: id, webhook: replayed.delivery.sequence, on: genesys, "Genesys's webhook"))
        }
        let isDelivered: Bool? = try await waiting {
            try await story(id).flatMap { $0.tracking.status == .delivered || $0.tracking.status == .read ? true : nil }
        }
        guard isDelivered == true else {
            let status = try await story(id)?.tracking.status.rawValue ?? "unknown"
            throw DemoFailure(
                hop: "Meta's statuses → relay",
                reason:
                    "the message arrived, but the relay has it as \(status) instead of delivered; look at the status "
                    + "webhooks (GET /simulator/deliveries of the Meta simulator) and inbound-transformer")
        }
        return (id, arrived)
    }

    /// What the relay recorded about a message; nil if it does not know it.
    func story(_ id: String) async throws -> MessageStory? {
        let output = try await DemoFailure.naming("relay: GET /api/v1/messages") {
            try await state.getMessage(GetMessage.Input(id: id, tenantId: tenantID))
        }
        switch output {
        case .ok(let story): return story
        case .notFound: return nil
        case let other: throw DemoFailure.refused("relay: GET /api/v1/messages", other)
        }
    }

    // MARK: Waiting

    func waiting<Value>(_ look: () async throws -> Value?) async throws -> Value? {
        let deadline = ContinuousClock.now + Self.patience
        while true {
            if let value = try await look() { return value }
            guard ContinuousClock.now < deadline else { return nil }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private func lastReceived(_ simulator: SimulatorClient, account: String) async throws -> Int {
        try await received(simulator, account: account, after: 0, limit: 5_000).last?.sequence ?? 0
    }

    private func receivedMessage(
        _ simulator: SimulatorClient, account: String, after sequence: Int, text: String
    ) async throws -> ReceivedMessage? {
        try await received(simulator, account: account, after: sequence, limit: 1_000).first { $0.text == text }
    }

    private func received(
        _ simulator: SimulatorClient, account: String, after sequence: Int, limit: Int
    ) async throws -> [ReceivedMessage] {
        let input = ListReceivedMessages.Input(account: account, kind: .message, after: sequence, limit: limit)
        let output = try await DemoFailure.naming("simulator: GET /simulator/received-messages") {
            try await simulator.listReceivedMessages(input)
        }
        guard case .ok(let messages) = output else {
            throw DemoFailure.refused("simulator: GET /simulator/received-messages", output)
        }
        return messages.items
    }

    /// Says how far a message came.
    private func explanation(
        of id: String, webhook sequence: Int, on simulator: SimulatorClient, _ webhook: String
    ) async throws -> String {
        let input = ListDeliveries.Input(after: sequence - 1, limit: 1)
        guard case .ok(let deliveries) = try await simulator.listDeliveries(input),
            let delivery = deliveries.items.first
        else { return "\(webhook) is not on record" }
        guard delivery.state == .delivered else {
            let last = delivery.attempts.last
            let answer =
                last.map { $0.status.map { "answered \($0)" } ?? $0.failure ?? "no answer" } ?? "no attempt yet"
            return "\(webhook) was not accepted after \(counted(delivery.attempts.count, "attempt")) (\(answer)); "
                + "look at api-gateway and the webhook service behind it"
        }
        guard let story = try await story(id) else {
            return "\(webhook) was accepted, but nobody claimed message \(id); look at the webhook service's worker, "
                + "the queues and the transformer"
        }
        if let held = story.held {
            return "message \(id) is held for \(held.platform.rawValue)"
                + (held.cause.map { ": \($0.reason)" } ?? ", behind earlier ones")
                + "; `waba-genesys holds list` tells since when, `waba-genesys holds release` lets it follow"
        }
        let failure = story.tracking.lastFailure.map { " (\($0.code ?? "no code"): \($0.reason))" } ?? ""
        return
            "message \(id) is \(story.tracking.status.rawValue) after \(counted(story.tracking.attempts, "attempt"))\(failure); "
            + "look at the API service that sends it"
    }
}
