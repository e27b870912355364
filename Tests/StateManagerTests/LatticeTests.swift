import ContractRuntime
import SharedContract
import StateManagerContract
import Testing

@testable import StateManager

/// Everything that can become known about a message after its claim.
private enum Fact: Hashable, Sendable {
    case completed
    case reported(ReportedStatus, second: Int64, code: String? = nil)
}

@Suite("The lattice of statuses", .enabled(if: TestWorld.isAvailable, TestWorld.missing))
struct LatticeTests {
    /// What must not depend on the order in which it became known.
    private struct End: Hashable {
        let status: TrackingStatus
        let sentAt: DateTime?
        let deliveredAt: DateTime?
        let readAt: DateTime?
        let failedAt: DateTime?
        let failure: String?
    }

    /// What the facts say, whatever their order.
    private static func expected(_ facts: [Fact]) -> End {
        func earliest(_ status: ReportedStatus) -> Int64? {
            facts.compactMap { if case .reported(status, let second, _) = $0 { second } else { nil } }.min()
        }
        let scale: [(ReportedStatus, TrackingStatus)] = [
            (.read, .read), (.delivered, .delivered), (.failed, .failed), (.sent, .sent),
        ]
        let status = scale.first { earliest($0.0) != nil }?.1 ?? .accepted
        // Of several failures the earliest, of equally early ones the least.
        let failures = facts.compactMap { fact -> (Int64, String)? in
            if case .reported(.failed, let second, let code?) = fact { (second, code) } else { nil }
        }
        return End(
            status: status,
            sentAt: earliest(.sent).map(time),
            deliveredAt: earliest(.delivered).map(time),
            readAt: earliest(.read).map(time),
            failedAt: earliest(.failed).map(time),
            failure: status == .failed ? failures.min { $0 < $1 }?.1 : nil
        )
    }

    @Test(
        "all orders of all facts, also twice and at the same time, end in one state",
        arguments: [
            [
                Fact.completed, .reported(.sent, second: 5), .reported(.delivered, second: 6),
                .reported(.read, second: 7),
            ],
            [.completed, .reported(.sent, second: 5), .reported(.delivered, second: 5), .reported(.read, second: 5)],
            [
                .completed, .reported(.sent, second: 5), .reported(.failed, second: 5, code: "131026"),
                .reported(.failed, second: 5, code: "131047"),
            ],
            [
                .reported(.sent, second: 4), .reported(.failed, second: 6, code: "131026"),
                .reported(.failed, second: 5, code: "131047"), .reported(.failed, second: 5, code: "131049"),
            ],
            [
                .completed, .reported(.failed, second: 5, code: "131026"), .reported(.delivered, second: 5),
                .reported(.delivered, second: 4), .reported(.sent, second: 3),
            ],
            [.completed, .reported(.failed, second: 9, code: "131026"), .reported(.read, second: 2)],
            [.completed, .reported(.accepted, second: 5), .reported(.sent, second: 9), .reported(.sent, second: 7)],
        ]
    )
    private func lattice(_ facts: [Fact]) async throws {
        try await TestWorld.run { world in
            var orders = permutations(facts)
            // Each order once more with everything twice, the second time backwards.
            orders += orders.map { $0 + $0.reversed() }
            var ends: Set<End> = []
            for batch in stride(from: 0, to: orders.count, by: 50).map({ orders[$0..<min($0 + 50, orders.count)] }) {
                ends.formUnion(try await play(Array(batch), number: batch.startIndex, world))
            }
            #expect(ends == [Self.expected(facts)])
        }
    }

    /// Plays each order on a message of its own, step by step for all at once.
    private func play(_ orders: [[Fact]], number: Int, _ world: TestWorld) async throws -> Set<End> {
        let claims = try await world.claim(
            orders.indices.map { world.outbound("out-\(number + $0)", to: "49170\(1_000_000 + number + $0)") }
        )
        let attempts = orders.map { _ in newID() }
        for (claim, attempt) in zip(claims, attempts) { _ = try await world.begin(claim.tracking.id, attempt) }
        for step in 0..<(orders.map(\.count).max() ?? 0) {
            var reports: [StatusReport] = []
            for (index, order) in orders.enumerated() where step < order.count {
                let id = claims[index].tracking.id
                switch order[step] {
                case .completed:
                    let accepted = SendAccepted(platformMessageId: "wamid.\(number + index)")
                    _ = try await world.complete(id, attempts[index], .accepted(accepted))
                case .reported(let status, let second, let code):
                    reports.append(
                        StatusReport(
                            tenantId: world.tenantID,
                            wamid: "wamid.\(number + index)",
                            trackingId: id,
                            status: status,
                            failure: code.map { FailureCause(disposition: .permanent, code: $0, reason: "reported") },
                            occurredAt: time(second),
                            receivedAt: time(100)
                        )
                    )
                }
            }
            guard !reports.isEmpty else { continue }
            guard case .ok = try await world.client.recordStatuses(.init(body: StatusBatch(items: reports))) else {
                throw Unexpected("not recorded")
            }
        }
        var ends: Set<End> = []
        for claim in claims {
            let tracking = try await world.story(claim.tracking.id).tracking
            ends.insert(
                End(
                    status: tracking.status,
                    sentAt: tracking.sentAt,
                    deliveredAt: tracking.deliveredAt,
                    readAt: tracking.readAt,
                    failedAt: tracking.failedAt,
                    failure: tracking.lastFailure?.code
                )
            )
        }
        return ends
    }
}

/// All orders of the elements.
private func permutations<Element>(_ elements: [Element]) -> [[Element]] {
    guard elements.count > 1 else { return [elements] }
    return elements.indices.flatMap { index in
        var rest = elements
        let first = rest.remove(at: index)
        return permutations(rest).map { [first] + $0 }
    }
}
