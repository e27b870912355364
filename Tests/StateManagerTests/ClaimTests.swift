import ContractRuntime
import Database
import RelayCacheContract
import SharedContract
import StateManagerContract
import Testing

@testable import StateManager

@Suite("Claims", .enabled(if: TestWorld.isAvailable, TestWorld.missing))
struct ClaimTests {
    @Test("A message is claimed once and then found in the state it has reached")
    func lifeOfAClaim() async throws {
        try await TestWorld.run { world in
            let first = try #require(try await world.claim(world.inbound("wamid.1", name: "Kim")).first)
            #expect(first.claim == .claimed)
            #expect(first.mapping?.customer.waId == "491700000001")
            #expect(first.mapping?.contactName == "Kim")
            #expect(first.mapping?.lastInboundAt == time(0))
            #expect(first.tracking.status == .claimed && first.tracking.metaMessageId == "wamid.1")

            let again = try #require(try await world.claim(world.inbound("wamid.1")).first)
            #expect(again.claim == .resumed && again.tracking.id == first.tracking.id)

            let attempt = newID()
            _ = try await world.begin(first.tracking.id, attempt)
            #expect(try await world.claim(world.inbound("wamid.1")).first?.claim == .unknownOutcome)

            _ = try await world.complete(
                first.tracking.id,
                attempt,
                .accepted(SendAccepted(platformMessageId: "genesys-1", conversationId: "conversation-1"))
            )
            let late = try #require(try await world.claim(world.inbound("wamid.1")).first)
            #expect(late.claim == .duplicate)
            #expect(late.mapping?.conversationId == "conversation-1")
            let story = try await world.story("wamid.1")
            #expect(story.events.map(\.kind) == [.claimed, .sendBegun, .sendAccepted, .duplicateRefused])
        }
    }

    @Test("Results stand in the order of the items, repeated ones included")
    func batch() async throws {
        try await TestWorld.run { world in
            let items = (0..<98).map { world.inbound("wamid.\($0)", waId: "4917\($0 % 7)00000") }
            let results = try await world.claim(items + [items[3], items[97]])
            #expect(
                results.map(\.tracking.metaMessageId) == items.indices.map { "wamid.\($0)" } + ["wamid.3", "wamid.97"]
            )
            #expect(results.map(\.claim) == Array(repeating: .claimed, count: 98) + [.resumed, .resumed])
            #expect(Set(results.compactMap(\.mapping?.id)).count == 7)
        }
    }

    @Test("Of many who claim the same message at once one gets it")
    func race() async throws {
        try await TestWorld.run { world in
            let outcomes = try await withThrowingTaskGroup(of: ClaimOutcome?.self) { group in
                for _ in 0..<20 { group.addTask { try await world.claim(world.inbound("wamid.race")).first?.claim } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.filter { $0 == .claimed }.count == 1)
            #expect(outcomes.filter { $0 == .resumed }.count == 19)
        }
    }

    @Test("The same id in the other direction or of another tenant is another message")
    func keys() async throws {
        try await TestWorld.run { world in
            let both = try await world.claim(world.inbound("same"), world.outbound("same"))
            #expect(both.map(\.claim) == [.claimed, .claimed])
            let other = InboundClaim(
                tenantId: newID(),
                platformMessageId: "same",
                customer: CustomerIdentity(waId: "491700000001"),
                messageType: "text",
                receivedAt: time(0)
            )
            #expect(try await world.claim(.inbound(other)).first?.claim == .claimed)
        }
    }

    @Test("An answer finds its customer by conversation, then by address")
    func outbound() async throws {
        try await TestWorld.run { world in
            let tracking = try await world.sending(world.inbound("wamid.1"), attempt: newID())
            _ = try await world.complete(
                tracking.id,
                newID(),
                .accepted(SendAccepted(platformMessageId: "genesys-1", conversationId: "conversation-1"))
            )
            let byConversation = try await world.claim(
                world.outbound("out-1", to: "unknown@address", in: "conversation-1")
            )
            #expect(byConversation.first?.claim == .claimed)
            #expect(byConversation.first?.mapping?.customer.waId == "491700000001")
            let byAddress = try await world.claim(world.outbound("out-2", to: "+491700000001"))
            #expect(byAddress.first?.mapping?.id == byConversation.first?.mapping?.id)
            #expect(byAddress.first?.tracking.conversationId == "conversation-1")
        }
    }

    @Test("An agent may write first to a number or a user id, not to anything else")
    func agentFirst() async throws {
        try await TestWorld.run { world in
            let results = try await world.claim(
                world.outbound("out-1", to: "+4915112345678", in: "conversation-9"),
                world.outbound("out-2", to: "DE.ABC123"),
                world.outbound("out-3", to: "somebody")
            )
            #expect(results.map(\.claim) == [.claimed, .claimed, .unresolved])
            #expect(results[0].mapping?.customer.waId == "4915112345678")
            #expect(results[0].mapping?.conversationId == "conversation-9")
            #expect(results[1].mapping?.customer.userId == "DE.ABC123")
            #expect(results[2].mapping == nil && results[2].tracking.status == .failed)
            #expect(results[2].tracking.lastFailure?.code == "unknown-customer")
            #expect(try await world.claim(world.outbound("out-3", to: "somebody")).first?.claim == .unresolved)
        }
    }

    @Test("A name with a NUL character does not stop a message")
    func nulCharacter() async throws {
        try await TestWorld.run { world in
            let result = try await world.claim(world.inbound("wamid.1", name: "a\0b\\u0000"))
            #expect(result.first?.mapping?.contactName == "ab\\u0000")
        }
    }
}

@Suite("Customers", .enabled(if: TestWorld.isAvailable, TestWorld.missing))
struct CustomerTests {
    @Test("A customer known by either id is one once both are seen together", arguments: [true, false])
    func merge(numberFirst: Bool) async throws {
        try await TestWorld.run { world in
            let byNumber = world.inbound("wamid.n")
            let byPerson = world.inbound("wamid.p", waId: nil, userId: "DE.U1")
            let separate = try await world.claim(numberFirst ? [byNumber, byPerson] : [byPerson, byNumber])
            #expect(Set(separate.compactMap(\.mapping?.id)).count == 2)
            let both = try #require(try await world.claim(world.inbound("wamid.b", userId: "DE.U1")).first?.mapping)
            #expect(both.customer.waId == "491700000001" && both.customer.userId == "DE.U1")
            for id in ["wamid.n", "wamid.p", "wamid.b"] {
                let story = try await world.story(id)
                #expect(story.tracking.mappingId == both.id)
            }
            let left = try await world.database.query(Statement("SELECT id FROM conversation_mappings"))
            #expect(left.count == 1)
            let alone = try await world.claim(world.inbound("wamid.q", waId: nil, userId: "DE.U1"))
            #expect(alone.first?.mapping?.id == both.id)
        }
    }

    @Test("A user id that is seen with another number moves to it and takes no messages along")
    func movedUserID() async throws {
        try await TestWorld.run { world in
            let results = try await world.claim(
                world.inbound("wamid.1", waId: "491700000001", userId: "DE.U1"),
                world.inbound("wamid.2", waId: "491700000002", userId: "DE.U2"),
                world.inbound("wamid.3", waId: "491700000002", userId: "DE.U1")
            )
            #expect(results[2].mapping?.id == results[1].mapping?.id)
            #expect(results[2].mapping?.customer.userId == "DE.U1")
            let first = try await world.story("wamid.1")
            #expect(first.mapping?.customer.waId == "491700000001" && first.mapping?.customer.userId == nil)
        }
    }

    @Test("The number that WhatsApp resolves a recipient to takes the place of the dialled one, which still leads here")
    func resolvedNumber() async throws {
        try await TestWorld.run { world in
            let attempt = newID()
            let tracking = try await world.sending(world.outbound("out-1", to: "+5511912345678"), attempt: attempt)
            let accepted = SendAccepted(
                platformMessageId: "wamid.out",
                recipient: CustomerIdentity(waId: "551112345678", userId: "BR.U1")
            )
            let result = try await world.complete(tracking.id, attempt, .accepted(accepted)).recorded
            #expect(result.mapping?.customer.waId == "551112345678" && result.mapping?.customer.userId == "BR.U1")
            let answer = try await world.claim(world.inbound("wamid.in", waId: "551112345678"))
            #expect(answer.first?.mapping?.id == result.mapping?.id)
            let next = try await world.claim(world.outbound("out-2", to: "+5511912345678"))
            #expect(next.first?.mapping?.id == result.mapping?.id)
        }
    }

    @Test("Customers created at the same time by many become one")
    func race() async throws {
        try await TestWorld.run { world in
            let mappings = try await withThrowingTaskGroup(of: [String].self) { group in
                for worker in 0..<8 {
                    group.addTask {
                        try await world.claim(
                            (0..<10).map { item in
                                world.inbound(
                                    "wamid.\(worker).\(item)",
                                    waId: (worker + item).isMultiple(of: 3) ? nil : "49170000000\(item)",
                                    userId: (worker + item) % 3 == 1 ? nil : "DE.U\(item)"
                                )
                            }
                        ).compactMap(\.mapping?.id)
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(mappings.count == 80)
            let left = try await world.database.query(
                Statement("SELECT id FROM conversation_mappings WHERE wa_id IS NOT NULL AND user_id IS NOT NULL")
            )
            #expect(left.count == 10)
        }
    }

    @Test("A known conversation is cached under both keys, and nothing fails without the cache")
    func cache() async throws {
        try await TestWorld.run { world in
            let attempt = newID()
            let tracking = try await world.sending(world.inbound("wamid.1"), attempt: attempt)
            let conversation = "conversation-\(newID())"
            let accepted = SendAccepted(platformMessageId: "genesys-1", conversationId: conversation)
            _ = try await world.complete(tracking.id, attempt, .accepted(accepted))
            let customers = CustomerMappingEntryCache(store: world.cache)
            let entry = try await customers.get(waId: "491700000001", tenantId: world.tenantID)
            #expect(entry == CustomerMappingEntry(conversationId: conversation, tenantId: world.tenantID))
            let conversations = ConversationMappingEntryCache(store: world.cache)
            #expect(try await conversations.get(conversationId: conversation)?.waId == "491700000001")
            let life = try await world.cache.timeToLive(of: "mapping:conv:\(conversation)")
            #expect(try #require(life) > .seconds(86_000))

            await world.cache.close()
            let more = try await world.claim(world.outbound("out-1", in: conversation))
            #expect(more.first?.claim == .claimed)
        }
    }
}
