import SharedContract
import SimulatorContract
import StateManagerContract
import Testing

extension EndToEndTests {
    @Test(
        "a customer's file that WhatsApp gives no token for waits, tracked, and all of its conversation follows in order",
        .timeLimit(.minutes(5)))
    func customersFileThatWaits() async throws {
        try await withRelay { world, _ in
            let line = try await world.onboard(130)
            let customers = ["15550230001", "15550230002"]
            try await world.greet(line, customers)

            // The token is revoked: files and messages to customers need it, customers' texts do not.
            try await world.setNumber(line, token: "renewed-token")
            try await world.customerWrites("before", from: customers[0], to: line)
            try await world.customerSends(.picture, from: customers[0], to: line)
            try await world.customerWrites("behind", count: 3, from: customers[0], to: line)
            try await world.customerSends(.document, from: customers[0], to: line)
            try await world.customerWrites("free", count: 2, from: customers[1], to: line)
            try await world.arrived(5, at: .genesys, line)
            let hold: TenantHold? = try await within(.seconds(120)) {
                let waiting = try await world.held(of: line)
                guard waiting.count == 5 else { return nil }
                return try await world.holds(of: line).first { $0.platform == .whatsapp }
            }
            #expect(hold?.state == .parked && hold?.cause?.disposition == .authentication)
            #expect(hold?.cause?.code == "credential-refused")
            let free = try await world.texts(at: .genesys, line, of: customers[1])
            #expect(free == ["Good morning", "free 1", "free 2"])
            #expect(try await world.texts(at: .genesys, line, of: customers[0]) == ["Good morning", "before"])
            let waiting = try await world.held(of: line)
            let picture = try #require(waiting.first?.trackingId)
            guard case .ok(let story) = try await world.state.getMessage(.init(id: picture, tenantId: line.tenantID))
            else { throw Unexpected("getMessage") }
            #expect(story.held?.state == .waiting && story.held?.cause?.code == "credential-refused")
            #expect(story.tracking.mediaType == .image && story.tracking.text == "A picture")
            #expect(story.mapping?.customer.waId == customers[0])

            try await world.put(.whatsApp(line), of: line)
            let arrived = try await world.arrived(10, at: .genesys, line).filter { $0.customer.hasSuffix(customers[0]) }
            #expect(
                arrived.map(\.text)
                    == ["Good morning", "before", "A picture", "behind 1", "behind 2", "behind 3", "A document"])
            let files = arrived.compactMap { $0.body.value.value(at: "/content/0/attachment/mime")?.string }
            #expect(files == [SampleFile.picture, .document].map(\.essence))
            let isFree: Bool? = try await within(.seconds(180)) {
                let (holds, waiting) = (try await world.holds(of: line), try await world.held(of: line))
                return holds.isEmpty && waiting.isEmpty ? true : nil
            }
            #expect(isFree == true)
            #expect(try await world.losses(of: [line]) == [])
        }
    }

    @Test(
        "a permission that the token lacks at a file's look-up parks the tenant, and its files follow in order once it has it",
        .timeLimit(.minutes(5)))
    func permissionThatIsMissing() async throws {
        try await withRelay { world, _ in
            let line = try await world.onboard(150)
            let customer = "15550250001"
            try await world.greet(line, [customer])
            // What the app was never given or the account has taken back: every look-up of the tenant meets it.
            let fault = StatusFault(operation: "getNode", count: 1_000, status: 403, code: "10")
            try await world.inject(.status(fault), at: .meta)
            try await world.customerSends(.picture, from: customer, to: line)
            try await world.customerWrites("behind", from: customer, to: line)
            try await world.customerSends(.document, from: customer, to: line)
            let hold: TenantHold? = try await within(.seconds(120)) {
                guard try await world.held(of: line).count == 3 else { return nil }
                return try await world.holds(of: line).first { $0.platform == .whatsapp }
            }
            #expect(hold?.state == .parked && hold?.cause?.disposition == .authentication)
            #expect(hold?.cause?.code == "permission-missing")
            #expect(try await world.texts(at: .genesys, line, of: customer) == ["Good morning"])

            guard case .noContent = try await world.meta.clearFaults(.init()) else { throw Unexpected("clearFaults") }
            try await world.put(.whatsapp(line.whatsApp(token: line.token)), of: line)
            let arrived = try await world.arrived(4, at: .genesys, line)
            #expect(arrived.map(\.text) == ["Good morning", "A picture", "behind", "A document"])
            let files = arrived.compactMap { $0.body.value.value(at: "/content/0/attachment/mime")?.string }
            #expect(files == [SampleFile.picture, .document].map(\.essence))
            let isFree: Bool? = try await within(.seconds(180)) { try await world.holds(of: line).isEmpty ? true : nil }
            #expect(isFree == true)
            #expect(try await world.losses(of: [line]) == [])
        }
    }
}

extension Credential {
    /// The credential whose token WhatsApp takes after it was renewed.
    fileprivate static func whatsApp(_ line: Line) -> Credential { .whatsapp(line.whatsApp(token: "renewed-token")) }
}

extension RelayWorld {
    /// The tenant's messages that wait, in their order.
    fileprivate func held(of line: Line) async throws -> [HeldMessage] {
        guard case .ok(let page) = try await state.listHeldMessages(.init(tenantId: line.tenantID)) else {
            throw Unexpected("listHeldMessages")
        }
        return page.items
    }
}
