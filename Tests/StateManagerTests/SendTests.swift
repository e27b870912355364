import ContractRuntime
import SharedContract
import StateManagerContract
import Testing

@testable import StateManager

@Suite("Sends", .enabled(if: TestWorld.isAvailable, TestWorld.missing))
struct SendTests {
    @Test("An intent may be repeated; another attempt finds the outcome unknown until it has reconciled")
    func intents() async throws {
        try await TestWorld.run { world in
            let first = newID()
            let second = newID()
            let tracking = try await world.sending(world.inbound("wamid.1"), attempt: first)
            let expected = BeginProceed(trackingId: tracking.id, attemptId: first, attempt: 1)
            #expect(try await world.begin(tracking.id, first) == .proceed(expected))
            guard case .unknownOutcome(let unknown) = try await world.begin(tracking.id, second) else {
                throw Unexpected("the open attempt was overlooked")
            }
            #expect(unknown.openAttemptId == first && unknown.tracking.id == tracking.id && unknown.mapping != nil)
            let next = BeginProceed(trackingId: tracking.id, attemptId: second, attempt: 2)
            #expect(try await world.begin(tracking.id, second, reconciled: true) == .proceed(next))
            let story = try await world.story(tracking.id)
            #expect(story.events.map(\.kind) == [.claimed, .sendBegun, .reconciled, .sendBegun])
        }
    }

    @Test("An accepted message keeps both ids, and is answered with them instead of being sent again")
    func accepted() async throws {
        try await TestWorld.run { world in
            let attempt = newID()
            let tracking = try await world.sending(world.inbound("wamid.1"), attempt: attempt)
            let outcome = SendOutcome.accepted(
                SendAccepted(platformMessageId: "genesys-1", conversationId: "conversation-1")
            )
            let result = try await world.complete(tracking.id, attempt, outcome).recorded
            #expect(result.changed && result.tracking.status == .accepted)
            #expect(result.tracking.metaMessageId == "wamid.1" && result.tracking.genesysMessageId == "genesys-1")
            #expect(result.tracking.conversationId == "conversation-1" && result.tracking.acceptedAt != nil)
            #expect(result.mapping?.conversationId == "conversation-1")
            let again = try await world.complete(tracking.id, attempt, outcome).recorded
            #expect(!again.changed && again.tracking == result.tracking)
            let already = BeginAlreadyAccepted(
                trackingId: tracking.id,
                platformMessageId: "genesys-1",
                conversationId: "conversation-1"
            )
            #expect(try await world.begin(tracking.id, newID()) == .alreadyAccepted(already))
        }
    }

    @Test("A failure that may pass returns the message to claimed; a permanent one does not")
    func failures() async throws {
        try await TestWorld.run { world in
            let outcomes: [(SendOutcome, TrackingStatus, FailureDisposition)] = [
                (.throttled(SendThrottled(retryAfterSeconds: 3)), .claimed, .throttled),
                (.transient(SendTransientFailure(reason: "down")), .claimed, .transient),
                (.authentication(SendAuthenticationFailure(reason: "refused")), .claimed, .authentication),
                (.unknown(SendUnknownOutcome(reason: "no answer")), .sending, .unknownOutcome),
                (.permanent(SendPermanentFailure(code: "131026", reason: "undeliverable")), .failed, .permanent),
            ]
            for (index, (outcome, status, disposition)) in outcomes.enumerated() {
                let attempt = newID()
                let tracking = try await world.sending(world.inbound("wamid.\(index)"), attempt: attempt)
                let result = try await world.complete(tracking.id, attempt, outcome).recorded
                #expect(result.tracking.status == status)
                #expect(result.tracking.lastFailure?.disposition == disposition)
                let again = try await world.complete(tracking.id, attempt, outcome).recorded
                #expect(again.tracking == result.tracking && !again.changed)
            }
            guard
                case .refused(let refused) = try await world.begin(
                    try await world.story("wamid.4").tracking.id,
                    newID()
                )
            else { throw Unexpected("a failed message may be sent") }
            #expect(refused.status == .failed)
        }
    }

    @Test("The result of an attempt that was given up for reconciled counts only if it is an acceptance")
    func lateResult() async throws {
        try await TestWorld.run { world in
            let first = newID()
            let second = newID()
            let tracking = try await world.sending(world.inbound("wamid.1"), attempt: first)
            _ = try await world.begin(tracking.id, second, reconciled: true)
            let late = try await world.complete(
                tracking.id,
                first,
                .permanent(SendPermanentFailure(code: "400", reason: "late"))
            ).recorded
            #expect(late.tracking.status == .sending && !late.changed)
            let proof = try await world.complete(
                tracking.id,
                first,
                .accepted(SendAccepted(platformMessageId: "genesys-1"))
            ).recorded
            #expect(proof.tracking.status == .accepted && proof.changed)
        }
    }

    @Test("A message that nobody claimed is refused and unknown")
    func unclaimed() async throws {
        try await TestWorld.run { world in
            guard case .refused(let refused) = try await world.begin(newID(), newID()) else {
                throw Unexpected("it was not refused")
            }
            #expect(refused.status == nil)
            let accepted = SendOutcome.accepted(SendAccepted(platformMessageId: "genesys-1"))
            #expect(try await world.complete(newID(), newID(), accepted) == .unknown(TrackingUnknown()))
        }
    }
}
