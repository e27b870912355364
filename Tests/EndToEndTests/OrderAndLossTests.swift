import Foundation
import SharedContract
import Testing

extension EndToEndTests {
    @Test(
        "with every service and server killed once under traffic, each text arrives exactly once and in order",
        .timeLimit(.minutes(30)))
    func everyPartIsKilledOnce() async throws {
        try await withRelay { world, servers in
            let installation = world.installation
            let lines = [try await world.onboard(1), try await world.onboard(2)]
            let traffic = Traffic(world, conversations: Self.conversations(lines))
            try await traffic.open()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await traffic.run() }
                for service in RelayInstallation.services {
                    try await awaitProgress(traffic, world)
                    try await installation.kill(service)
                    try await installation.restart(service)
                }
                for server in ["redis", "rabbitmq", "postgres", "s3"] {
                    try await awaitProgress(traffic, world)
                    try await servers.restartKilled(server)
                }
                try await awaitProgress(traffic, world)
                for side in Side.allCases {
                    _ = try await within(.seconds(600)) { traffic.count(to: side) >= 1_000 ? true : nil }
                }
                traffic.end()
                try await group.waitForAll()
            }
            for side in Side.allCases { try await expectAll(of: traffic, at: side, world) }
            #expect(try await world.losses(of: lines) == [])
        }
    }

    /// Waits until more has arrived on both sides, so that what is killed next is in the middle of work.
    private func awaitProgress(_ traffic: Traffic, _ world: RelayWorld) async throws {
        var goals: [Side: Int] = [:]
        for side in Side.allCases { goals[side] = try await world.receivedCount(side, traffic.lines) + 15 }
        for (side, goal) in goals {
            let isReached = try await within(.seconds(300)) { () -> Bool? in
                try await world.receivedCount(side, traffic.lines) >= goal ? true : nil
            }
            try #require(isReached == true, "nothing arrives at \(side) any more")
        }
        for side in Side.allCases {
            let underWay = try await traffic.count(to: side) - world.receivedCount(side, traffic.lines)
            #expect(underWay > 0, "nothing is under way to \(side)")
        }
    }

    /// What arrived is what was sent: by conversation, in order, nothing twice, nothing missing.
    private func expectAll(of traffic: Traffic, at side: Side, _ world: RelayWorld) async throws {
        let total = traffic.count(to: side)
        let isThere = try await within(.seconds(600), every: .milliseconds(200)) { () -> Bool? in
            try await world.receivedCount(side, traffic.lines) >= total ? true : nil
        }
        if isThere == nil { Issue.record("under way still: \(try await world.unfinished(of: traffic.lines))") }
        let received = Dictionary(grouping: try await world.received(side, traffic.lines)) { message in
            "\(message.account) \(message.customer)"
        }
        for (conversation, texts) in traffic.sent(to: side) {
            let account = conversation.line.account(at: side)
            let arrived = received["\(account) \(conversation.customer)"] ?? []
            let difference = arrived.map { $0.text ?? "–" }.difference(from: texts)
            #expect(difference.isEmpty, "\(side) \(account) \(conversation.customer): \(difference)")
        }
        #expect(received.values.reduce(0) { $0 + $1.count } == total)
    }

    private static func conversations(_ lines: [Line]) -> [Traffic.Conversation] {
        lines.flatMap { line in
            (1...6).map { Traffic.Conversation(line: line, customer: "1555010\(String(format: "%04d", $0))") }
        }
    }
}
