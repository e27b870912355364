import ContractJSON
import ContractRuntime
import SharedContract
import Testing
import WhatsAppAPIServiceContract

@Suite("The customer service window")
struct ServiceWindowTests {
    private let template = WhatsAppTemplateDraft(name: "come_back", language: "en")

    private func body(_ world: World) async throws -> JSONValue {
        let request = try #require(world.platform.requests.last)
        return try JSONValue(parsing: await request.body.collect(limit: 100_000))
    }

    @Test("is open until 24 hours after the customer's last message, less a minute", arguments: [0, 86_339, 86_340])
    func edge(seconds: Int64) async throws {
        let world = try World(json(200, taken))
        world.ledger.with { $0.secondsSinceInbound = seconds }
        let outcome = try await world.send()
        if seconds < 86_340 {
            guard case .accepted = outcome else { return #expect(Bool(false)) }
        } else {
            guard case .permanent(let failure) = outcome else { return #expect(Bool(false)) }
            #expect(failure.code == "outside-window")
            #expect(world.ledger.with { $0.results } == ["permanent"])
            #expect(world.platform.requests.isEmpty)
        }
    }

    @Test("is closed for a customer who has never written")
    func never() async throws {
        let world = try World(json(200, taken))
        world.ledger.with { $0.secondsSinceInbound = nil }
        guard case .permanent = try await world.send() else { return #expect(Bool(false)) }
        #expect(world.platform.requests.isEmpty)
    }

    @Test("closed, the tenant's template goes in place of the message")
    func instead() async throws {
        let world = try World(json(200, taken))
        world.ledger.with { $0.secondsSinceInbound = 90_000 }
        guard case .accepted = try await world.send(outsideWindow: template) else { return #expect(Bool(false)) }
        let sent = try await body(world)
        #expect(sent.value(at: "/type") == "template")
        #expect(sent.value(at: "/template/name") == "come_back")
        #expect(sent.value(at: "/biz_opaque_callback_data") == .string(World.trackingID))
    }

    @Test("known to be open is not looked into; known of old it is, because the customer may have written since")
    func hint() async throws {
        let world = try World(json(200, taken), json(200, taken))
        let now = world.time.now.millisecondsSinceEpoch
        _ = try await world.send(windowOpenUntil: DateTime(millisecondsSinceEpoch: now + 1))
        #expect(world.ledger.with { $0.windowsLookedAt } == 0)
        let other = try World(json(200, taken))
        let outcome = try await other.send(
            windowOpenUntil: DateTime(millisecondsSinceEpoch: now - 1), outsideWindow: template)
        guard case .accepted = outcome else { return #expect(Bool(false)) }
        #expect(other.ledger.with { $0.windowsLookedAt } == 1)
        #expect(try await body(other).value(at: "/type") == "text")
    }

    @Test("does not matter for a template")
    func template() async throws {
        let world = try World(json(200, taken))
        world.ledger.with { $0.secondsSinceInbound = nil }
        guard case .accepted = try await world.send(.template(template)) else { return #expect(Bool(false)) }
    }
}

@Suite("Interactive messages for the Graph API")
struct InteractiveMessageTests {
    private func sent(_ draft: WhatsAppMessageDraft) async throws -> JSONValue {
        let world = try World(json(200, taken))
        guard case .accepted = try await world.send(draft) else { throw World.Unexpected(output: "not accepted") }
        let request = try #require(world.platform.requests.last)
        return try JSONValue(parsing: await request.body.collect(limit: 100_000))
    }

    @Test("buttons with a picture above")
    func buttons() async throws {
        let body = try await sent(
            .buttons(
                .init(
                    header: .media(.init(mediaType: .image, link: "https://img.example.com/a.png")), body: "Which?",
                    footer: "Soon", buttons: [.init(id: "g/1", title: "Yes")], replyTo: "wamid.in")))
        #expect(body.value(at: "/type") == "interactive")
        #expect(body.value(at: "/interactive/type") == "button")
        #expect(body.value(at: "/interactive/header/image/link") == "https://img.example.com/a.png")
        #expect(body.value(at: "/interactive/body/text") == "Which?")
        #expect(body.value(at: "/interactive/footer/text") == "Soon")
        #expect(body.value(at: "/interactive/action/buttons/0/type") == "reply")
        #expect(body.value(at: "/interactive/action/buttons/0/reply/id") == "g/1")
        #expect(body.value(at: "/context/message_id") == "wamid.in")
    }

    @Test("lists")
    func list() async throws {
        let rows = [ListChoice(id: "g/1", title: "One", description: "The first")]
        let body = try await sent(
            .list(.init(header: "Top", body: "Which?", button: "Open", sections: [.init(title: "S", rows: rows)])))
        #expect(body.value(at: "/interactive/type") == "list")
        #expect(body.value(at: "/interactive/header/text") == "Top")
        #expect(body.value(at: "/interactive/action/button") == "Open")
        #expect(body.value(at: "/interactive/action/sections/0/title") == "S")
        #expect(body.value(at: "/interactive/action/sections/0/rows/0/description") == "The first")
    }

    @Test("links")
    func link() async throws {
        let body = try await sent(
            .link(.init(header: .text(.init(text: "T")), body: "B", label: "Go", url: "https://a.example.com/")))
        #expect(body.value(at: "/interactive/type") == "cta_url")
        #expect(body.value(at: "/interactive/action/name") == "cta_url")
        #expect(body.value(at: "/interactive/action/parameters/display_text") == "Go")
        #expect(body.value(at: "/interactive/action/parameters/url") == "https://a.example.com/")
    }

    @Test("places, with coordinates as strings")
    func location() async throws {
        let body = try await sent(.location(.init(latitude: 54.32, longitude: -10.5, name: "Quay")))
        #expect(body.value(at: "/type") == "location")
        #expect(body.value(at: "/location/latitude") == "54.32")
        #expect(body.value(at: "/location/longitude") == "-10.5")
        #expect(body.value(at: "/location/name") == "Quay")
    }
}
