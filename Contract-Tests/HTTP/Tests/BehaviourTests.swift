import ContractJSON
import ContractRuntime
import HTTPTypes
import ShowcaseContract
import Testing

/// Security, retries, pages, webhooks and callbacks of generated clients and servers over TCP.
@Suite("Behaviour over HTTP", .timeLimit(.minutes(1)))
struct BehaviourTests {
    private static let login = ClientCredentials.Basic(user: "ann", password: "a:b ü")

    @Test(
        "one of several schemes satisfies, two together where the contract says so",
        arguments: [
            (ShowcaseCredentials(token: "the token"), "token" as String?),
            (ShowcaseCredentials(login: login, partner: "p&1"), "partner"),
            (ShowcaseCredentials(session: "s;1"), "session"),
            (ShowcaseCredentials(login: login), nil),
            (ShowcaseCredentials(partner: "p&1"), nil),
            (ShowcaseCredentials(token: "another"), nil),
            (ShowcaseCredentials(login: login, partner: "p"), nil),
            (ShowcaseCredentials(), nil),
        ])
    func security(credentials: ShowcaseCredentials, expected: String?) async throws {
        try await withShowcase { client, _ in
            let output = try await client.secured(Secured.Input(), credentials: credentials.credentials)
            switch output {
            case .ok(let echo): #expect(echo.seen == [expected ?? "refused"])
            case .undocumented(let response):
                #expect(expected == nil && response.status == 401)
                #expect(response.headers[.wwwAuthenticate] == "Bearer, Basic realm=\"login\"")
            }
        }
    }

    @Test("a call is tried again with one key until it is answered")
    func retries() async throws {
        let service = ShowcaseService()
        try await withShowcase(service) { client, _ in
            guard case .ok(let echo) = try await client.callFlaky(CallFlaky.Input(body: Point(x: 3))) else {
                throw Unexpected("no answer")
            }
            #expect(echo.seen == ["3"])
        }
        let keys = service.notes.withLock { $0 }
        #expect(keys.count == 3 && Set(keys).count == 1 && keys[0].count == 32)
    }

    @Test("a call is given up after its last attempt, and where the server asks for too long a wait")
    func givingUp() async throws {
        let service = ShowcaseService()
        try await withShowcase(service) { client, _ in
            guard case .serviceUnavailable = try await client.callFlaky(CallFlaky.Input(body: Point(x: 100))) else {
                throw Unexpected("answered")
            }
            #expect(service.notes.withLock { $0.count } == 4)
            guard case .serviceUnavailable(let wait) = try await client.callFlaky(CallFlaky.Input(body: Point(x: 999)))
            else { throw Unexpected("answered") }
            #expect(wait == 3_600 && service.notes.withLock { $0.count } == 5)
            #expect(CallFlaky.options.timeout == .seconds(5))
        }
    }

    @available(*, deprecated)
    private func pages(_ client: ShowcaseClient, from cursor: String?) async throws -> [String] {
        var items: [String] = []
        for try await page in client.listItemsPages(ListItems.Input(cursor: cursor)) {
            guard case .ok(let body) = page else { throw Unexpected(page) }
            items += body.items
        }
        return items
    }

    @available(*, deprecated)
    @Test("pages are asked for one after the other")
    func pagination() async throws {
        try await withShowcase { client, _ in
            let all = try await pages(client, from: nil)
            let rest = try await pages(client, from: "2")
            #expect(all == ["item 0", "item 1", "item 2", "item 3"] && rest == ["item 2", "item 3"])
        }
    }

    @Test("webhooks and callbacks are sent and received, callbacks at the address that was asked for")
    func callbacks() async throws {
        let service = ShowcaseService()
        try await withShowcase(service) { _, transport in
            let caller = ShowcaseCallbackClient(transport: transport)
            _ = try await caller.itemAdded(ItemAdded.Input(body: Point(x: 1)), path: ItemAdded.description.template)
            _ = try await caller.subscribeChanged(
                SubscribeChanged.Input(body: Point(x: 2)), path: "/hooks/mine/changed?a=1")
            guard
                case .undocumented(let response) = try await caller.subscribeChanged(
                    SubscribeChanged.Input(body: Point(x: 2)), path: "/nowhere")
            else { throw Unexpected("found") }
            #expect(response.status == 404)
        }
        #expect(service.notes.withLock { $0 } == ["added 1", "changed 2"])
    }

    @Test("operations are described for routing, without callbacks")
    func descriptions() {
        #expect(ShowcaseOperations.all.count == 17)
        let subscribe = ShowcaseOperations.all.first { $0.operationID == "subscribe" }
        #expect(
            subscribe?.audience == "public" && subscribe?.method == .post && subscribe?.template == "/subscriptions")
        #expect(
            Secured.description.security.map { $0.map(\.scheme) } == [["token"], ["login", "partner"], ["session"]])
        #expect(SendParts.description.bodyLimit == 20 << 20)
    }
}
