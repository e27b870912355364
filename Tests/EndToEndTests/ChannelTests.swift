import ContractRuntime
import SharedContract
import SimulatorContract
import StateManagerContract
import TenantServiceContract
import Testing

extension EndToEndTests {
    @Test(
        "two numbers of a tenant with two integrations carry the same customer both ways, and nothing crosses",
        .timeLimit(.minutes(5)))
    func twoNumbers() async throws {
        try await withRelay { world, _ in
            let first = try await world.onboard(80)
            let (second, channel) = try await world.addChannel(81, to: first)
            let customer = "15550180001"
            for _ in 1...5 {
                try await world.customerWrites("to the first", from: customer, to: first)
                try await world.customerWrites("to the second", from: customer, to: second)
            }
            try await world.arrived(5, at: .genesys, first)
            try await world.arrived(5, at: .genesys, second)
            #expect(Set(try await world.texts(at: .genesys, first, of: customer)) == ["to the first"])
            #expect(Set(try await world.texts(at: .genesys, second, of: customer)) == ["to the second"])

            let ids = [
                try await world.agentWrites("from the first", count: 3, to: customer, of: first),
                try await world.agentWrites("from the second", count: 3, to: customer, of: second),
            ]
            for (line, text, sent) in [(first, "from the first", ids[0]), (second, "from the second", ids[1])] {
                try await world.arrived(3, at: .meta, line)
                #expect(
                    try await world.texts(at: .meta, line, of: customer) == (1...3).map { "\(text) \($0)" })
                // What became of them is told where they came from.
                let receipts = try await world.arrived(3, of: .receipt, at: .genesys, line)
                #expect(Set(receipts.map(\.platformMessageId)) == Set(sent))
            }

            let conversations = try await world.conversations(of: first.tenantID)
            #expect(Set(conversations.map(\.channelId)) == [nil, channel.id])
            #expect(conversations.count == 2)
            #expect(Set(conversations.compactMap(\.conversationId)).count == 2)
            #expect(Set(conversations.map(\.customer.waId)) == [customer])
            #expect(try await world.losses(of: [first]) == [])
        }
    }

    @Test(
        "a number that is suspended alone is set aside both ways while the other goes on, and follows when it resumes",
        .timeLimit(.minutes(5)))
    func suspendedNumber() async throws {
        try await withRelay { world, _ in
            let first = try await world.onboard(82)
            let (second, channel) = try await world.addChannel(83, to: first)
            let customer = "15550182001"
            try await world.greet(first, [customer])
            try await world.greet(second, [customer])

            try await world.setStatus(.suspended, of: channel)
            try await world.customerWrites("suspended", from: customer, to: second)
            try await world.agentWrites("suspended", to: customer, of: second)
            let aside: [QuarantineRecord]? = try await within(.seconds(180)) {
                // A receipt about the greeting may come late and be set aside as well.
                let records = try await world.quarantined(of: [first]).filter { $0.field != "Receipt" }
                return records.count == 2 ? records : nil
            }
            if aside == nil {
                let found = try await world.quarantined(of: [first]).map { "\($0.platform) \($0.reason)" }
                Issue.record("set aside: \(found); at Genesys: \(try await world.received(.genesys, [second]).count)")
            }
            #expect(Set(try #require(aside).map(\.reason)) == [.tenantSuspended])
            #expect(Set(try #require(aside).map(\.platform)) == [.whatsapp, .genesys])
            try await world.customerWrites("goes on", from: customer, to: first)
            try await world.agentWrites("goes on", to: customer, of: first)
            try await world.arrived(2, at: .genesys, first)
            try await world.arrived(1, at: .meta, first)
            #expect(try await world.received(.meta, [second]).isEmpty)

            try await world.setStatus(.active, of: channel)
            let replay = try await world.state.replayQuarantinedUpdates(
                .init(body: .init(filter: QuarantineFilter(tenantId: first.tenantID))))
            guard case .ok(let changes) = replay else { throw Unexpected("replayQuarantinedUpdates") }
            #expect(changes.results.count >= 2 && changes.results.allSatisfy { $0.result == .replayed })
            try await world.arrived(2, at: .genesys, second)
            try await world.arrived(1, at: .meta, second)
            #expect(try await world.texts(at: .genesys, second, of: customer) == ["Good morning", "suspended"])
        }
    }
}

extension RelayWorld {
    /// Gives a tenant a further number and integration through the public API and on the platforms.
    /// - Parameter number: Makes their ids.
    /// - Returns: The number as tests write to it, with the secrets of the tenant.
    func addChannel(_ number: Int, to line: Line) async throws -> (Line, Channel) {
        let further = Line(
            number: line.number, tenantID: line.tenantID, phoneNumberID: String(100_200_300_400_500 + number),
            integrationID: "5d0c7b6a-1e2f-4a3b-9c8d-\(String(format: "%012d", number))")
        let draft = ChannelDraft(
            name: "Line \(number)", phoneNumberId: further.phoneNumberID, genesysIntegrationId: further.integrationID)
        guard
            case .created(let channel, _) = try await tenants.createChannel(
                .init(tenantId: line.tenantID, body: draft))
        else { throw Unexpected("createChannel") }
        try await setNumber(further)
        try await setIntegration(further)
        return (further, channel)
    }

    fileprivate func setStatus(_ status: TenantStatus, of channel: Channel) async throws {
        let output = try await tenants.updateChannel(
            .init(tenantId: channel.tenantId, channelId: channel.id, body: ChannelPatch(status: status)))
        guard case .ok = output else { throw Unexpected("updateChannel: \(output)") }
    }

    fileprivate func conversations(of tenantID: String) async throws -> [ConversationMapping] {
        guard case .ok(let page) = try await state.listConversations(.init(tenantId: tenantID)) else {
            throw Unexpected("listConversations")
        }
        return page.items
    }
}
