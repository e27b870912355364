import ContractJSON
import ContractRuntime
import GenesysAPIServiceContract
import SharedContract
import Testing

@Suite("Sending a message to Genesys")
struct SendMessageTests {
    @Test("a message that is taken is recorded with both ids and answered with them")
    func accepted() async throws {
        let world = World(json(200, taken()))
        #expect(
            try await world.send()
                == .accepted(.init(platformMessageId: "genesys-1", conversationId: "conversation-1"))
        )
        #expect(world.ledger.with { $0.results } == ["accepted"])
        let request = try #require(world.platform.requests.first)
        #expect(request.target.hasSuffix("/\(World.integrationID)/inbound/open/message?prefetchConversationId=true"))
        #expect(request.headers[.authorization] == "Bearer token-1")
        let body = try JSONValue(parsing: await request.body.collect(limit: 100_000))
        #expect(body.value(at: "/channel/messageId") == .string(World.wamid))
        #expect(body.value(at: "/channel/from/nickname") == "Test Person")
    }

    @Test("a message sent before is answered with its id and not sent again")
    func alreadyAccepted() async throws {
        let world = World(json(200, taken()))
        _ = try await world.send()
        #expect(
            try await world.send()
                == .accepted(.init(platformMessageId: "genesys-1", conversationId: "conversation-1"))
        )
        #expect(world.posts == 1)
    }

    @Test("a refused token is replaced once")
    func refresh() async throws {
        let world = World(json(401, #"{"code":"bad.credentials","status":401}"#), json(202, taken()))
        guard case .accepted = try await world.send() else { return #expect(Bool(false)) }
        #expect(world.platform.requests.map { $0.headers[.authorization] } == ["Bearer token-1", "Bearer token-2"])
    }

    @Test("a token that is refused twice is an authentication failure")
    func unauthorized() async throws {
        let refusal = json(401, #"{"code":"bad.credentials","status":401}"#)
        let world = World(refusal, refusal)
        guard case .authentication(let failure) = try await world.send() else { return #expect(Bool(false)) }
        #expect(failure.code == "bad.credentials")
        #expect(world.ledger.with { $0.results } == ["authentication"])
    }

    @Test("a refused credential is an authentication failure before anything is begun")
    func credentialRefused() async throws {
        let world = World(isCredentialRefused: true)
        guard case .authentication = try await world.send() else { return #expect(Bool(false)) }
        #expect(world.ledger.with { $0.begun }.isEmpty)
    }

    @Test("Retry-After is passed on")
    func throttled() async throws {
        let world = World(json(429, #"{"code":"too.many.requests.retry.after","status":429}"#, retryAfter: "42"))
        guard case .throttled(let failure) = try await world.send() else { return #expect(Bool(false)) }
        #expect(failure.retryAfterSeconds == 42)
        // Nothing of the same client is sent meanwhile.
        guard case .throttled(let meanwhile) = try await world.send() else { return #expect(Bool(false)) }
        #expect(meanwhile.retryAfterSeconds > 30 && meanwhile.scope == .tenant)
        #expect(world.posts == 1)
    }

    @Test("a Retry-After that is a date is waited for; one that is past asks for no wait")
    func throttledUntil() async throws {
        let refusal = #"{"code":"too.many.requests.retry.after","status":429}"#
        let far = World(json(429, refusal, retryAfter: "Fri, 31 Dec 9999 23:59:59 GMT"))
        guard case .throttled(let failure) = try await far.send() else { return #expect(Bool(false)) }
        #expect(failure.retryAfterSeconds == 86_400 && failure.scope == .tenant)
        let past = World(json(429, refusal, retryAfter: "Sun, 06 Nov 1994 08:49:37 GMT"))
        guard case .throttled(let none) = try await past.send() else { return #expect(Bool(false)) }
        #expect(none.retryAfterSeconds == 0)
    }

    @Test("typing leaves half of the budget to receipts and messages, receipts leave a fifth to messages")
    func priorities() async throws {
        // Twenty at once; what comes back while the test runs is little.
        let world = World(requestsPerMinute: 100)
        var (typing, receipts, messages) = (0, 0, 0)
        func taken(_ send: () async throws -> Bool) async throws -> Int {
            var count = 0
            while try await send() { count += 1 }
            return count
        }
        func isThrottled(_ outcome: SignalOutcome) -> Bool { if case .throttled = outcome { true } else { false } }
        typing = try await taken { try await !isThrottled(world.type()) }
        receipts = try await taken { try await !isThrottled(world.tell()) }
        // Each asks the platform once; what it answers is no matter here.
        let asked = world.platform.requests.count
        for _ in 0..<4 { _ = try await world.send() }
        messages = world.platform.requests.count - asked
        #expect((10...12).contains(typing) && (6...8).contains(receipts), "\(typing) \(receipts)")
        #expect(messages == 4)
    }

    @Test(
        "refusals are classified by what they say",
        arguments: [
            (400, "permanent"), (403, "authentication"), (404, "permanent"), (413, "permanent"), (408, "transient"),
            (500, "unknown"), (502, "unknown"), (503, "unknown"), (504, "unknown"),
        ]
    )
    func classified(status: Int, result: String) async throws {
        let world = World(json(status, #"{"code":"some.code","status":\#(status)}"#))
        _ = try await world.send()
        #expect(world.ledger.with { $0.results } == [result])
    }

    @Test("a gateway's page is classified by its status")
    func page() async throws {
        let world = World(json(503, "<html>"))
        guard case .unknown = try await world.send() else { return #expect(Bool(false)) }
        let limited = World(json(429, "<html>", retryAfter: "7"))
        guard case .throttled(let failure) = try await limited.send() else { return #expect(Bool(false)) }
        #expect(failure.retryAfterSeconds == 7)
    }

    @Test("no connection is transient and is sent again")
    func notConnected() async throws {
        let world = World(lost(.notConnected), json(200, taken()))
        guard case .transient = try await world.send() else { return #expect(Bool(false)) }
        guard case .accepted = try await world.send() else { return #expect(Bool(false)) }
    }

    @Test("a success without an id is an unknown outcome")
    func withoutID() async throws {
        let world = World(json(200, taken(id: nil)))
        guard case .unknown = try await world.send() else { return #expect(Bool(false)) }
        #expect(world.ledger.with { $0.openAttempt != nil })
    }

    @Test("a result that could not be recorded is recorded by the next call, without a look-up")
    func lateRecord() async throws {
        let world = World(json(200, taken()))
        world.ledger.with { $0.isDownForResults = true }
        guard case .unknown = try await world.send() else { return #expect(Bool(false)) }
        world.ledger.with { $0.isDownForResults = false }
        guard case .accepted = try await world.send() else { return #expect(Bool(false)) }
        #expect(world.platform.requests.count == 1)
    }
}

@Suite("Reconciling with Genesys")
struct ReconciliationTests {
    private static let conversation = """
        {"id":"conversation-1","participants":[{"purpose":"customer","state":"connected",
        "messages":[{"messageId":"genesys-0","messageTime":"2026-09-21T14:13:00.000Z"},
        {"messageId":"genesys-1","messageTime":"2026-09-21T14:13:20.000Z"}]}]}
        """

    private static func details(_ id: String, source: String) -> String {
        """
        {"id":"\(id)","timestamp":"2026-09-21T14:13:20.000Z","status":"received","textBody":"Hello",
        "conversationId":"conversation-1",
        "normalizedMessage":{"id":"\(id)","type":"Text","channel":{"messageId":"\(source)"}}}
        """
    }

    @Test("a message that is in the conversation is not sent again")
    func found() async throws {
        let world = World(lost(.outcomeUnknown))
        world.ledger.with { $0.conversationID = "conversation-1" }
        guard case .unknown = try await world.send() else { return #expect(Bool(false)) }
        world.platform.then(
            json(200, Self.conversation),
            json(200, Self.details("genesys-1", source: World.wamid))
        )
        let outcome = try await world.send()
        #expect(outcome == .accepted(.init(platformMessageId: "genesys-1", conversationId: "conversation-1")))
        #expect(world.posts == 1)
        #expect(world.ledger.with { $0.results } == ["unknown", "accepted"])
    }

    @Test("a message that Genesys took before it failed is not sent again")
    func takenBeforeFailure() async throws {
        let world = World(json(503, #"{"code":"service.unavailable","status":503}"#))
        world.ledger.with { $0.conversationID = "conversation-1" }
        guard case .unknown = try await world.send() else { return #expect(Bool(false)) }
        world.platform.then(
            json(200, Self.conversation),
            json(200, Self.details("genesys-1", source: World.wamid))
        )
        guard case .accepted = try await world.send() else { return #expect(Bool(false)) }
        #expect(world.posts == 1)
    }

    @Test("a message that is not there is sent again, once the attempt had time to settle")
    func absent() async throws {
        let world = World(lost(.outcomeUnknown))
        world.ledger.with { $0.conversationID = "conversation-1" }
        _ = try await world.send()
        let others = [
            json(200, Self.conversation), json(200, Self.details("genesys-1", source: "another")),
            json(200, Self.details("genesys-0", source: "a third")),
        ]
        for answer in others { world.platform.then(answer) }
        guard case .unknown = try await world.send() else { return #expect(Bool(false)) }
        #expect(world.posts == 1)
        world.time.advance(seconds: 20)
        for answer in others { world.platform.then(answer) }
        world.platform.then(json(200, taken(id: "genesys-2")))
        guard case .accepted(let accepted) = try await world.send() else { return #expect(Bool(false)) }
        #expect(accepted.platformMessageId == "genesys-2")
        #expect(world.posts == 2)
    }

    @Test("a crash between intent and result, without a conversation, waits for a receipt before sending again")
    func withoutConversation() async throws {
        let world = World(json(200, taken()))
        world.ledger.with {
            $0.openAttempt = (
                "b0a6f3de-0b7e-4a7f-8a6d-2f3d7d0f5c21", DateTime(millisecondsSinceEpoch: 1_789_000_000_000)
            )
        }
        guard case .unknown = try await world.send() else { return #expect(Bool(false)) }
        world.time.advance(seconds: 31)
        guard case .accepted = try await world.send() else { return #expect(Bool(false)) }
        #expect(world.posts == 1)
    }

    @Test("a receipt that came meanwhile is proof enough")
    func proven() async throws {
        let world = World()
        world.ledger.with {
            $0.openAttempt = (
                "b0a6f3de-0b7e-4a7f-8a6d-2f3d7d0f5c21", DateTime(millisecondsSinceEpoch: 1_789_000_000_000)
            )
        }
        _ = try await world.send()
        world.ledger.with { $0.accepted = SendAccepted(platformMessageId: "genesys-9") }
        #expect(try await world.send() == .accepted(.init(platformMessageId: "genesys-9")))
        #expect(world.posts == 0)
    }
}

@Suite("Signals to Genesys")
struct SignalTests {
    private func receipt(_ world: World, _ status: ReceiptStatus) async throws -> SignalOutcome {
        let output = try await world.client.sendReceipt(
            .init(
                body: SendReceiptRequest(
                    tenantId: World.tenantID,
                    trackingId: World.trackingID,
                    integrationId: World.integrationID,
                    genesysMessageId: "genesys-1",
                    to: GenesysAddress(id: "49151000001", idType: .phone),
                    status: status,
                    reasons: status == .failed ? [ReceiptReason(code: .messageExpired, message: "late")] : nil,
                    isFinal: true,
                    occurredAt: DateTime(millisecondsSinceEpoch: 1_790_000_000_000)
                )
            )
        )
        guard case .ok(let outcome) = output else { throw World.Unexpected(output: "\(output)") }
        return outcome
    }

    private static func answer(_ status: String) -> String {
        #"{"id":"r","channel":{"to":{"id":"i"},"from":{"id":"49151000001"},"time":"2026-11-20T09:15:30.000Z"},"#
            + #""type":"Receipt","status":"\#(status)","direction":"Outbound"}"#
    }

    @Test("a receipt is taken")
    func receipt() async throws {
        let world = World(json(200, Self.answer("Delivered")))
        #expect(try await receipt(world, .delivered) == .accepted(.init()))
        let body = try JSONValue(parsing: await #require(world.platform.requests.first).body.collect(limit: 10_000))
        #expect(body.value(at: "/channel/to/id") == "49151000001")
        #expect(body.value(at: "/status") == "Delivered")
    }

    @Test("a receipt of delivery that is taken and marked as failed is an error")
    func failed() async throws {
        let world = World(json(200, Self.answer("Failed")))
        guard case .permanent = try await receipt(world, .delivered) else { return #expect(Bool(false)) }
    }

    @Test("a receipt of failure has its reason")
    func reasons() async throws {
        let world = World(json(202, Self.answer("Failed")))
        #expect(try await receipt(world, .failed) == .accepted(.init()))
        let body = try JSONValue(parsing: await #require(world.platform.requests.first).body.collect(limit: 10_000))
        #expect(body.value(at: "/reasons/0/code") == "MessageExpired")
    }
}
