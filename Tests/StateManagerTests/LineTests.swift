import ContractRuntime
import Database
import RelayCacheContract
import SharedContract
import StateManagerContract
import Testing

@testable import StateManager

@Suite("Numbers of a tenant", .enabled(if: TestWorld.isAvailable, TestWorld.missing))
struct LineTests {
    private let channel = newID()

    private func on(_ channelID: String?, _ request: ClaimRequest) -> ClaimRequest {
        switch request {
        case .inbound(var claim):
            claim.channelId = channelID
            return .inbound(claim)
        case .outbound(var claim):
            claim.channelId = channelID
            return .outbound(claim)
        }
    }

    private func mapping(_ world: TestWorld, _ request: ClaimRequest) async throws -> ConversationMapping {
        try #require(try await world.claim(request).first?.mapping)
    }

    @Test("A customer who writes to two numbers has two conversations, under the same address in Genesys")
    func twoConversations() async throws {
        try await TestWorld.run { world in
            let first = try await mapping(world, world.inbound("wamid.1", userId: "DE.U1", name: "Kim"))
            let second = try await mapping(world, on(channel, world.inbound("wamid.2", userId: "DE.U1", name: "Kim")))
            #expect(first.id != second.id && first.channelId == nil && second.channelId == channel)
            #expect(first.genesysAddress == second.genesysAddress)
            #expect(try await mapping(world, world.inbound("wamid.3")).id == first.id)
            let byPerson = world.inbound("wamid.4", waId: nil, userId: "DE.U1")
            #expect(try await mapping(world, on(channel, byPerson)).id == second.id)
            let third = try await mapping(world, on(newID(), world.inbound("wamid.5")))
            #expect(![first.id, second.id].contains(third.id))
        }
    }

    @Test("An agent's message goes to the customer of its own number, found by address or made")
    func outbound() async throws {
        try await TestWorld.run { world in
            let first = try await mapping(world, world.inbound("wamid.1"))
            let second = try await mapping(world, on(channel, world.inbound("wamid.2")))
            #expect(try await mapping(world, world.outbound("out-1", in: "conversation-1")).id == first.id)
            let answer = world.outbound("out-2", in: "conversation-2")
            #expect(try await mapping(world, on(channel, answer)).id == second.id)
            // A conversation of the other number says nothing here.
            let crossed = try await mapping(world, on(channel, world.outbound("out-3", in: "conversation-1")))
            #expect(crossed.id == second.id)
            let made = try await mapping(world, on(channel, world.outbound("out-4", to: "+491700000099")))
            #expect(made.channelId == channel)
            #expect(try await mapping(world, world.inbound("wamid.6", waId: "491700000099")).id != made.id)
        }
    }

    @Test("What WhatsApp tells of a recipient stays with the number that sent")
    func completed() async throws {
        try await TestWorld.run { world in
            let attempt = newID()
            let tracking = try await world.sending(on(channel, world.outbound("out-1")), attempt: attempt)
            let other = try await mapping(world, world.inbound("wamid.1", userId: "DE.U1"))
            let accepted = SendAccepted(
                platformMessageId: "wamid.out", recipient: CustomerIdentity(waId: "491700000001", userId: "DE.U1"))
            let result = try await world.complete(tracking.id, attempt, .accepted(accepted))
            guard case .recorded(let recorded) = result, let mapping = recorded.mapping else {
                throw Unexpected("none")
            }
            #expect(mapping.channelId == channel && mapping.customer.userId == "DE.U1" && mapping.id != other.id)
        }
    }

    @Test("A customer who changes the number moves on the line that they told it on")
    func moved() async throws {
        try await TestWorld.run { world in
            let first = try await mapping(world, world.inbound("wamid.1"))
            let second = try await mapping(world, on(channel, world.inbound("wamid.2")))
            guard case .inbound(var claim) = on(channel, world.inbound("wamid.3", waId: "491700000002")) else {
                throw Unexpected("no inbound claim")
            }
            claim.formerly = CustomerIdentity(waId: "491700000001")
            #expect(try await mapping(world, .inbound(claim)).id == second.id)
            #expect(try await mapping(world, world.inbound("wamid.4")).id == first.id)
        }
    }

    @Test("Look-ups and lists keep the numbers apart")
    func lookups() async throws {
        try await TestWorld.run { world in
            let first = try await mapping(world, world.inbound("wamid.1"))
            let second = try await mapping(world, on(channel, world.inbound("wamid.2")))
            for (channelID, wamid) in [(nil, "wamid.1"), (channel, "wamid.2")] {
                let found = try await world.client.findLastInbound(
                    .init(tenantId: world.tenantID, customerAddress: "491700000001", channelId: channelID))
                guard case .ok(let last) = found else { throw Unexpected("\(found)") }
                #expect(last.wamid == wamid)
            }
            let query = [nil, channel].map {
                ConversationQuery(tenantId: world.tenantID, channelId: $0, customerAddress: "491700000001")
            }
            guard case .ok(let resolved) = try await world.client.resolveConversations(.init(body: .init(items: query)))
            else { throw Unexpected("resolveConversations") }
            let ids = resolved.results.map { result in
                if case .found(let found) = result { return found.mapping.id }
                return ""
            }
            #expect(ids == [first.id, second.id])
            guard case .ok(let page) = try await world.client.listConversations(.init(channelId: channel)) else {
                throw Unexpected("listConversations")
            }
            #expect(page.items.map(\.id) == [second.id])
        }
    }

    @Test("The cached conversation says which number it is of")
    func cache() async throws {
        try await TestWorld.run { world in
            let conversation = newID()
            _ = try await world.claim(on(channel, world.outbound("out-1", in: conversation)))
            let customers = CustomerMappingEntryCache(store: world.cache)
            #expect(try await customers.get(waId: "491700000001", tenantId: world.tenantID)?.channelId == channel)
            let conversations = ConversationMappingEntryCache(store: world.cache)
            #expect(try await conversations.get(conversationId: conversation)?.channelId == channel)
        }
    }

    @Test("Conversations from before channels stay those of the first number")
    func upgraded() async throws {
        try await TestWorld.run(upTo: 310) { world in
            try await world.database.execute(
                Statement(
                    """
                    INSERT INTO conversation_mappings (tenant_id, wa_id, conversation_id)
                    VALUES ($1, '491700000001', 'conversation-1')
                    """, [.uuid(world.tenantID)]))
            try await Migrator(world.database).apply(StateManager.migrations)
            let first = try await mapping(world, world.inbound("wamid.1"))
            #expect(first.conversationId == "conversation-1" && first.channelId == nil)
            #expect(try await mapping(world, on(channel, world.inbound("wamid.2"))).id != first.id)
            #expect(try await mapping(world, world.outbound("out-1", in: "conversation-1")).id == first.id)
        }
    }
}
