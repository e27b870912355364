import Testing

@testable import AgentPortal

@Suite("Turns of hashing", .timeLimit(.minutes(1)))
struct HashGateTests {
    @Test("two are in, the next wait in order, and past the limit nobody waits")
    func turns() async throws {
        let gate = HashGate(running: 2, inHand: 4)
        #expect(await gate.enter())
        #expect(await gate.enter())
        let third = Task { await gate.enter() }
        while gate.count < 3 { await Task.yield() }
        let fourth = Task { await gate.enter() }
        while gate.count < 4 { await Task.yield() }
        #expect(await !gate.enter())
        gate.leave()
        #expect(await third.value)
        #expect(gate.count == 3)
        gate.leave()
        #expect(await fourth.value)
        for _ in 0..<2 { gate.leave() }
        #expect(gate.count == 0)
        #expect(await gate.enter())
    }

    @Test("more sign-ins at once than may wait are told to come back, and none is lost")
    func hashing() async throws {
        let hasher = PasswordHasher(cost: .init(rounds: 1 << 12, blockSize: 8, parallelism: 1))
        let hash = try await hasher.hash("correct horse battery")
        let outcomes = await withTaskGroup(of: String.self) { group in
            for _ in 0..<60 {
                group.addTask {
                    do {
                        return try await hasher.verify("correct horse batterY", against: hash) ? "in" : "wrong"
                    } catch { return "\((error as? PortalRefusal)?.status ?? 0)" }
                }
            }
            return await group.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
        }
        #expect(outcomes["in"] == nil && outcomes["0"] == nil)
        #expect((outcomes["wrong"] ?? 0) >= PasswordHasher.maximumInHand)
        #expect((outcomes["wrong"] ?? 0) + (outcomes["503"] ?? 0) == 60)
        #expect(try await hasher.verify("correct horse battery", against: hash))
    }
}
