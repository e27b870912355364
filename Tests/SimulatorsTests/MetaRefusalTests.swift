import ContractJSON
import ContractRuntime
import SimulatorContract
import Simulators
import Testing
import WhatsAppGraphContract

@Suite("Meta simulator: refusals")
struct MetaRefusalTests {
    @Test("an accepted message is answered with its wamid and contact")
    func acceptsMessage() async throws {
        let world = MetaWorld()
        try await world.setUp()
        guard case .ok(.sendMessageResponse(let response)) = try await world.send(to: "+1 (555) 012-3456") else {
            Issue.record("not accepted")
            return
        }
        #expect(response.messages.first?.id.hasPrefix("wamid.") == true)
        #expect(response.contacts?.first?.input == "+1 (555) 012-3456")
        #expect(response.contacts?.first?.waId == MetaWorld.customer)
    }

    @Test("an unknown token is refused with 401 and code 190, none with 104")
    func refusesTokens() async throws {
        let world = MetaWorld()
        try await world.setUp()
        guard case .unauthorized(let error) = try await world.send(token: "another") else {
            Issue.record("not refused")
            return
        }
        #expect(error.error.code == 190)
        #expect(error.error.type == .oAuthException)
        let response = await world.post("{}", token: nil)
        #expect(response.status == 401)
        #expect(response.json.value(at: "/error/code")?.int == 104)
    }

    @Test("an unknown number is refused with 400, code 100 and subcode 33")
    func refusesUnknownNumber() async throws {
        let world = MetaWorld()
        try await world.setUp()
        guard case .badRequest(let error) = try await world.send(number: "999") else {
            Issue.record("not refused")
            return
        }
        #expect(error.error.code == 100)
        #expect(error.error.errorSubcode == 33)
    }

    @Test(
        "a request that breaks the contract is refused as a Graph error",
        arguments: [
            (#"{"to":"15550123456","text":{"body":"x"}}"#, 100, "messaging_product"),
            (#"{"messaging_product":"whatsapp","text":{"body":"x"}}"#, 100, "to"),
            (#"{"messaging_product":"whatsapp","to":"15550123456","type":"text"}"#, 131008, "missing"),
            (#"{"messaging_product":"whatsapp","to":"15550123456","type":"text","text":{}}"#, 131008, "missing"),
            (
                #"{"messaging_product":"whatsapp","to":"15550123456","type":"image","image":{"id":7}}"#, 131009,
                "not valid"
            ),
            (#"{"messaging_product":"whatsapp","to":"15550123456","type":"teapot","teapot":{}}"#, 100, "type"),
            (#"{"messaging_product":"sms","to":"15550123456","text":{"body":"x"}}"#, 100, "messaging_product"),
            (#"{"messaging_product":"whatsapp","to":"call me","text":{"body":"x"}}"#, 100, "to"),
            (#"{"messaging_product":"#, 100, "Invalid parameter"),
            (#"{"messaging_product":"whatsapp","status":"read"}"#, 100, "message_id"),
            (
                #"{"messaging_product":"whatsapp","status":"read","message_id":"wamid.unheard"}"#, 100,
                "Invalid parameter"
            ),
            (#"{"messaging_product":"whatsapp","to":"15550001000","text":{"body":"x"}}"#, 131021, "sender"),
        ])
    func refusesBrokenRequest(body: String, code: Int, word: String) async throws {
        let world = MetaWorld()
        try await world.setUp()
        let response = await world.post(body)
        #expect(response.status == 400)
        #expect(response.json.value(at: "/error/code")?.int == code)
        #expect(response.json.value(at: "/error/message")?.string?.contains(word) == true)
        #expect(response.json.value(at: "/error/fbtrace_id")?.string != nil)
    }

    @Test(
        "what no schema says of interactive messages and templates is refused as well",
        arguments: [
            (
                ##""interactive":{"type":"button","body":{"text":"?"},"action":{"buttons":[{"type":"reply","reply":{"id":"1","title":"A"}},{"type":"reply","reply":{"id":"1","title":"B"}}]}}"##,
                131009
            ),
            (
                ##""interactive":{"type":"button","body":{"text":"?"},"action":{"buttons":[{"type":"reply","reply":{"id":"1","title":"A"}},{"type":"reply","reply":{"id":"2","title":"A"}}]}}"##,
                131009
            ),
            (
                ##""template":{"name":"t","language":{"code":"en"},"components":[{"type":"body","parameters":[{"type":"text","text":"a\nb"}]}]}"##,
                132018
            ),
        ])
    func refusesBrokenRules(member: String, code: Int) async throws {
        let world = MetaWorld()
        try await world.setUp()
        let type = member.contains("template") ? "template" : "interactive"
        let response = await world.post(
            #"{"messaging_product":"whatsapp","to":"15550123456","type":"\#(type)",\#(member)}"#)
        #expect(response.status == 400)
        #expect(response.json.value(at: "/error/code")?.int == code)
    }

    @Test("more than ten rows in all sections of a list are refused")
    func refusesLongLists() async throws {
        let world = MetaWorld()
        try await world.setUp()
        func list(_ rows: Int) -> String {
            let sections = (0..<rows).map { ##"{"title":"S\##($0)","rows":[{"id":"\##($0)","title":"R"}]}"## }
            let half = sections.prefix(10).joined(separator: ",")
            let last = ##"{"id":"9","title":"R"}"##
            let body = rows > 10 ? half.replacing(last, with: last + ##",{"id":"more","title":"R"}"##) : half
            return
                ##"{"messaging_product":"whatsapp","to":"15550123456","type":"interactive","interactive":{"type":"list","body":{"text":"?"},"action":{"button":"Open","sections":[\##(body)]}}}"##
        }
        #expect(await world.post(list(10)).status == 200)
        let refused = await world.post(list(11))
        #expect(refused.status == 400)
        #expect(refused.json.value(at: "/error/code")?.int == 131009)
    }

    @Test("a text of 4,097 characters is refused as too long")
    func refusesLongText() async throws {
        let world = MetaWorld()
        try await world.setUp()
        let text = String(repeating: "x", count: 4_097)
        let response = await world.post(
            #"{"messaging_product":"whatsapp","to":"15550123456","text":{"body":"\#(text)"}}"#)
        #expect(response.json.value(at: "/error/message")?.string == "(#100) Param text['body'] is too long.")
    }

    @Test("more messages than the number's throughput are refused with 130429, and accepted a second later")
    func limitsThroughput() async throws {
        let world = MetaWorld()
        try await world.setUp(messagesPerSecond: 3)
        for index in 0..<3 {
            guard case .ok = try await world.send(to: "1555000200\(index)") else {
                Issue.record("message \(index) refused")
                return
            }
        }
        guard case .badRequest(let error) = try await world.send(to: "15550002009") else {
            Issue.record("not refused")
            return
        }
        #expect(error.error.code == 130429)
        world.clock.advance(.seconds(1))
        guard case .ok = try await world.send(to: "15550002009") else {
            Issue.record("still refused")
            return
        }
    }

    @Test("after a burst of 45 to one user, 131056 follows; one more is taken after 6 s; others are not affected")
    func limitsPair() async throws {
        let world = MetaWorld()
        try await world.setUp(messagesPerSecond: 1_000)
        for _ in 0..<45 { _ = try await world.send() }
        guard case .badRequest(let error) = try await world.send() else {
            Issue.record("not refused")
            return
        }
        #expect(error.error.code == 131056)
        guard case .ok = try await world.send(to: "15550009999") else {
            Issue.record("another user is affected")
            return
        }
        world.clock.advance(.seconds(6))
        guard case .ok = try await world.send(), case .badRequest = try await world.send() else {
            Issue.record("not one message per 6 s")
            return
        }
    }

    @Test("the pair limit can be switched off")
    func pairLimitOff() async throws {
        let world = MetaWorld(MetaSimulatorConfiguration(enforcesPairLimit: false))
        try await world.setUp(messagesPerSecond: 1_000)
        for index in 0..<60 {
            guard case .ok = try await world.send() else {
                Issue.record("message \(index) refused")
                return
            }
        }
    }

    @Test("outside the 24 hours a message is refused with 131047 where that is asked for")
    func refusesClosedWindow() async throws {
        let world = MetaWorld(MetaSimulatorConfiguration(refusesClosedWindowAtOnce: true))
        try await world.setUp()
        guard case .badRequest(let error) = try await world.send() else {
            Issue.record("not refused")
            return
        }
        #expect(error.error.code == 131047)
        _ = try await world.write()
        guard case .ok = try await world.send() else {
            Issue.record("refused within the window")
            return
        }
        world.clock.advance(.seconds(24 * 3_600 + 1))
        guard case .badRequest = try await world.send() else {
            Issue.record("accepted after the window")
            return
        }
    }

    @Test("a received message can be marked as read, with typing")
    func marksRead() async throws {
        let world = MetaWorld()
        try await world.setUp()
        let id = try #require(try await world.write()?.messageIds.first)
        let body =
            #"{"messaging_product":"whatsapp","status":"read","message_id":"\#(id)","typing_indicator":{"type":"text"}}"#
        #expect(await world.post(body).json["success"]?.bool == true)
        guard
            case .ok(let received) = try await world.control.listReceivedMessages(
                ListReceivedMessages.Input(kind: .typing))
        else {
            Issue.record("no list")
            return
        }
        #expect(received.items.first?.platformMessageId == id)
    }

    @Test("debug_token tells a good token from another")
    func debugsTokens() async throws {
        let world = MetaWorld()
        try await world.setUp()
        guard
            case .ok(let good) = try await world.graph.debugToken(
                DebugToken.Input(version: "v23.0", inputToken: MetaWorld.token)),
            case .ok(let bad) = try await world.graph.debugToken(DebugToken.Input(version: "v23.0", inputToken: "x"))
        else {
            Issue.record("no answer")
            return
        }
        #expect(good.data.isValid)
        #expect(good.data.granularScopes?.first?.targetIds == ["500400300200100"])
        #expect(!bad.data.isValid)
    }

    @Test("number, account and subscriptions can be read")
    func readsNodes() async throws {
        let world = MetaWorld()
        try await world.setUp()
        guard
            case .ok(.phoneNumber(let number)) = try await world.graph.getNode(
                GetNode.Input(version: "v23.0", nodeId: MetaWorld.number)),
            case .ok(let list) = try await world.graph.listPhoneNumbers(
                ListPhoneNumbers.Input(version: "v23.0", wabaId: "500400300200100")),
            case .ok(let apps) = try await world.graph.listSubscribedApps(
                ListSubscribedApps.Input(version: "v23.0", wabaId: "500400300200100")),
            case .badRequest = try await world.graph.listPhoneNumbers(
                ListPhoneNumbers.Input(version: "v23.0", wabaId: "1"))
        else {
            Issue.record("unexpected answer")
            return
        }
        #expect(number.displayPhoneNumber == "15550001000")
        #expect(list.data.map(\.id) == [MetaWorld.number])
        #expect(apps.data.count == 1)
    }
}
