import ContractJSON
import ContractRuntime
import GenesysWebhookContract
import ServiceKit
import SharedContract
import SimulatorContract
import Simulators
import Testing

@Suite("Genesys simulator: webhooks")
struct GenesysWebhookTests {
    @Test("an agent's message arrives signed and as the contract says")
    func deliversMessage() async throws {
        let world = GenesysWorld()
        try await world.run { world in
            try await world.setUp()
            let sent = try await Self.send(
                world,
                AgentMessage(
                    integrationId: GenesysWorld.integration, to: GenesysWorld.customer, text: "Grüße",
                    originatingEntity: .bot))
            let webhook = try #require(await world.receiver.webhooks(atLeast: 1).first)
            #expect(webhook.target == "/webhooks/genesys/t1")
            let secret = Secret(GenesysWorld.webhookSecret)
            #expect(WebhookSignature.genesys.isValid(webhook.signature, of: webhook.body, secrets: [secret]))
            let notification = try OutboundNotification(json: webhook.body)
            #expect(notification.id == sent.messageIds.first)
            #expect(notification.channel.messageId.value == notification.id)
            #expect(notification.text == .value("Grüße"))
            #expect(notification.channel.id == GenesysWorld.integration)
            #expect(notification.channel.to.id == GenesysWorld.customer)
            #expect(notification.originatingEntity == .value(.bot))
            #expect(notification.conversationId.value?.count == 36)
        }
    }

    @Test("a published receipt follows each message of a customer, where the integration wants it")
    func deliversReceipts() async throws {
        let world = GenesysWorld()
        try await world.run { world in
            try await world.setUp(receipts: true)
            guard case .ok(let sent) = try await world.send(try await world.credentials()) else {
                Issue.record("refused")
                return
            }
            let webhook = try #require(await world.receiver.webhooks(atLeast: 1).first)
            let notification = try OutboundNotification(json: webhook.body)
            #expect(notification.type == .receipt)
            #expect(notification.id == sent.id.value)
            #expect(notification.status == .value(.published))
            #expect(notification.direction == .value(.inbound))
        }
    }

    @Test("a time-out, 429 or 5xx is tried up to 5 times more, in order")
    func retries() async throws {
        let world = GenesysWorld()
        try await world.run { world in
            try await world.setUp()
            world.receiver.answerNext([nil, 429, 500, 202])
            _ = try await Self.send(
                world,
                AgentMessage(integrationId: GenesysWorld.integration, to: GenesysWorld.customer, text: "t", count: 2))
            let texts = try await world.receiver.webhooks(atLeast: 5).map {
                try JSONValue(parsing: $0.body)["text"]?.string
            }
            #expect(texts == ["t 1", "t 1", "t 1", "t 1", "t 2"])
        }
    }

    @Test("after six failures a webhook is dropped, after a 4xx at once")
    func givesUp() async throws {
        let world = GenesysWorld()
        try await world.run { world in
            try await world.setUp()
            world.receiver.answerNext([500, 500, 500, 500, 500, 500, 404])
            _ = try await Self.send(
                world,
                AgentMessage(integrationId: GenesysWorld.integration, to: GenesysWorld.customer, text: "t", count: 2))
            _ = await world.receiver.webhooks(atLeast: 7)
            while true {
                guard case .ok(let list) = try await world.control.listDeliveries(ListDeliveries.Input(state: .dropped))
                else {
                    return
                }
                if list.total == 2 {
                    #expect(list.items.map(\.attempts.count) == [6, 1])
                    return
                }
                await Task.yield()
            }
        }
    }

    @Test("a message is delivered again on demand, byte for byte")
    func redelivers() async throws {
        let world = GenesysWorld()
        try await world.run { world in
            try await world.setUp()
            _ = try await Self.send(
                world,
                AgentMessage(
                    integrationId: GenesysWorld.integration, to: GenesysWorld.customer, text: "t", redeliver: 2))
            let webhooks = await world.receiver.webhooks(atLeast: 3)
            #expect(Set(webhooks.map(\.body)).count == 1)
        }
    }

    @Test("a raw webhook is signed with the integration's secret in base64")
    func signsRawWebhooks() async throws {
        let world = GenesysWorld()
        try await world.run { world in
            try await world.setUp()
            let body = #"{"type":"Text","text":"Grüße aus dem Hafen"}"#
            let request = RawWebhookRequest(account: GenesysWorld.integration, body: body)
            _ = try await world.control.sendRawWebhook(SendRawWebhook.Input(body: request))
            let webhook = try #require(await world.receiver.webhooks(atLeast: 1).first)
            #expect(webhook.signature == "sha256=lQclcm1yBQkr33lzgbwPS2uX7l322mZapuO+yKyUP5c=")
        }
    }

    @Test("reset forgets messages, deliveries and tokens, and keeps integrations")
    func resets() async throws {
        let world = GenesysWorld()
        try await world.run { world in
            try await world.setUp()
            let credentials = try await world.credentials()
            _ = try await world.send(credentials)
            _ = try await world.control.resetSimulator(ResetSimulator.Input())
            guard case .unauthorized = try await world.send(credentials),
                case .ok = try await world.send(try await world.credentials()),
                case .ok(let received) = try await world.control.listReceivedMessages(ListReceivedMessages.Input())
            else {
                Issue.record("unexpected answer")
                return
            }
            #expect(received.items.map(\.sequence) == [1])
        }
    }

    private static func send(_ world: GenesysWorld, _ message: AgentMessage) async throws -> SentMessages {
        guard case .accepted(let sent) = try await world.control.sendAgentMessage(SendAgentMessage.Input(body: message))
        else {
            Issue.record("not accepted")
            return SentMessages(messageIds: [], deliveries: [])
        }
        return sent
    }
}
