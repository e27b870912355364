import ContractJSON
import SharedContract
import SimulatorContract
import Testing

extension EndToEndTests {
    @Test(
        "the agent is told by a Failed receipt which message WhatsApp refused, and those behind it arrive",
        .timeLimit(.minutes(5)))
    func refusedMessage() async throws {
        try await withRelay { world, _ in
            let line = try await world.onboard(40)
            let customer = "15550140001"
            try await world.greet(line, [customer])

            // Undeliverable: the number is not on WhatsApp (Meta's error codes).
            let fault = StatusFault(operation: "sendMessage", status: 400, code: "131026")
            try await world.inject(.status(fault), at: .meta)
            let ids = try await world.agentWrites("answer", count: 3, to: customer, of: line)
            try await world.arrived(2, at: .meta, line)
            #expect(try await world.texts(at: .meta, line, of: customer) == ["answer 2", "answer 3"])
            let receipts = try await world.arrived(3, of: .receipt, at: .genesys, line)
            let failed = try #require(receipts.first { $0.text == "Failed" })
            #expect(failed.platformMessageId == ids[0])
            let reasons = failed.body["reasons"]?.array
            #expect(reasons?.count == 1)
            #expect(reasons?.first?["code"]?.string == "InvalidDestination")
            #expect(Set(receipts.filter { $0.text == "Delivered" }.map(\.platformMessageId)) == Set(ids[1...]))
        }
    }

    @Test("the agent is told by a Failed receipt when WhatsApp could not deliver what it took", .timeLimit(.minutes(5)))
    func undeliveredMessage() async throws {
        try await withRelay { world, _ in
            let line = try await world.onboard(41)
            let customer = "15550141001"
            try await world.greet(line, [customer])
            try await world.setNumber(line, statuses: [.sent, .failed])
            let ids = try await world.agentWrites("answer", to: customer, of: line)
            let receipt = try #require(try await world.arrived(1, of: .receipt, at: .genesys, line).first)
            #expect(receipt.text == "Failed")
            #expect(receipt.platformMessageId == ids[0])
            #expect(receipt.body["reasons"]?.array?.isEmpty == false)
        }
    }
}
