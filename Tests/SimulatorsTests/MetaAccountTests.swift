import ContractRuntime
import SimulatorContract
import Testing
import WhatsAppGraphContract

@Suite("Accounts, tokens and callbacks of the Meta simulator")
struct MetaAccountTests {
    private static let account = "500400300200100"

    @Test("a callback is taken only from a receiver that echoes the challenge for its token")
    func verification() async throws {
        try await MetaWorld().run { world in
            try await world.setUp()
            world.receiver.verify("a%20token")
            let wrong = try await world.subscribe(override: "http://other.test/hook", token: "another")
            #expect(Self.code(wrong) == 2200)
            let right = try await world.subscribe(override: "http://other.test/hook?a=b", token: "a token")
            guard case .ok = right else {
                Issue.record("\(right)")
                return
            }
            #expect(world.receiver.webhooks.map(\.method) == [.get, .get])
            #expect(
                world.receiver.webhooks.last?.target.hasPrefix("/hook?a=b&hub.mode=subscribe&hub.challenge=") == true)
            _ = try await world.write()
            #expect(await world.receiver.webhooks(atLeast: 3).last?.target == "/hook?a=b")
        }
    }

    @Test("a number's own callback is verified as well, and removed by an empty one")
    func numberOverride() async throws {
        try await MetaWorld().run { world in
            try await world.setUp()
            world.receiver.verify("right")
            #expect(Self.code(try await world.override("http://number.test/hook", token: "wrong")) == 2200)
            guard case .ok = try await world.override("http://number.test/hook", token: "right"),
                case .ok = try await world.override("", token: nil)
            else {
                Issue.record("the override was refused")
                return
            }
            #expect(world.receiver.webhooks.count == 2)
        }
    }

    @Test("an override before the app is subscribed is refused, and nobody is told of messages")
    func unsubscribed() async throws {
        try await MetaWorld().run { world in
            try await world.setUp()
            world.receiver.verify("right")
            _ = try await world.graph.unsubscribeApp(.init(version: "v23.0", wabaId: Self.account))
            let sent = try #require(try await world.write())
            #expect(sent.messageIds.count == 1 && sent.deliveries.isEmpty)
            #expect(Self.code(try await world.subscribe(override: "http://other.test/hook", token: "right")) == 100)
            #expect(world.receiver.webhooks.isEmpty)
            guard case .ok = try await world.subscribe(override: nil, token: nil) else {
                Issue.record("the subscription was refused")
                return
            }
            #expect(try await world.write()?.deliveries.count == 1)
        }
    }

    @Test("an expired token is refused with 190 and subcode 463, and debug_token says so")
    func expiry() async throws {
        try await MetaWorld().run { world in
            try await world.setUp(tokenLifetimeSeconds: 60)
            _ = try await world.write()
            guard case .ok = try await world.send(),
                case .ok(let before) = try await world.graph.debugToken(
                    .init(version: "v23.0", inputToken: MetaWorld.token))
            else {
                Issue.record("the token was refused before its time")
                return
            }
            #expect(before.data.isValid)
            #expect(before.data.expiresAt == Int(world.clock.now / 1_000) + 60)
            world.clock.advance(.seconds(60))
            let answer = await world.post(#"{"messaging_product":"whatsapp"}"#)
            #expect(answer.status == 401)
            #expect(answer.json["error"]?["code"]?.int == 190)
            #expect(answer.json["error"]?["error_subcode"]?.int == 463)
        }
    }

    @Test("messages of customers count towards the number's throughput")
    func throughput() async throws {
        try await MetaWorld().run { world in
            try await world.setUp(messagesPerSecond: 3)
            _ = try await world.write(count: 2)
            guard case .ok = try await world.send() else {
                Issue.record("the third message of the second was refused")
                return
            }
            guard case .badRequest(let refusal) = try await world.send() else {
                Issue.record("the fourth message of the second was taken")
                return
            }
            #expect(refusal.error.code == 130429)
        }
    }

    private static func code(_ output: SubscribeApp.Output) -> Int? {
        if case .badRequest(let refusal) = output { refusal.error.code } else { nil }
    }

    private static func code(_ output: UpdatePhoneNumber.Output) -> Int? {
        if case .badRequest(let refusal) = output { refusal.error.code } else { nil }
    }
}

extension MetaWorld {
    fileprivate func subscribe(override url: String?, token: String?) async throws -> SubscribeApp.Output {
        let body = url.map { SubscribeAppRequest(overrideCallbackUri: $0, verifyToken: token) }
        return try await graph.subscribeApp(.init(version: "v23.0", wabaId: "500400300200100", body: body))
    }

    fileprivate func override(_ url: String, token: String?) async throws -> UpdatePhoneNumber.Output {
        let change = CallbackOverride(overrideCallbackUri: url, verifyToken: token)
        return try await graph.updatePhoneNumber(
            .init(version: "v23.0", nodeId: Self.number, body: .init(webhookConfiguration: change)))
    }
}
