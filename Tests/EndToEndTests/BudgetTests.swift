import ServiceKit
import SharedContract
import SimulatorContract
import Testing

extension EndToEndTests {
    @Test(
        "what an agent writes faster than one customer may get it waits in the relay, in order",
        .timeLimit(.minutes(5)))
    func pairBudget() async throws {
        try await withRelay { world, _ in
            let line = try await world.onboard(30)
            let customer = "15550130001"
            try await world.greet(line, [customer])
            let before = try await world.logEnd(at: .meta)
            var began: Int64 = 0
            try await world.installation.running(
                "whatsapp-api-service", with: ["META_PAIR_MESSAGES_PER_MINUTE": "60"]
            ) {
                began = WallClock.millisecondsSinceEpoch
                try await world.agentWrites("fast", count: 60, to: customer, of: line)
                try await world.arrived(60, at: .meta, line)
            }
            #expect(try await world.texts(at: .meta, line, of: customer) == (1...60).map { "fast \($0)" })
            // 45 at once, then one a second; both clocks count whole milliseconds.
            let times = try await world.received(.meta, [line]).map(\.receivedAt.millisecondsSinceEpoch)
            let early = times.indices.filter { times[$0] - began < Int64($0 - 44) * 1_000 - 20 }
            #expect(early == [], "\(times.map { $0 - began })")
            let refused = try await world.calls("sendMessage", at: .meta, after: before).filter { $0.status != 200 }
            #expect(refused.map(\.text) == [])
        }
    }

    @Test("when Genesys asks to wait, every conversation of its client waits that long", .timeLimit(.minutes(5)))
    func retryAfter() async throws {
        try await withRelay { world, _ in
            let line = try await world.onboard(31)
            let customers = ["15550131001", "15550131002", "15550131003"]
            try await world.greet(line, customers)
            let before = try await world.logEnd(at: .genesys)

            let fault = ThrottleFault(operation: "sendInboundMessage", retryAfterSeconds: 8)
            try await world.inject(.throttle(fault), at: .genesys)
            try await world.customerWrites("first", from: customers[0], to: line)
            let refusal: SimulatorLogLine? = try await within(.seconds(180)) {
                try await world.calls("sendInboundMessage", at: .genesys, after: before).first { $0.status == 429 }
            }
            let refusedAt = try #require(refusal).at.millisecondsSinceEpoch
            for customer in customers { try await world.customerWrites("next", from: customer, to: line) }
            try await world.arrived(7, at: .genesys, line)

            let calls = try await world.calls("sendInboundMessage", at: .genesys, after: before).dropFirst()
            #expect(calls.count == 4)
            // Longer than the relay waits by itself; both clocks count whole milliseconds.
            let waits = calls.map { $0.at.millisecondsSinceEpoch - refusedAt }
            #expect(waits.allSatisfy { $0 >= 7_990 }, "\(waits)")
            #expect(try await world.texts(at: .genesys, line, of: customers[0]) == ["Good morning", "first", "next"])
        }
    }

    @Test("a customer's text goes before receipts that wait for the budget", .timeLimit(.minutes(5)))
    func priorities() async throws {
        try await withRelay { world, _ in
            let line = try await world.onboard(32)
            let customer = "15550132001"
            try await world.greet(line, [customer])
            let before = try await world.logEnd(at: .genesys)
            try await world.setIntegration(line, requestsPerMinute: 60)
            try await world.installation.running(
                "genesys-api-service", with: ["GENESYS_REQUESTS_PER_MINUTE": "60"]
            ) {
                try await world.agentWrites("answer", count: 30, to: customer, of: line)
                try await world.arrived(30, at: .meta, line)
                // A fifth may go at once, of which receipts leave a fifth to messages.
                try await world.arrived(5, of: .receipt, at: .genesys, line)
                try await world.customerWrites("urgent", from: customer, to: line)
                let texts = try await world.arrived(2, at: .genesys, line)
                let receipts = try await world.arrived(30, of: .receipt, at: .genesys, line)
                let urgent = try #require(texts.last { $0.text == "urgent" })
                #expect(receipts.count { $0.sequence > urgent.sequence } > 5)
            }
            try await world.setIntegration(line)
            let refused = try await world.calls("sendInboundReceipt", at: .genesys, after: before)
                .filter { $0.status == 429 }
            #expect(refused.map(\.text) == [])
            #expect(try await world.losses(of: [line]) == [])
        }
    }
}
