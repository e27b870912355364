import ContractJSON
import ServiceKit
import SimulatorContract
import Simulators
import Testing

@Suite("Recorded webhooks")
struct ReplayTests {
    @Test("a recorded notification of Meta keeps every byte but addressee, customer, ids and times")
    func meta() async throws {
        let recording = #"""
            {"object": "whatsapp_business_account","entry":[{"id":"77","changes":[{"value":{
              "messaging_product":"whatsapp","metadata":{"display_phone_number":"15559999999","phone_number_id":"88"},
              "contacts":[{"profile":{"name":"Z\u00f6e"},"wa_id":"4915550100"}],
              "messages":[{"from":"4915550100","id":"wamid.A\/B==","timestamp":"1700000000","type":"text",
                "text":{"body":"88 \u00fcber \"88\""}}]},"field":"messages"}]}]}
            """#
        try await MetaWorld().run { world in
            try await world.setUp()
            let request = ReplayRequest(account: MetaWorld.number, body: recording, customer: MetaWorld.customer)
            guard case .accepted(let replayed) = try await world.control.replayWebhook(.init(body: request)) else {
                return #expect(Bool(false), "not accepted")
            }
            let webhook = try #require(await world.receiver.webhooks(atLeast: 1).first)
            let id = try #require(replayed.messageIds.first)
            #expect(id.hasPrefix("wamid.") && id != "wamid.A/B==")
            let expected = #"""
                {"object": "whatsapp_business_account","entry":[{"id":"500400300200100","changes":[{"value":{
                  "messaging_product":"whatsapp","metadata":{"display_phone_number":"15550001000","phone_number_id":"100200300400500"},
                  "contacts":[{"profile":{"name":"Z\u00f6e"},"wa_id":"15550123456"}],
                  "messages":[{"from":"15550123456","id":"\#(id)","timestamp":"\#(world.clock.now / 1_000)","type":"text",
                    "text":{"body":"88 \u00fcber \"88\""}}]},"field":"messages"}]}]}
                """#
            #expect(webhook.text == expected)
        }
    }

    @Test("a recorded notification of Genesys goes to the conversation that is named")
    func genesys() async throws {
        let recording = #"""
            {"id":"7d3f0b9a2c4e6f8091a3b5c7d9e1f203","channel":{"id":"i-1","platform":"Open","type":"Private",
            "messageId":"7d3f0b9a2c4e6f8091a3b5c7d9e1f203","to":{"id":"c-1","idType":"Opaque"},
            "from":{"nickname":"Harbour Books","id":"i-1","idType":"Opaque"},"time":"2026-03-11T08:15:42.118Z"},
            "type":"Text","text":"Ready.","originatingEntity":"Human","direction":"Outbound","conversationId":"k-1"}
            """#
        try await GenesysWorld().run { world in
            try await world.setUp()
            let request = ReplayRequest(
                account: GenesysWorld.integration, body: recording, customer: "15550123456", conversationId: "k-2")
            guard case .accepted(let replayed) = try await world.control.replayWebhook(.init(body: request)) else {
                return #expect(Bool(false), "not accepted")
            }
            let webhook = try #require(await world.receiver.webhooks(atLeast: 1).first)
            let document = try JSONValue(parsing: webhook.body)
            #expect(document["id"]?.string == replayed.messageIds.first)
            #expect(document.value(at: "/channel/messageId") == document["id"])
            #expect(document["id"]?.string != "7d3f0b9a2c4e6f8091a3b5c7d9e1f203")
            #expect(document.value(at: "/channel/from/id")?.string == GenesysWorld.integration)
            #expect(document.value(at: "/channel/to/id")?.string == "15550123456")
            #expect(document["conversationId"] == "k-2")
            #expect(document.value(at: "/channel/from/nickname") == "Harbour Books")
        }
    }

    @Test("a recording that is no JSON is delivered as it is; a receipt keeps the id that it is about")
    func unchanged() async throws {
        try await GenesysWorld().run { world in
            try await world.setUp()
            let receipt = #"{"id":"m-1","type":"Receipt","direction":"Inbound","status":"Published"}"#
            for body in ["no \"JSON", receipt] {
                let request = ReplayRequest(account: GenesysWorld.integration, body: body)
                _ = try await world.control.replayWebhook(.init(body: request))
            }
            let bodies = await world.receiver.webhooks(atLeast: 2).map { String(decoding: $0.body, as: UTF8.self) }
            #expect(Set(bodies) == ["no \"JSON", receipt])
        }
    }
}

@Suite("Limits at the start")
struct StartSettingsTests {
    @Test("a number that names no throughput has the one that the simulator was started with")
    func throughput() async throws {
        try await MetaWorld(MetaSimulatorConfiguration(messagesPerSecond: 2)).run { world in
            let number = SimulatedNumber(
                wabaId: "500400300200100", accessToken: MetaWorld.token, appSecret: MetaWorld.secret,
                callbackUrl: "http://relay.test:8080/webhooks/whatsapp")
            _ = try await world.control.putNumber(.init(phoneNumberId: MetaWorld.number, body: number))
            for _ in 0..<2 {
                guard case .ok = try await world.send() else { return #expect(Bool(false), "refused too early") }
            }
            if case .ok = try await world.send() { #expect(Bool(false), "not refused") }
        }
    }

    @Test("faults given at the start meet the first calls")
    func faults() async throws {
        let fault = Fault.status(StatusFault(operation: "sendMessage", status: 503))
        try await MetaWorld(MetaSimulatorConfiguration(faults: [fault])).run { world in
            try await world.setUp()
            if case .ok = try await world.send() { #expect(Bool(false), "the fault was not met") }
            guard case .ok = try await world.send() else { return #expect(Bool(false), "the fault was met twice") }
        }
    }
}
