import ContractJSON
import ContractRuntime
import SharedContract
import Testing
import WhatsAppAPIServiceContract

@Suite("Sending a message to WhatsApp")
struct SendMessageTests {
    private func body(_ world: World) async throws -> JSONValue {
        let request = try #require(world.platform.requests.last)
        return try JSONValue(parsing: await request.body.collect(limit: 100_000))
    }

    @Test("a message carries our tracking id and is recorded with its wamid")
    func accepted() async throws {
        let world = try World(json(200, taken))
        #expect(
            try await world.send()
                == .accepted(
                    .init(platformMessageId: "wamid.SENT1", recipient: CustomerIdentity(waId: "49151000001"))
                )
        )
        #expect(world.ledger.with { $0.results } == ["accepted"])
        #expect(world.platform.requests.first?.target == "/v25.0/100555000111222/messages")
        let sent = try await body(world)
        #expect(sent.value(at: "/biz_opaque_callback_data") == .string(World.trackingID))
        #expect(sent.value(at: "/to") == "+49151000001")
        #expect(sent.value(at: "/text/body") == "Hello")
    }

    @Test("a customer without number is addressed by user id")
    func userID() async throws {
        let world = try World(json(200, taken))
        _ = try await world.send(to: CustomerIdentity(userId: "DE.42"))
        let sent = try await body(world)
        #expect(sent.value(at: "/recipient") == "DE.42")
        #expect(sent.value(at: "/to") == nil)
    }

    @Test("media and templates are sent as what they are")
    func otherKinds() async throws {
        let world = try World(json(200, taken))
        _ = try await world.send(
            .media(.init(mediaType: .document, mediaId: "900", caption: "Bill", filename: "bill.pdf"))
        )
        #expect(try await body(world).value(at: "/document/filename") == "bill.pdf")
        let other = try World(json(200, taken))
        _ = try await other.send(
            .template(
                .init(
                    name: "order_update",
                    language: "de",
                    components: [
                        .body(.init(parameters: [.init(text: "4711")])),
                        .button(.init(kind: .quickReply, index: 0, value: "track")),
                    ]
                )
            )
        )
        let sent = try await body(other)
        #expect(sent.value(at: "/template/language/code") == "de")
        #expect(sent.value(at: "/template/components/0/parameters/0/text") == "4711")
        #expect(sent.value(at: "/template/components/1/sub_type") == "quick_reply")
    }

    @Test("a message sent before is answered with its id and not sent again")
    func alreadyAccepted() async throws {
        let world = try World(json(200, taken))
        _ = try await world.send()
        #expect(try await world.send() == .accepted(.init(platformMessageId: "wamid.SENT1")))
        #expect(world.platform.requests.count == 1)
    }

    @Test("a refused token is replaced once, and refused again it is an authentication failure")
    func refresh() async throws {
        let world = try World(graphError(401, 190), json(200, taken))
        guard case .accepted = try await world.send() else { return #expect(Bool(false)) }
        #expect(world.platform.requests.map { $0.headers[.authorization] } == ["Bearer token-1", "Bearer token-2"])
        let refused = try World(graphError(401, 190), graphError(401, 190))
        guard case .authentication(let failure) = try await refused.send() else { return #expect(Bool(false)) }
        #expect(failure.code == "190")
        let forbidden = try World(graphError(403, 250), graphError(403, 250))
        guard case .authentication(let missing) = try await forbidden.send() else { return #expect(Bool(false)) }
        #expect(missing.code == "250")
    }

    @Test(
        "errors are classified by code",
        arguments: [
            (400, 131_047, "permanent"), (400, 130_429, "throttled"), (500, 131_016, "transient"),
            (500, 131_000, "unknown"), (400, 470, "permanent"), (400, 429, "throttled"), (403, 368, "permanent"),
            (400, 987_654, "permanent"), (500, 987_654, "unknown"),
        ]
    )
    func classified(status: Int, code: Int, result: String) async throws {
        let world = try World(graphError(status, code))
        _ = try await world.send()
        #expect(world.ledger.with { $0.results } == [result])
    }

    @Test("when WhatsApp asks a number to wait, nothing of it is sent meanwhile; a pair's wait is its own")
    func numberWaits() async throws {
        let world = try World(graphError(400, 130_429))
        guard case .throttled(let asked) = try await world.send() else { return #expect(Bool(false)) }
        guard case .throttled(let failure) = try await world.send(to: CustomerIdentity(waId: "49151000002")) else {
            return #expect(Bool(false))
        }
        #expect(asked.scope == .number && failure.scope == .number && failure.retryAfterSeconds > 3)
        #expect(world.platform.requests.count == 1)
        let pair = try World(graphError(400, 131_056), json(200, taken))
        guard case .throttled(let own) = try await pair.send() else { return #expect(Bool(false)) }
        guard case .accepted = try await pair.send(to: CustomerIdentity(waId: "49151000002")) else {
            return #expect(Bool(false))
        }
        #expect(own.scope == .recipient)
    }

    @Test(
        "a Retry-After of whatever stands before WhatsApp is waited for, in seconds or until a date",
        arguments: [
            ("7", 7), ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400), ("Sun, 06 Nov 1994 08:49:37 GMT", 0), ("soon", 5),
        ])
    func retryAfter(_ field: String, _ seconds: Double) async throws {
        for body in [#"{"error":{"message":"custom limit","code":613}}"#, "<html>Too many requests</html>"] {
            let world = try World(json(429, body, retryAfter: field))
            guard case .throttled(let failure) = try await world.send() else { return #expect(Bool(false)) }
            #expect(failure.retryAfterSeconds == seconds, "\(body)")
        }
    }

    @Test("the pair limit asks for growing waits")
    func pairLimit() async throws {
        let world = try World(graphError(400, 131_056), graphError(400, 131_056), graphError(400, 131_056))
        var waits: [Double] = []
        for _ in 0..<3 {
            guard case .throttled(let failure) = try await world.send() else { return #expect(Bool(false)) }
            waits.append(failure.retryAfterSeconds)
        }
        #expect(waits == [1, 4, 16])
    }

    @Test("no connection is transient; an answer that is no JSON is unknown")
    func transport() async throws {
        guard case .transient = try await World(lost(.notConnected)).send() else { return #expect(Bool(false)) }
        guard case .unknown = try await World(json(502, "<html>")).send() else { return #expect(Bool(false)) }
        guard case .unknown = try await World(json(200, "<html>")).send() else { return #expect(Bool(false)) }
    }

    @Test("after a lost answer nothing is sent until the window is over")
    func window() async throws {
        let world = try World(lost(.outcomeUnknown), json(200, taken))
        guard case .unknown = try await world.send() else { return #expect(Bool(false)) }
        guard case .unknown = try await world.send() else { return #expect(Bool(false)) }
        world.time.advance(seconds: 29)
        guard case .unknown = try await world.send() else { return #expect(Bool(false)) }
        #expect(world.platform.requests.count == 1)
        world.time.advance(seconds: 2)
        guard case .accepted = try await world.send() else { return #expect(Bool(false)) }
        #expect(world.platform.requests.count == 2)
    }

    @Test("while statuses are recorded late, a lost answer is waited for as much longer")
    func lateStatuses() async throws {
        let world = try World(lost(.outcomeUnknown), json(200, taken))
        guard case .unknown = try await world.send() else { return #expect(Bool(false)) }
        world.ledger.with { $0.evidenceLagMilliseconds = 60_000 }
        guard case .unknown = try await world.send() else { return #expect(Bool(false)) }
        world.time.advance(seconds: 89)
        guard case .unknown = try await world.send() else { return #expect(Bool(false)) }
        world.ledger.with { $0.evidenceLagMilliseconds = nil }
        guard case .accepted = try await world.send() else { return #expect(Bool(false)) }
    }

    @Test("a status that proves the lost send ends the wait without another one")
    func proof() async throws {
        let world = try World(lost(.outcomeUnknown))
        _ = try await world.send()
        world.ledger.with { $0.accepted = SendAccepted(platformMessageId: "wamid.PROVEN") }
        #expect(try await world.send() == .accepted(.init(platformMessageId: "wamid.PROVEN")))
        #expect(world.platform.requests.count == 1)
    }

    /// Sends at these times, in seconds after the attempt without a result was begun.
    /// - Returns: When it was taken for lost and sent again; nil: never.
    private static func sentAgain(
        _ times: [Int], reach: (_ second: Int) -> Int64?
    ) async throws -> Int? {
        let world = try World(json(200, taken))
        let begun = world.time.now
        world.ledger.with { $0.openAttempt = ("b0a6f3de-0b7e-4a7f-8a6d-2f3d7d0f5c21", begun) }
        var elapsed = 0
        for time in times {
            world.time.advance(seconds: Int64(time - elapsed))
            elapsed = time
            let reached = reach(time)
            world.ledger.with { $0.statusesReachSeconds = reached }
            if case .accepted = try await world.send() { return time }
        }
        return nil
    }

    @Test("an attempt from before a crash gets a whole window from when it is met, and no less than the crash lasted")
    func crash() async throws {
        #expect(try await Self.sentAgain([5, 34, 35]) { _ in 10 } == 35)
        #expect(try await Self.sentAgain([100, 130, 180, 199, 200]) { _ in 10 } == 200)
        // But not for longer than five minutes.
        #expect(try await Self.sentAgain([9_000, 9_080, 9_160, 9_240, 9_299, 9_300]) { _ in 10 } == 9_300)
    }

    @Test("while no later status of any message was recorded, an attempt is taken for lost after five minutes only")
    func quiet() async throws {
        let times = [1, 31, 61, 121, 181, 241, 300, 301]
        #expect(try await Self.sentAgain(times) { _ in nil } == 301)
        #expect(try await Self.sentAgain(times) { _ in 4 } == 301)
        #expect(try await Self.sentAgain(times) { _ in 5 } == 31)
    }

    @Test("when statuses come in again after an interruption, as much time again passes as it lasted")
    func interruption() async throws {
        let times = [1, 20, 40, 60, 79, 80]
        #expect(try await Self.sentAgain(times) { $0 < 40 ? nil : Int64($0) } == 80)
    }

    @Test("when the relay was away, the wait begins anew and is no shorter than what had passed")
    func silence() async throws {
        #expect(try await Self.sentAgain([1, 20, 120, 180, 239, 240]) { _ in 10 } == 240)
        #expect(try await Self.sentAgain([1, 20, 110]) { _ in 10 } == 110)
    }

    @Test("a result that could not be recorded is recorded by the next call, without waiting")
    func lateRecord() async throws {
        let world = try World(json(200, taken))
        world.ledger.with { $0.isDownForResults = true }
        guard case .unknown = try await world.send() else { return #expect(Bool(false)) }
        world.ledger.with { $0.isDownForResults = false }
        guard case .accepted = try await world.send() else { return #expect(Bool(false)) }
        #expect(world.platform.requests.count == 1)
    }

    @Test("a read mark may show typing")
    func markRead() async throws {
        let world = try World(json(200, #"{"success":true}"#))
        let output = try await world.client.markRead(
            .init(
                body: MarkReadRequest(
                    tenantId: World.tenantID,
                    phoneNumberId: "100555000111222",
                    wamid: "wamid.X",
                    typing: true
                )
            )
        )
        guard case .ok(.accepted) = output else { return #expect(Bool(false)) }
        let sent = try await body(world)
        #expect(sent.value(at: "/status") == "read")
        #expect(sent.value(at: "/typing_indicator/type") == "text")
    }
}
