import ContractRuntime
import Database
import SharedContract
import StateManagerContract
import Testing

@testable import StateManager

@Suite("One customer, one conversation", .enabled(if: TestWorld.isAvailable, TestWorld.missing))
struct IdentityTests {
    @Test(
        "Two forms of a number are one customer, whichever comes first",
        arguments: [
            ("5511987654321", "551187654321"), ("5491122334455", "541122334455"),
            ("54111522334455", "5491122334455"), ("54341155667788", "5493415667788"),
            ("54291515566778", "5492915566778"), ("5215512345678", "525512345678"),
        ]
    )
    func forms(_ one: String, _ other: String) async throws {
        try await TestWorld.run { world in
            for (first, second) in [(one, other), (other, one)] {
                let results = try await world.claimInOrder(
                    world.inbound("wamid.1.\(first)", waId: first),
                    world.inbound("wamid.2.\(first)", waId: second),
                    world.outbound("out.\(first)", to: "+" + one)
                )
                #expect(Set(results.compactMap(\.mapping?.id)).count == 1)
                // The number is the one that WhatsApp used last, the address the one that Genesys met first.
                #expect(results[1].mapping?.customer.waId == second)
                #expect(Set(results.compactMap(\.mapping?.genesysAddress?.id)) == [one])
            }
        }
    }

    @Test(
        "Numbers that only look alike stay apart",
        arguments: [
            // A fixed line and a mobile number of the same digits in Brazil; other countries have no variants.
            ("5511934567890", "551134567890"), ("4915112345678", "4995112345678"), ("5219512345678", "5219512345679"),
        ]
    )
    func apart(_ one: String, _ other: String) async throws {
        try await TestWorld.run { world in
            let results = try await world.claimInOrder(
                world.inbound("wamid.1", waId: one), world.inbound("wamid.2", waId: other))
            #expect(Set(results.compactMap(\.mapping?.id)).count == 2)
        }
    }

    @Test("A customer known by user id keeps the address of then when the number becomes known")
    func numberLater() async throws {
        try await TestWorld.run { world in
            let results = try await world.claimInOrder(
                world.inbound("wamid.1", waId: nil, userId: "DE.U1"),
                world.inbound("wamid.2", waId: "491700000001", userId: "DE.U1"),
                world.outbound("out", to: "DE.U1")
            )
            #expect(Set(results.compactMap(\.mapping?.id)).count == 1)
            #expect(results[1].mapping?.genesysAddress == GenesysAddress(id: "DE.U1", idType: .opaque, nickname: nil))
            #expect(results[2].mapping?.customer.waId == "491700000001")
        }
    }

    @Test("A changed number stays in its conversation; whoever gets the old number has an own one")
    func movedNumber() async throws {
        try await TestWorld.run { world in
            let before = try await world.claimInOrder(world.inbound("wamid.1", waId: "491700000001", userId: "DE.U1"))
            let moved = try await world.claimInOrder(
                world.system("wamid.2", to: .init(waId: "491700000002"), from: .init(waId: "491700000001")))
            #expect(moved.first?.mapping?.id == before.first?.mapping?.id)
            let after = try await world.claimInOrder(
                world.inbound("wamid.3", waId: "491700000002", userId: "DE.U2"),
                world.outbound("out.1", to: "491700000001")
            )
            #expect(Set(after.compactMap(\.mapping?.id)) == Set(before.compactMap(\.mapping?.id)))
            #expect(after[1].mapping?.customer == CustomerIdentity(waId: "491700000002", userId: "DE.U2"))
            #expect(after[0].mapping?.genesysAddress?.id == "491700000001")

            let stranger = try await world.claimInOrder(world.inbound("wamid.4", waId: "491700000001", userId: "DE.U9"))
            #expect(stranger.first?.mapping?.id != before.first?.mapping?.id)
            #expect(stranger.first?.mapping?.genesysAddress?.id == "DE.U9")
            let nameless = try await world.claimInOrder(
                world.system("wamid.5", to: .init(waId: "491700000005"), from: .init(waId: "491700000001")),
                world.inbound("wamid.6", waId: "491700000001")
            )
            #expect(nameless[1].mapping?.genesysAddress?.id.hasPrefix("491700000001-") == true)
            #expect(nameless[1].mapping?.genesysAddress?.idType == .opaque)

            // Redelivered, the news of the change moves nobody else.
            _ = try await world.claimInOrder(
                world.system("wamid.2", to: .init(waId: "491700000002"), from: .init(waId: "491700000001")))
            let still = try await world.claimInOrder(world.inbound("wamid.7", waId: "491700000001"))
            #expect(still.first?.mapping?.id == nameless[1].mapping?.id)
        }
    }

    @Test(
        "A late status or answer that names the earlier number or user id moves nobody back", arguments: [true, false])
    func lateWords(hasWritten: Bool) async throws {
        try await TestWorld.run { world in
            let old = CustomerIdentity(waId: "491700000001", userId: "DE.U1")
            if hasWritten {
                _ = try await world.claimInOrder(world.inbound("wamid.0", waId: "491700000001", userId: "DE.U1"))
            }
            let attempt = newID()
            let sent = try await world.sending(world.outbound("out.1", to: "491700000001"), attempt: attempt)
            _ = try await world.claimInOrder(
                world.system("wamid.2", to: .init(waId: "491700000002"), from: .init(waId: "491700000001")))

            let accepted = SendAccepted(platformMessageId: "wamid.out", recipient: old)
            let answer = try await world.complete(sent.id, attempt, .accepted(accepted)).recorded
            #expect(answer.mapping?.customer.waId == "491700000002")
            var status = StatusReport(
                tenantId: world.tenantID, wamid: "wamid.out", status: .read, occurredAt: time(1), receivedAt: time(9))
            status.customer = old
            let read = try await world.status(status).recorded
            #expect(read.tracking.status == .read && read.mapping?.customer == CustomerIdentity(waId: "491700000002"))
            let next = try await world.claimInOrder(
                world.outbound("out.2", to: "491700000001"), world.inbound("wamid.3", waId: "491700000002"),
                world.inbound("wamid.4", waId: "491700000001"))
            #expect(next[0].mapping?.customer.waId == "491700000002")
            #expect(next[1].mapping?.id == sent.mappingId && next[2].mapping?.id != sent.mappingId)
        }
    }

    @Test("A customer who wrote from the new number before the news of the change is one with the old")
    func lateNews() async throws {
        try await TestWorld.run { world in
            let results = try await world.claimInOrder(
                world.inbound("wamid.1", waId: "491700000001"),
                world.inbound("wamid.2", waId: "491700000002"),
                world.system("wamid.3", to: .init(waId: "491700000002"), from: .init(waId: "491700000001")),
                world.outbound("out.1", to: "491700000001"), world.outbound("out.2", to: "491700000002")
            )
            #expect(Set(results[2...].compactMap(\.mapping?.id)).count == 1)
            let story = try await world.story("wamid.2")
            #expect(story.tracking.mappingId == results[2].mapping?.id)
        }
    }

    @Test("A changed user id stays in its conversation")
    func movedUserID() async throws {
        try await TestWorld.run { world in
            let results = try await world.claimInOrder(
                world.inbound("wamid.1", waId: nil, userId: "US.1"),
                world.system("wamid.2", to: .init(userId: "US.2"), from: .init(userId: "US.1")),
                world.inbound("wamid.3", waId: nil, userId: "US.2"), world.outbound("out", to: "US.1")
            )
            #expect(Set(results.compactMap(\.mapping?.id)).count == 1)
            #expect(results[3].mapping?.customer.userId == "US.2")
        }
    }

    @Test("What WhatsApp says of a customer does not open the customer service window")
    func window() async throws {
        try await TestWorld.run { world in
            let results = try await world.claimInOrder(
                world.system("wamid.1", to: .init(waId: "491700000002"), from: .init(waId: "491700000001")),
                world.outbound("out", to: "491700000002")
            )
            #expect(results[0].mapping?.lastInboundAt == nil)
            let id = results[1].tracking.id
            guard
                case .notFound = try await world.client.findLastInbound(
                    .init(tenantId: world.tenantID, trackingId: id))
            else { throw Unexpected("a system message counts") }
            _ = try await world.claimInOrder(world.inbound("wamid.2", waId: "491700000002"))
            let answers = [
                try await world.client.findLastInbound(.init(tenantId: world.tenantID, trackingId: id)),
                try await world.client.findLastInbound(
                    .init(tenantId: world.tenantID, customerAddress: "491700000002")),
            ]
            for answer in answers {
                guard case .ok(let last) = answer else { throw Unexpected("\(answer)") }
                #expect(last == LastInbound(lastInboundAt: time(0), wamid: "wamid.2"))
            }
        }
    }

    @Test("Mappings from before numbers were compared become one, with an address each")
    func migration() async throws {
        try await TestWorld.run(upTo: 207) { world in
            try await world.database.execute(
                Statement(
                    """
                    INSERT INTO conversation_mappings (tenant_id, wa_id, user_id, conversation_id, last_activity_at)
                    VALUES ($1::uuid, '5511987654321', NULL, 'c-old', now() - interval '1 day'),
                        ($1::uuid, '551187654321', 'BR.1', 'c-new', now()), ($1::uuid, NULL, 'BR.2', NULL, now())
                    """,
                    [.uuid(world.tenantID)]
                )
            )
            try await Migrator(world.database).apply(StateManager.migrations)
            let left = try await world.database.query(Statement("SELECT * FROM conversation_mappings ORDER BY wa_id"))
            #expect(left.count == 2)
            #expect(try left.first?.textOptional("conversation_id") == "c-new")
            let found = try await world.claimInOrder(
                world.inbound("wamid.1", waId: "5511987654321"), world.outbound("out", to: "BR.2"))
            #expect(found[0].mapping?.customer.userId == "BR.1")
            #expect(found[1].mapping?.genesysAddress == GenesysAddress(id: "BR.2", idType: .opaque, nickname: nil))
        }
    }
}

@Suite("Structured messages", .enabled(if: TestWorld.isAvailable, TestWorld.missing))
struct StructuredMessageTests {
    @Test("A choice finds its message and its payload, a reply its message, of its own tenant only")
    func answers() async throws {
        try await TestWorld.run { world in
            let options = [
                StructuredOption(id: "g/1/1", kind: .quickReply, text: "Yes", payload: "{\"answer\": 1}"),
                StructuredOption(id: "g/1/2", kind: .button, text: "No", payload: String(repeating: "n", count: 900)),
            ]
            let message = StructuredMessage(tenantId: world.tenantID, genesysMessageId: "g/1", options: options)
            for _ in 1...2 {
                guard case .noContent = try await world.client.rememberOptions(.init(body: message)) else {
                    throw Unexpected("not remembered")
                }
            }
            func answered(_ wamid: String?, _ option: String?, tenant: String) async throws -> AnsweredMessage? {
                let output = try await world.client.findAnswered(
                    .init(tenantId: tenant, wamid: wamid, optionId: option))
                switch output {
                case .ok(let answered): return answered
                case .notFound: return nil
                default: throw Unexpected("\(output)")
                }
            }
            let alone = try await answered(nil, "g/1/2", tenant: world.tenantID)
            #expect(alone == AnsweredMessage(genesysMessageId: "g/1", option: options[1]))
            #expect(try await answered(nil, "g/1/3", tenant: world.tenantID) == nil)
            #expect(try await answered("wamid.x", "other", tenant: world.tenantID) == nil)
            #expect(try await answered(nil, "g/1/2", tenant: newID()) == nil)

            let attempt = newID()
            let tracking = try await world.sending(world.outbound("g/1"), attempt: attempt)
            _ = try await world.complete(
                tracking.id, attempt, .accepted(SendAccepted(platformMessageId: "wamid.out")))
            let both = try await answered("wamid.out", "g/1/1", tenant: world.tenantID)
            #expect(both?.option == options[0] && both?.direction == .outbound)
            #expect(both?.sentAt == time(2))
            let reply = try await answered("wamid.out", nil, tenant: world.tenantID)
            #expect(reply?.genesysMessageId == "g/1" && reply?.option == nil)
        }
    }
}

extension TestWorld {
    /// Claims one after the other; within a batch only messages of the same customer keep their order.
    func claimInOrder(_ items: ClaimRequest...) async throws -> [ClaimResult] {
        var results: [ClaimResult] = []
        for item in items { results += try await claim([item]) }
        return results
    }

    /// A message of WhatsApp about a change of number or user id.
    func system(_ wamid: String, to customer: CustomerIdentity, from formerly: CustomerIdentity) -> ClaimRequest {
        .inbound(
            InboundClaim(
                tenantId: tenantID,
                platformMessageId: wamid,
                customer: customer,
                formerly: formerly,
                messageType: "system",
                occurredAt: time(5),
                receivedAt: time(6)
            )
        )
    }
}
