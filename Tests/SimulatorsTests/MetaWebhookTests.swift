import ContractJSON
import ContractRuntime
import HTTPTypes
import ServiceKit
import SharedContract
import SimulatorContract
import Simulators
import Testing
import WhatsAppWebhookContract

@Suite("Meta simulator: webhooks")
struct MetaWebhookTests {
    @Test("a customer's message arrives signed, escaped and as the contract says")
    func deliversMessage() async throws {
        let world = MetaWorld()
        try await world.run { world in
            try await world.setUp()
            let sent = try #require(try await world.write("Grüße 🥖 a/b"))
            let webhook = try #require(await world.receiver.webhooks(atLeast: 1).first)
            #expect(webhook.target == "/webhooks/whatsapp")
            #expect(
                WebhookSignature.meta.isValid(webhook.signature, of: webhook.body, secrets: [Secret(MetaWorld.secret)]))
            #expect(webhook.text.contains(#"Gr\u00fc\u00dfe \ud83e\udd56 a\/b"#))
            #expect(webhook.body.allSatisfy { $0 < 0x80 })
            let notification = try WebhookNotification(json: webhook.body)
            let change = try #require(notification.entry.first?.value?.changes.first?.value)
            let value = try MessagesValue(json: .object(change.value))
            let message = try #require(value.messages?.first?.value)
            #expect(message.id == sent.messageIds.first)
            #expect(message.from == MetaWorld.customer)
            #expect(message.text?.body == "Grüße 🥖 a/b")
            #expect(value.contacts?.first?.profile?.name == "Zoë")
        }
    }

    @Test("a message object is sent as it is, completed with id, sender and time")
    func deliversRawMessage() async throws {
        let world = MetaWorld()
        try await world.run { world in
            try await world.setUp()
            let object = JSONObject([
                ("type", .string("location")), ("location", .object(JSONObject([("latitude", 1), ("longitude", 2)]))),
                ("novelty", .string("kept")),
            ])
            let message = CustomerMessage(
                phoneNumberId: MetaWorld.number, customer: CustomerIdentity(userId: "US.13491208655302741918"),
                message: object)
            guard
                case .accepted(let sent) = try await world.control.sendCustomerMessage(
                    SendCustomerMessage.Input(body: message))
            else {
                Issue.record("not accepted")
                return
            }
            let webhook = try #require(await world.receiver.webhooks(atLeast: 1).first)
            let delivered = try JSONValue(parsing: webhook.body).value(at: "/entry/0/changes/0/value/messages/0")
            #expect(delivered?["id"]?.string == sent.messageIds.first)
            #expect(delivered?["from_user_id"]?.string == "US.13491208655302741918")
            #expect(delivered?["from"] == nil)
            #expect(delivered?["novelty"]?.string == "kept")
        }
    }

    @Test("statuses follow in order, with the callback data of the message")
    func reportsStatuses() async throws {
        let world = MetaWorld()
        try await world.run { world in
            try await world.setUp(statuses: [.sent, .delivered, .read])
            _ = try await world.write()
            _ = await world.receiver.webhooks(atLeast: 1)
            _ = try await world.send(tracking: "track-1")
            let webhooks = await world.receiver.webhooks(atLeast: 4).dropFirst()
            let statuses = try webhooks.flatMap { try Self.statuses($0.body) }
            #expect(statuses.map(\.status) == [.sent, .delivered, .read])
            #expect(Set(statuses.map(\.id)).count == 1)
            #expect(
                statuses.allSatisfy { $0.bizOpaqueCallbackData == "track-1" && $0.recipientId == MetaWorld.customer })
            #expect(statuses.first?.pricing?.pricingModel == .pmp)
            for webhook in webhooks {
                #expect(webhook.text.contains(#""contacts":[{"wa_id":"\#(MetaWorld.customer)"}]"#))
            }
        }
    }

    @Test("a message outside the customer service window fails with 131047")
    func reportsClosedWindow() async throws {
        let world = MetaWorld()
        try await world.run { world in
            try await world.setUp()
            _ = try await world.send()
            let webhook = try #require(await world.receiver.webhooks(atLeast: 1).first)
            let status = try #require(try Self.statuses(webhook.body).first)
            #expect(status.status == .failed)
            #expect(status.errors?.first?.code == 131047)
            #expect(!webhook.text.contains("contacts"))
        }
    }

    @Test("statuses that are due together share a webhook")
    func batchesStatuses() async throws {
        let world = MetaWorld()
        try await world.setUp(statuses: [.sent])
        _ = try await world.write()
        for _ in 0..<5 { _ = try await world.send() }
        try await world.run { world in
            let webhooks = await world.receiver.webhooks(atLeast: 2)
            let batch = try #require(webhooks.first { $0.text.contains("\"statuses\"") })
            #expect(try Self.statuses(batch.body).count == 5)
        }
    }

    @Test("a webhook is tried again until 200, and a customer's messages stay in order")
    func retries() async throws {
        let world = MetaWorld()
        try await world.run { world in
            try await world.setUp()
            world.receiver.answerNext([503, nil, 204])
            _ = try await world.write("text", count: 3)
            let webhooks = await world.receiver.webhooks(atLeast: 6)
            let texts = try webhooks.map {
                try JSONValue(parsing: $0.body).value(at: "/entry/0/changes/0/value/messages/0/text/body")?.string
            }
            #expect(texts == ["text 1", "text 1", "text 1", "text 1", "text 2", "text 3"])
            let deliveries = try await Self.settled(world, count: 3)
            #expect(deliveries.first?.attempts.map(\.status) == [503, nil, 204, 200])
            #expect(deliveries.first?.attempts[1].failure?.hasPrefix("outcomeUnknown") == true)
        }
    }

    @Test("a webhook holds several messages and is delivered again on demand")
    func batchesAndRedelivers() async throws {
        let world = MetaWorld()
        try await world.run { world in
            try await world.setUp()
            let sent = try await world.write("text", count: 5, batch: 3, redeliver: 1)
            #expect(sent?.messageIds.count == 5)
            #expect(sent?.deliveries.count == 2)
            let webhooks = await world.receiver.webhooks(atLeast: 4)
            #expect(webhooks[0].body == webhooks[1].body)
            #expect(webhooks[2].body == webhooks[3].body)
        }
    }

    @Test(
        "raw webhooks are signed with the vectors of Meta's algorithm",
        arguments: [
            (
                #"{"object":"whatsapp_business_account","entry":[]}"#,
                "sha256=dec6a680679a968e7e0319355b23599cbfc54502c0784668e9618baa0c633756"
            ),
            (
                #"{"object": "whatsapp_business_account", "entry": []}"#,
                "sha256=56cbbaf4961c6cfdae48b7f116c047e5eb513d2c931baae63a2bc1afd26f803a"
            ),
        ])
    func signsVectors(body: String, signature: String) async throws {
        let world = MetaWorld()
        try await world.run { world in
            try await world.setUp()
            try await Self.raw(world, RawWebhookRequest(account: MetaWorld.number, body: body))
            let webhook = try #require(await world.receiver.webhooks(atLeast: 1).first)
            #expect(webhook.text == body)
            #expect(webhook.signature == signature)
        }
    }

    @Test("raw webhooks carry any bytes, a forged, a malformed or no signature, and go once where that is asked for")
    func deliversRawWebhooks() async throws {
        let world = MetaWorld()
        try await world.run { world in
            try await world.setUp()
            world.receiver.answerNext([401, 401, 401])
            let bytes: [UInt8] = [0x7B, 0xFF, 0xFE]
            for mode in [SignatureMode.forged, .malformed, .missing] {
                let request = RawWebhookRequest(
                    account: MetaWorld.number, bodyBase64: Base64.encode(bytes),
                    url: "http://elsewhere.test/other?q=1", signature: mode, retry: false)
                try await Self.raw(world, request)
            }
            let deliveries = try await Self.settled(world, count: 3)
            #expect(deliveries.allSatisfy { $0.state == .dropped && $0.attempts.count == 1 })
            let webhooks = world.receiver.webhooks
            #expect(webhooks.allSatisfy { $0.body == bytes && $0.target == "/other?q=1" })
            #expect(webhooks.count { $0.signature == nil } == 1)
            #expect(
                !webhooks.contains {
                    WebhookSignature.meta.isValid($0.signature, of: bytes, secrets: [Secret(MetaWorld.secret)])
                })
        }
    }

    @Test("a raw webhook opens the customer service window")
    func rawWebhookOpensWindow() async throws {
        let world = MetaWorld(MetaSimulatorConfiguration(refusesClosedWindowAtOnce: true))
        try await world.setUp()
        let body = """
            {"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"metadata":
            {"phone_number_id":"\(MetaWorld.number)"},"messages":[{"from":"\(MetaWorld.customer)","id":"wamid.raw"}]}}]}]}
            """
        try await Self.raw(world, RawWebhookRequest(account: MetaWorld.number, body: body))
        guard case .ok = try await world.send() else {
            Issue.record("the window is closed")
            return
        }
    }

    @Test("the control interface refuses what does not fit")
    func refusesControl() async throws {
        let world = MetaWorld()
        try await world.setUp()
        let both = RawWebhookRequest(account: MetaWorld.number, body: "x", bodyBase64: "eA==")
        guard case .badRequest = try await world.control.sendRawWebhook(SendRawWebhook.Input(body: both)),
            case .notFound = try await world.control.sendRawWebhook(
                SendRawWebhook.Input(body: RawWebhookRequest(account: "other", body: "x"))),
            case .notFound = try await world.control.sendAgentMessage(
                SendAgentMessage.Input(body: AgentMessage(integrationId: "i", to: "1", text: "x")))
        else {
            Issue.record("not refused")
            return
        }
    }

    private static func raw(_ world: MetaWorld, _ request: RawWebhookRequest) async throws {
        guard case .accepted = try await world.control.sendRawWebhook(SendRawWebhook.Input(body: request)) else {
            Issue.record("not accepted")
            return
        }
    }

    private static func statuses(_ body: [UInt8]) throws -> [MessageStatus] {
        let notification = try WebhookNotification(json: body)
        let change = try #require(notification.entry.first?.value?.changes.first?.value)
        return try MessagesValue(json: .object(change.value)).statuses?.compactMap(\.value) ?? []
    }

    /// Waits until so many webhooks are settled.
    static func settled(_ world: MetaWorld, count: Int) async throws -> [WebhookDelivery] {
        while true {
            if case .ok(let list) = try await world.control.listDeliveries(ListDeliveries.Input()),
                list.items.count(where: { $0.state != .pending }) >= count
            {
                return list.items
            }
            await Task.yield()
        }
    }
}
