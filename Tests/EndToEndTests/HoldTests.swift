import SharedContract
import SimulatorContract
import StateManagerContract
import Testing

extension EndToEndTests {
    @Test(
        "a token that WhatsApp refuses parks its tenant alone; what waits follows in order once the token is renewed",
        .timeLimit(.minutes(5)))
    func refusedByWhatsApp() async throws {
        try await withRelay { world, _ in
            let (line, other) = (try await world.onboard(20), try await world.onboard(21))
            let customers = ["15550120001", "15550120002"]
            try await world.greet(line, customers)
            try await world.greet(other, customers)

            try await world.setNumber(line, token: "renewed-token")
            for customer in customers {
                try await world.agentWrites("parked", count: 5, to: customer, of: line)
                try await world.agentWrites("free", count: 5, to: customer, of: other)
            }
            try await world.arrived(10, at: .meta, other)
            let hold: TenantHold? = try await within(.seconds(120)) {
                try await world.holds(of: line).first { $0.heldMessages == 10 }
            }
            #expect(hold?.state == .parked)
            #expect(hold?.platform == .whatsapp)
            #expect(hold?.cause?.disposition == .authentication)
            #expect(try await world.received(.meta, [line]).isEmpty)
            #expect(try await world.holds(of: other) == [])

            try await world.put(.whatsapp(line.whatsApp(token: "renewed-token")), of: line)
            try await world.arrived(10, at: .meta, line)
            for customer in customers {
                #expect(try await world.texts(at: .meta, line, of: customer) == (1...5).map { "parked \($0)" })
            }
            let isFree: Bool? = try await within(.seconds(180)) { try await world.holds(of: line).isEmpty ? true : nil }
            #expect(isFree == true)
            #expect(try await world.losses(of: [line, other]) == [])
        }
    }

    @Test(
        "a client that Genesys refuses parks its tenant; what waits follows in order when the hold is released",
        .timeLimit(.minutes(5)))
    func refusedByGenesys() async throws {
        try await withRelay { world, _ in
            let line = try await world.onboard(22)
            let customers = ["15550122001", "15550122002"]
            try await world.greet(line, customers)

            for operation in ["requestToken", "sendInboundMessage"] {
                let fault = StatusFault(operation: operation, count: 1_000_000, status: 401)
                try await world.inject(.status(fault), at: .genesys)
            }
            for customer in customers { try await world.customerWrites("parked", count: 5, from: customer, to: line) }
            let hold: TenantHold? = try await within(.seconds(120)) {
                try await world.holds(of: line).first { $0.heldMessages == 10 }
            }
            #expect(hold?.state == .parked)
            #expect(hold?.platform == .genesys)
            #expect(try await world.received(.genesys, [line]).count == 2)

            guard case .noContent = try await world.genesys.clearFaults(.init()) else {
                throw Unexpected("clearFaults")
            }
            let request = ReleaseRequest(tenantId: line.tenantID, platform: .genesys)
            guard case .ok = try await world.state.releaseHold(.init(body: request)) else {
                throw Unexpected("releaseHold")
            }
            try await world.arrived(12, at: .genesys, line)
            for customer in customers {
                let texts = try await world.texts(at: .genesys, line, of: customer)
                #expect(texts == ["Good morning"] + (1...5).map { "parked \($0)" })
            }
            #expect(try await world.losses(of: [line]) == [])
        }
    }

    @Test(
        "an agent's file that Genesys gives no token for waits, and the texts behind it wait with it",
        .timeLimit(.minutes(5)))
    func fileThatWaits() async throws {
        try await withRelay { world, _ in
            let line = try await world.onboard(23)
            let customers = ["15550123001", "15550123002"]
            try await world.greet(line, customers)

            for operation in ["requestToken", "getDownload"] {
                let fault = StatusFault(operation: operation, count: 1_000_000, status: 401)
                try await world.inject(.status(fault), at: .genesys)
            }
            let plans = try await world.agentSends(.document, saying: "The plans", to: customers[0], of: line)
            try await world.agentWrites("behind", count: 3, to: customers[0], of: line)
            try await world.agentWrites("free", count: 2, to: customers[1], of: line)
            try await world.arrived(2, at: .meta, line)
            let waiting: [TenantHold]? = try await within(.seconds(120)) {
                let holds = try await world.holds(of: line)
                return holds.map(\.heldMessages).reduce(0, +) == 4 ? holds : nil
            }
            if waiting == nil {
                let came = try await world.received(.meta, [line]).map { "\($0.customer): \($0.text ?? "no text")" }
                Issue.record("\(came); under way: \(try await world.unfinished(of: [line]))")
            }
            let hold = try #require(waiting?.first { $0.platform == .genesys })
            #expect(hold.state == .parked && hold.heldMessages == 1 && hold.cause?.code == "credential-refused")
            guard case .ok(let story) = try await world.state.getMessage(.init(id: plans, tenantId: line.tenantID))
            else { throw Unexpected("getMessage") }
            #expect(story.held?.platform == .genesys && story.held?.cause?.code == "credential-refused")
            #expect(story.held?.state == .waiting && story.tracking.text == "The plans")
            #expect(try await world.texts(at: .meta, line, of: customers[1]) == ["free 1", "free 2"])
            #expect(try await world.received(.meta, [line]).count == 2)

            guard case .noContent = try await world.genesys.clearFaults(.init()) else {
                throw Unexpected("clearFaults")
            }
            let request = ReleaseRequest(tenantId: line.tenantID, platform: .genesys)
            guard case .ok = try await world.state.releaseHold(.init(body: request)) else {
                throw Unexpected("releaseHold")
            }
            let arrived = try await world.arrived(6, at: .meta, line).filter { $0.customer.hasSuffix(customers[0]) }
            #expect(arrived.map { $0.body["type"]?.string } == ["document", "text", "text", "text"])
            #expect(arrived.dropFirst().compactMap(\.text) == (1...3).map { "behind \($0)" })
            let isFree: Bool? = try await within(.seconds(180)) { try await world.holds(of: line).isEmpty ? true : nil }
            #expect(isFree == true)
            #expect(try await world.losses(of: [line]) == [])
        }
    }

    @Test(
        "a number that WhatsApp asks to wait is held alone, its tenant's other number goes on, and what is discarded is told",
        .timeLimit(.minutes(5)))
    func waitOfOneNumber() async throws {
        try await withRelay { world, _ in
            let first = try await world.onboard(120)
            let (second, channel) = try await world.addChannel(121, to: first)
            let customer = "15550220001"
            try await world.greet(first, [customer])
            try await world.greet(second, [customer])

            // "Number recently deleted": five minutes, and of that number only.
            try await world.inject(
                .status(StatusFault(operation: "sendMessage", status: 400, code: "133015")), at: .meta)
            let sent = try await world.agentWrites("waits", count: 3, to: customer, of: second)
            let hold: TenantHold? = try await within(.seconds(180)) { try await world.holds(of: first).first }
            #expect(hold?.scope == .number && hold?.channelId == channel.id)
            #expect(hold?.state == .throttled && hold?.cause?.disposition == .throttled)

            try await world.agentWrites("goes on", count: 3, to: customer, of: first)
            try await world.arrived(3, at: .meta, first)
            #expect(try await world.holds(of: first).map(\.scope) == [.number])
            #expect(try await world.received(.meta, [second]).isEmpty)

            let held: [HeldMessage]? = try await within(.seconds(180)) {
                guard case .ok(let page) = try await world.state.listHeldMessages(.init(tenantId: first.tenantID))
                else {
                    throw Unexpected("listHeldMessages")
                }
                return page.items.count == 3 ? page.items : nil
            }
            #expect(held?.map(\.channelId) == [channel.id, channel.id, channel.id])
            for message in held ?? [] {
                let discard = DiscardRequest(note: "the number is gone")
                guard case .ok = try await world.state.discardHeldMessage(.init(heldId: message.heldId, body: discard))
                else { throw Unexpected("discardHeldMessage") }
            }
            let receipts = try await world.arrived(3, of: .receipt, at: .genesys, second)
            #expect(Set(receipts.map(\.platformMessageId)) == Set(sent))
            #expect(try await world.received(.meta, [second]).isEmpty)
        }
    }
}
