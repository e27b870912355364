import ContractRuntime
import SharedContract
import StateManagerContract
import Testing

@testable import StateManager

@Suite("Evidence", .enabled(if: TestWorld.isAvailable, TestWorld.missing))
struct EvidenceTests {
    private func report(
        _ world: TestWorld,
        _ status: ReportedStatus,
        at seconds: Int64,
        wamid: String = "wamid.out",
        trackingID: String? = nil
    ) -> StatusReport {
        StatusReport(
            tenantId: world.tenantID,
            wamid: wamid,
            trackingId: trackingID,
            status: status,
            failure: status == .failed
                ? FailureCause(disposition: .permanent, code: "131026", reason: "failed at \(seconds)") : nil,
            occurredAt: time(seconds),
            receivedAt: time(100)
        )
    }

    /// Everything about a message that must not depend on the order in which it became known.
    private struct EndState: Hashable {
        let status: TrackingStatus
        let metaMessageID: String?
        let acceptedAt: DateTime?
        let failure: FailureCause?
    }

    @Test(
        "Statuses in any order, with duplicates, give one end state",
        arguments: [
            ([ReportedStatus.accepted, .sent, .delivered, .read], TrackingStatus.read),
            ([.sent, .failed, .delivered, .sent], .delivered),
            ([.accepted, .sent, .failed, .failed], .failed),
            ([.sent, .sent, .accepted], .sent),
            ([.failed, .read], .read),
        ]
    )
    func lattice(_ statuses: [ReportedStatus], _ end: TrackingStatus) async throws {
        try await TestWorld.run { world in
            var ends: Set<EndState> = []
            for (index, order) in permutations(Array(statuses.enumerated())).enumerated() {
                let item = world.outbound("out-\(index)", to: "+49170\(index)00000")
                let tracking = try await world.sending(item, attempt: newID())
                // Every second flow has each status twice.
                for (place, status) in index.isMultiple(of: 2) ? order : order + order {
                    _ = try await world.status(
                        report(world, status, at: Int64(place), wamid: "wamid.\(index)", trackingID: tracking.id)
                    )
                }
                let result = try await world.story(tracking.id).tracking
                #expect(result.metaMessageId == "wamid.\(index)")
                ends.insert(
                    EndState(
                        status: result.status,
                        metaMessageID: nil,
                        acceptedAt: result.acceptedAt,
                        failure: result.lastFailure
                    )
                )
            }
            #expect(ends.count == 1)
            #expect(ends.first?.status == end)
            #expect((ends.first?.failure != nil) == (end == .failed))
        }
    }

    @Test("Only what moves the message counts as a change")
    func changes() async throws {
        try await TestWorld.run { world in
            let attempt = newID()
            let tracking = try await world.sending(world.outbound("out-1"), attempt: attempt)
            _ = try await world.complete(
                tracking.id,
                attempt,
                .accepted(SendAccepted(platformMessageId: "wamid.out"))
            )
            #expect(try await world.status(report(world, .delivered, at: 5)).recorded.changed)
            #expect(try await !world.status(report(world, .delivered, at: 5)).recorded.changed)
            #expect(try await !world.status(report(world, .sent, at: 4)).recorded.changed)
            #expect(try await !world.status(report(world, .failed, at: 6)).recorded.changed)
            #expect(try await world.status(report(world, .read, at: 7)).recorded.changed)
            let story = try await world.story("wamid.out")
            #expect(story.tracking.status == .read && story.tracking.lastFailure == nil)
            #expect(story.events.filter { $0.kind == .statusReported }.count == 4)
        }
    }

    @Test("A status with our id proves a send whose result never came, and a late result changes nothing")
    func proofOfSend() async throws {
        try await TestWorld.run { world in
            let attempt = newID()
            let tracking = try await world.sending(world.outbound("out-1"), attempt: attempt)
            let proof = try await world.status(
                report(world, .sent, at: 3, wamid: "wamid.proved", trackingID: tracking.id)
            ).recorded
            #expect(proof.changed && proof.tracking.status == .sent)
            #expect(proof.tracking.metaMessageId == "wamid.proved" && proof.tracking.acceptedAt != nil)
            guard case .alreadyAccepted(let already) = try await world.begin(tracking.id, newID()) else {
                throw Unexpected("it is sent again")
            }
            #expect(already.platformMessageId == "wamid.proved")
            let late = try await world.complete(
                tracking.id,
                attempt,
                .transient(SendTransientFailure(reason: "late"))
            ).recorded
            #expect(!late.changed && late.tracking.status == .sent)
            let accepted = SendOutcome.accepted(SendAccepted(platformMessageId: "wamid.proved"))
            #expect(try await world.complete(tracking.id, attempt, accepted).recorded.tracking.status == .sent)
        }
    }

    @Test("A status of a message that the relay did not send is unknown, whoever's id it carries")
    func foreign() async throws {
        try await TestWorld.run { world in
            #expect(
                try await world.status(report(world, .sent, at: 1, wamid: "wamid.x")) == .unknown(TrackingUnknown())
            )
            let inbound = try #require(try await world.claim(world.inbound("wamid.in")).first)
            let confused = report(world, .read, at: 1, wamid: "wamid.in", trackingID: inbound.tracking.id)
            #expect(try await world.status(confused) == .unknown(TrackingUnknown()))
        }
    }

    @Test("A status completes what is known about the recipient")
    func recipient() async throws {
        try await TestWorld.run { world in
            let tracking = try await world.sending(world.outbound("out-1"), attempt: newID())
            var status = report(world, .sent, at: 1, trackingID: tracking.id)
            status.customer = CustomerIdentity(waId: "491700000001", userId: "DE.U1")
            let result = try await world.status(status).recorded
            #expect(result.mapping?.customer.userId == "DE.U1")
        }
    }

    @Test("A message one of whose parts has failed is found whole by any part, and its delivery says so")
    func parts() async throws {
        try await TestWorld.run { world in
            let attempt = newID()
            let first = try await world.sending(world.outbound("out-1"), attempt: newID())
            let other = try await world.claim(world.outbound("out-2#1001"))
            let third = try await world.sending(world.outbound("out-1#11001"), attempt: newID())
            let second = try await world.sending(world.outbound("out-1#1001"), attempt: attempt)
            #expect(try await !world.status(report(world, .sent, at: 1, trackingID: first.id)).recorded.failedPart)
            #expect(try await world.story("out-1").parts.map(\.id) == [second.id, third.id])

            let failure = SendPermanentFailure(code: "http-400", reason: "refused")
            _ = try await world.complete(second.id, attempt, .permanent(failure))
            #expect(try await world.status(report(world, .delivered, at: 2, trackingID: first.id)).recorded.failedPart)
            for id in [first.id, second.id, third.id, "out-1#1001"] {
                let story = try await world.story(id)
                let all = Set([story.tracking.id] + story.parts.map(\.id))
                #expect(all == [first.id, second.id, third.id])
            }
            let alone = try #require(other.first).tracking
            #expect(try await world.story(alone.id).parts.isEmpty)
        }
    }

    @Test("A receipt closes an attempt whose outcome was unknown, found by the wamid it was sent with")
    func receipts() async throws {
        try await TestWorld.run { world in
            let tracking = try await world.sending(world.inbound("wamid.1"), attempt: newID())
            var receipt = ReceiptReport(
                tenantId: world.tenantID,
                genesysMessageId: "genesys-1",
                conversationId: "conversation-1",
                status: .delivered,
                receivedAt: time(9)
            )
            #expect(try await world.receipt(receipt) == .unknown(TrackingUnknown()))
            receipt.wamid = "wamid.1"
            let result = try await world.receipt(receipt).recorded
            #expect(result.changed && result.tracking.status == .delivered && result.tracking.id == tracking.id)
            #expect(result.tracking.genesysMessageId == "genesys-1")
            #expect(result.mapping?.conversationId == "conversation-1")
            receipt.wamid = nil
            #expect(try await !world.receipt(receipt).recorded.changed)
            #expect(try await world.claim(world.inbound("wamid.1")).first?.claim == .duplicate)
        }
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
