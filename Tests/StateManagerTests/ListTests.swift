import ContractRuntime
import SharedContract
import StateManagerContract
import Testing

@testable import StateManager

@Suite("Lists and look-ups", .enabled(if: TestWorld.isAvailable, TestWorld.missing))
struct ListTests {
    @Test("Pages join into the whole list while rows are added")
    func paging() async throws {
        try await TestWorld.run { world in
            let ids = (0..<25).map { "wamid.\($0)" }
            for id in ids { _ = try await world.claim(world.inbound(id)) }
            let mapping = try #require(try await world.story("wamid.0").mapping)
            var seen: [String?] = []
            var cursor: String?
            repeat {
                let input = ListConversationMessages.Input(mappingId: mapping.id, cursor: cursor, limit: 10)
                guard case .ok(let page) = try await world.client.listConversationMessages(input) else {
                    throw Unexpected("no page")
                }
                seen += page.items.map(\.metaMessageId)
                cursor = page.nextCursor
                _ = try await world.claim(world.inbound("wamid.new.\(seen.count)"))
            } while cursor != nil
            #expect(seen == ids.reversed())
        }
    }

    @Test("Conversations are listed by last activity, of one tenant or of all")
    func conversations() async throws {
        try await TestWorld.run { world in
            for number in 1...3 {
                _ = try await world.claim(world.inbound("wamid.\(number)", waId: "49170000000\(number)"))
            }
            guard case .ok(let page) = try await world.client.listConversations(.init(tenantId: world.tenantID)),
                case .ok(let all) = try await world.client.listConversations(.init(limit: 2)),
                case .ok(let none) = try await world.client.listConversations(.init(tenantId: newID()))
            else { throw Unexpected("no list") }
            #expect(page.items.count == 3 && all.items.count == 2 && all.nextCursor != nil && none.items.isEmpty)
        }
    }

    @Test("A cursor of our own making, an unknown conversation and an unknown message are refused")
    func refusals() async throws {
        try await TestWorld.run { world in
            guard case .badRequest = try await world.client.listConversations(.init(cursor: "made-up")),
                case .notFound = try await world.client.listConversationMessages(.init(mappingId: newID())),
                case .notFound = try await world.client.getMessage(.init(id: "nothing")),
                case .notFound = try await world.client.findTracking(.init(tenantId: world.tenantID, id: newID())),
                case .notFound = try await world.client.getDeadLetter(.init(deadLetterId: newID()))
            else { throw Unexpected("something was found") }
        }
    }

    @Test("A message is found by each of its ids, and by its tenant only")
    func tracking() async throws {
        try await TestWorld.run { world in
            let attempt = newID()
            let tracking = try await world.sending(world.inbound("wamid.1"), attempt: attempt)
            _ = try await world.complete(tracking.id, attempt, .accepted(SendAccepted(platformMessageId: "g-1")))
            for id in [tracking.id, "wamid.1", "g-1"] {
                guard case .ok(let found) = try await world.client.findTracking(.init(tenantId: world.tenantID, id: id))
                else { throw Unexpected("not found by \(id)") }
                #expect(found.id == tracking.id)
            }
            guard case .notFound = try await world.client.findTracking(.init(tenantId: newID(), id: "wamid.1")) else {
                throw Unexpected("found for a stranger")
            }
        }
    }

    @Test("Conversations are resolved by conversation id first, then by address")
    func resolve() async throws {
        try await TestWorld.run { world in
            _ = try await world.claim(world.outbound("out-1", to: "+4915112345678", in: "conversation-1"))
            let queries = [
                ConversationQuery(tenantId: world.tenantID, conversationId: "conversation-1", customerAddress: "x"),
                ConversationQuery(tenantId: world.tenantID, customerAddress: "4915112345678"),
                ConversationQuery(tenantId: world.tenantID, conversationId: "conversation-2"),
            ]
            let output = try await world.client.resolveConversations(.init(body: .init(items: queries)))
            guard case .ok(let results) = output, results.results.count == 3,
                case .found(let first) = results.results[0], case .found(let second) = results.results[1],
                case .unknown = results.results[2]
            else { throw Unexpected("\(output)") }
            #expect(first == second)
        }
    }
}
