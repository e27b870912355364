import ContractJSON
import ContractRuntime
import GenesysAPIServiceContract
import SharedContract
import Testing

@Suite("Answering a structured message of Genesys")
struct StructuredResponseTests {
    private static let answer = StructuredAnswer(
        kind: .datePicker, text: "2026-03-12T10:00:00Z", payload: "slot-1", originatingMessageId: "genesys-out")

    private static func body(_ request: ContractRequest?) async throws -> JSONValue {
        try JSONValue(parsing: await #require(request).body.collect(limit: 100_000))
    }

    @Test("a choice is a structured response to the message it answers")
    func accepted() async throws {
        let world = World(json(200, taken(conversation: nil).replacing("Text", with: "Structured")))
        #expect(try await world.send(answer: Self.answer) == .accepted(.init(platformMessageId: "genesys-1")))
        let request = world.platform.requests.first
        #expect(request?.target.hasSuffix("/\(World.integrationID)/inbound/open/structured/response") == true)
        let body = try await Self.body(request)
        #expect(body.value(at: "/originatingMessageId") == "genesys-out")
        #expect(body.value(at: "/buttonResponse/type") == "DatePicker")
        #expect(body.value(at: "/buttonResponse/text") == "2026-03-12T10:00:00Z")
        #expect(body.value(at: "/buttonResponse/payload") == "slot-1")
        #expect(body.value(at: "/channel/messageId") == .string(World.wamid))
    }

    @Test("refused as an answer, the words go as a message", arguments: [400, 404])
    func refused(status: Int) async throws {
        let world = World(json(status, #"{"code":"not.found","status":404}"#), json(200, taken()))
        guard case .accepted(let accepted) = try await world.send(answer: Self.answer) else {
            return #expect(Bool(false))
        }
        #expect(accepted.conversationId == "conversation-1")
        #expect(world.platform.requests.count == 2)
        #expect(world.ledger.with { $0.results } == ["accepted"])
        #expect(try await Self.body(world.platform.requests.last).value(at: "/text") == "Hello")
    }

    @Test("what may pass is not turned into words", arguments: [(429, "throttled"), (503, "unknown")])
    func passing(status: Int, result: String) async throws {
        let world = World(json(status, #"{"code":"x","status":503}"#, retryAfter: "7"))
        _ = try await world.send(answer: Self.answer)
        #expect(world.platform.requests.count == 1)
        #expect(world.ledger.with { $0.results } == [result])
    }
}
