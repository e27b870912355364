import ContractRuntime
import HTTPTypes
import SharedContract
import StateManagerContract
import StateManagerStandIn
import Synchronization

/// The part of state-manager that keeps attempts, in memory: the same answers by the same contract.
final class AttemptLedger: StateManagerStandIn {
    struct Down: Error {}

    struct State {
        var openAttempt: (id: String, begunAt: DateTime)?
        var accepted: SendAccepted?
        var begun: [String] = []
        var results: [String] = []
        var isDownForResults = false
        var conversationID: String?
        /// When the customer wrote last; nil: never.
        var secondsSinceInbound: Int64? = 60
        var windowsLookedAt = 0
        /// How late statuses are recorded, as state-manager says.
        var evidenceLagMilliseconds: Int?
        /// Seconds from the attempt to the latest status that was recorded; nil: there was none.
        var statusesReachSeconds: Int64? = 10
    }

    private let state = Mutex(State())
    let clock: TestTime

    init(clock: TestTime) { self.clock = clock }

    /// Looks at or changes the state.
    func with<Value: Sendable>(_ body: @Sendable (inout State) -> Value) -> Value { state.withLock { body(&$0) } }

    func beginSends(_ input: BeginSends.Input, _ context: RequestContext) async throws -> BeginSends.Output {
        let item = input.body.items[0]
        let now = clock.now
        return .ok(BeginSendResults(results: [with { Self.begin(item, &$0, now) }]))
    }

    private static func begin(_ item: BeginSendRequest, _ state: inout State, _ now: DateTime) -> BeginSendResult {
        if let accepted = state.accepted {
            return .alreadyAccepted(
                .init(
                    trackingId: item.trackingId,
                    platformMessageId: accepted.platformMessageId,
                    conversationId: accepted.conversationId
                )
            )
        }
        if let open = state.openAttempt, open.id != item.attemptId, !item.reconciled {
            let mapping = state.conversationID.map { id in
                ConversationMapping(
                    id: item.trackingId,
                    tenantId: item.trackingId,
                    customer: CustomerIdentity(waId: "4915100"),
                    conversationId: id,
                    createdAt: now,
                    lastActivityAt: now
                )
            }
            let tracking = MessageTracking(
                id: item.trackingId,
                tenantId: item.trackingId,
                direction: .inbound,
                status: .sending,
                messageType: "text",
                attempts: 1,
                receivedAt: now,
                createdAt: now,
                updatedAt: now
            )
            return .unknownOutcome(
                .init(
                    trackingId: item.trackingId,
                    openAttemptId: open.id,
                    begunAt: open.begunAt,
                    evidenceLagMilliseconds: state.evidenceLagMilliseconds,
                    statusesReachTo: state.statusesReachSeconds.map {
                        DateTime(millisecondsSinceEpoch: open.begunAt.millisecondsSinceEpoch + $0 * 1_000)
                    },
                    tracking: tracking,
                    mapping: mapping
                )
            )
        }
        state.openAttempt = (item.attemptId, now)
        state.begun.append(item.attemptId)
        return .proceed(
            .init(trackingId: item.trackingId, attemptId: item.attemptId, attempt: state.begun.count)
        )
    }

    func completeSends(_ input: CompleteSends.Input, _ context: RequestContext) async throws -> CompleteSends.Output {
        let item = input.body.items[0]
        try state.withLock { state in
            if state.isDownForResults { throw Down() }
            switch item.outcome {
            case .accepted(let accepted):
                state.accepted = accepted
                state.results.append("accepted")
                state.openAttempt = nil
            case .unknown: state.results.append("unknown")
            case .throttled: close(&state, "throttled")
            case .transient: close(&state, "transient")
            case .authentication: close(&state, "authentication")
            case .permanent: close(&state, "permanent")
            }
        }
        return .ok(TrackingResults(results: [.unknown(.init())]))
    }

    private func close(_ state: inout State, _ result: String) {
        state.results.append(result)
        state.openAttempt = nil
    }

    func findTracking(_ input: FindTracking.Input, _ context: RequestContext) async throws -> FindTracking.Output {
        let now = clock.now
        return with { state in
            .ok(
                MessageTracking(
                    id: input.id, tenantId: input.tenantId, metaMessageId: state.accepted?.platformMessageId,
                    direction: .outbound,
                    status: state.accepted != nil ? .accepted : state.openAttempt == nil ? .claimed : .sending,
                    messageType: "Text", attempts: 1, receivedAt: now, createdAt: now, updatedAt: now))
        }
    }

    func findLastInbound(
        _ input: FindLastInbound.Input,
        _ context: RequestContext
    ) async throws -> FindLastInbound.Output {
        let now = clock.now
        return with { state in
            state.windowsLookedAt += 1
            guard let seconds = state.secondsSinceInbound else {
                return .notFound(.init(type: "about:blank", title: "Not Found", status: 404))
            }
            let last = DateTime(millisecondsSinceEpoch: now.millisecondsSinceEpoch - seconds * 1_000)
            return .ok(LastInbound(lastInboundAt: last, wamid: "wamid.last"))
        }
    }
}

/// A time of day that stands still until it is moved.
final class TestTime: Sendable {
    private let milliseconds = Mutex<Int64>(1_790_000_000_000)
    var now: DateTime { DateTime(millisecondsSinceEpoch: milliseconds.withLock { $0 }) }
    func advance(seconds: Int64) { milliseconds.withLock { $0 += seconds * 1_000 } }
}

/// A platform that answers from a script, request by request, and remembers what it was asked.
final class ScriptedPlatform: ClientTransport {
    typealias Answer = @Sendable (ContractRequest) throws(TransportError) -> ContractResponse

    private struct State {
        var answers: [Answer]
        var requests: [ContractRequest] = []
    }

    private let state: Mutex<State>

    init(_ answers: [Answer]) { state = Mutex(State(answers: answers)) }

    /// Adds answers.
    func then(_ answers: Answer...) { state.withLock { $0.answers += answers } }

    /// Everything that was asked.
    var requests: [ContractRequest] { state.withLock { $0.requests } }

    func send(
        _ request: ContractRequest,
        options: RequestOptions
    ) async throws(TransportError) -> ContractResponse {
        let answer: Answer? = state.withLock { state in
            state.requests.append(request)
            return state.answers.isEmpty ? nil : state.answers.removeFirst()
        }
        guard let answer else { throw TransportError(.notConnected, reason: "the script is at its end") }
        return try answer(request)
    }
}

/// Lets everybody in.
struct OpenDoor: Authenticator {
    func principal(of request: ContractRequest, for requirement: SecurityRequirement) async -> Principal? {
        Principal(name: "test")
    }
}

/// An answer with a JSON body.
func json(_ status: Int, _ text: String, retryAfter: String? = nil) -> ScriptedPlatform.Answer {
    { _ throws(TransportError) in
        var response = ContractResponse(
            status: status,
            headers: [.contentType: "application/json"],
            body: .bytes(Array(text.utf8))
        )
        if let retryAfter { response.headers[.retryAfter] = retryAfter }
        return response
    }
}

/// No answer.
func lost(_ code: TransportError.Code) -> ScriptedPlatform.Answer {
    { _ throws(TransportError) in throw TransportError(code, reason: "scripted") }
}
