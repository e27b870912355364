import ContractJSON
import ContractRuntime
import SimulatorContract
import Simulators
import Testing
import WhatsAppGraphContract

@Suite("Meta simulator: templates, reactions, prices and accounts")
struct MetaLimitsTests {
    @Test(
        "a template is taken as it was approved only: by name, language and number of values",
        arguments: [
            (#"{"name":"again","language":{"code":"en_US"},"components":[\#(Self.body(1))]}"#, 200, nil),
            (#"{"name":"again","language":{"code":"de"},"components":[\#(Self.body(1))]}"#, 404, 132001),
            (#"{"name":"never","language":{"code":"en_US"},"components":[\#(Self.body(1))]}"#, 404, 132001),
            (#"{"name":"again","language":{"code":"en_US"},"components":[\#(Self.body(2))]}"#, 400, 132000),
            (#"{"name":"again","language":{"code":"en_US"}}"#, 400, 132000),
        ])
    func judgesTemplates(template: String, status: Int, code: Int?) async throws {
        let world = MetaWorld()
        try await world.setUp(templates: [SimulatedTemplate(name: "again", language: "en_US", bodyParameters: 1)])
        let answer = await world.post(
            #"{"messaging_product":"whatsapp","to":"15550123456","type":"template","template":\#(template)}"#)
        #expect(answer.status == status)
        #expect(answer.json.value(at: "/error/code")?.int == code)
    }

    private static func body(_ values: Int) -> String {
        let parameters = Array(repeating: #"{"type":"text","text":"x"}"#, count: values).joined(separator: ",")
        return #"{"type":"body","parameters":[\#(parameters)]}"#
    }

    @Test("approved templates are listed")
    func listsTemplates() async throws {
        let world = MetaWorld()
        try await world.setUp(templates: [SimulatedTemplate(name: "again", language: "en_US", bodyParameters: 1)])
        guard
            case .ok(let list) = try await world.graph.listTemplates(
                ListTemplates.Input(version: "v23.0", wabaId: "500400300200100"))
        else {
            Issue.record("no list")
            return
        }
        #expect(list.data.map(\.name) == ["again"])
        #expect(list.data.map(\.status) == ["APPROVED"])
    }

    @Test("a reaction needs a message of the last 30 days that is no reaction, and can't be a reply")
    func judgesReactions() async throws {
        let world = MetaWorld()
        try await world.setUp()
        let received = try #require(try await world.write()?.messageIds.first)
        func react(to id: String, with extra: String = "") async -> ContractResponse {
            await world.post(
                #"{"messaging_product":"whatsapp","to":"15550123456","type":"reaction",\#(extra)"#
                    + #""reaction":{"message_id":"\#(id)","emoji":"👍"}}"#)
        }
        let accepted = await react(to: received)
        #expect(accepted.status == 200)
        let reaction = try #require(accepted.json.value(at: "/messages/0/id")?.string)
        for answer in [
            await react(to: "wamid.unheard"), await react(to: reaction),
            await react(to: received, with: #""context":{"message_id":"\#(received)"},"#),
        ] {
            #expect(answer.status == 400)
            #expect(answer.json.value(at: "/error/code")?.int == 131009)
        }
        world.clock.advance(.seconds(30 * 86_400))
        #expect(await react(to: received).status == 400)
    }

    @Test("a message of more than 30 days ago can't be marked as read any more")
    func forgetsOldMessages() async throws {
        let world = MetaWorld()
        try await world.setUp()
        let id = try #require(try await world.write()?.messageIds.first)
        let mark = #"{"messaging_product":"whatsapp","status":"read","message_id":"\#(id)"}"#
        world.clock.advance(.seconds(30 * 86_400 - 1))
        #expect(await world.post(mark).status == 200)
        world.clock.advance(.seconds(1))
        #expect(await world.post(mark).status == 400)
    }

    @Test(
        "the price comes with sent and with the first of delivered and read",
        arguments: [
            ([SimulatedStatus.sent, .delivered, .read], [true, true, false]), ([.sent, .read], [true, true]),
        ])
    func pricesStatuses(statuses: [SimulatedStatus], priced: [Bool]) async throws {
        let world = MetaWorld()
        try await world.run { world in
            try await world.setUp(statuses: statuses)
            _ = try await world.write()
            _ = try await world.send()
            let webhooks = await world.receiver.webhooks(atLeast: 1 + statuses.count)
            let reported = try webhooks.compactMap {
                try JSONValue(parsing: $0.body).value(at: "/entry/0/changes/0/value/statuses/0")
            }
            #expect(reported.map { $0["status"]?.string } == statuses.map(\.rawValue))
            #expect(reported.map { $0["pricing"] != nil } == priced)
        }
    }

    @Test("5,000 calls an hour about an account are taken; the next is refused with 80007")
    func limitsManagement() async throws {
        let world = MetaWorld()
        try await world.setUp()
        let request = ContractRequest(
            method: .get, target: "/v23.0/500400300200100/subscribed_apps",
            headers: [.authorization: "Bearer \(MetaWorld.token)"])
        for _ in 0..<5_000 {
            let answer = await world.table.respond(to: request, traceparent: TraceContext.make())
            #expect(answer.status == 200)
        }
        let refused = await world.table.respond(to: request, traceparent: TraceContext.make())
        #expect(refused.status == 400)
        #expect(refused.json.value(at: "/error/code")?.int == 80007)
        guard case .ok = try await world.send() else {
            Issue.record("messages are refused as well")
            return
        }
        world.clock.advance(.seconds(1))
        #expect(await world.table.respond(to: request, traceparent: TraceContext.make()).status == 200)
    }
}
