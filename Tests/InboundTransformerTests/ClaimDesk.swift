import ContractRuntime
import SharedContract
import StateManagerContract
import StateManagerStandIn
import Synchronization

/// The part of state-manager that claims and records evidence, in memory: the same answers by the same contract.
final class ClaimDesk: StateManagerStandIn {
    struct State {
        /// Tracking ids by platform message id.
        var claimed: [String: String] = [:]
        /// Tracking ids of messages that were accepted.
        var accepted: Set<String> = []
        /// Tracking ids of messages that failed for good.
        var failed: Set<String> = []
        var isUnresolved = false
        var statuses: [StatusReport] = []
        var receipts: [ReceiptReport] = []
        /// What a status finds.
        var tracked: MessageTracking?
        /// Whether another part of that message has failed.
        var failedPart = false
        var isChanged = true
        var remembered: [StructuredMessage] = []
        /// What is known of the message that one names.
        var answered: AnsweredMessage?
        var asked: [FindAnswered.Input] = []
        var lastInbound: LastInbound?
        var inboundClaims: [InboundClaim] = []
        var outboundClaims: [OutboundClaim] = []
        /// As whom Genesys knows the customer.
        var genesysAddress: GenesysAddress?
        /// Whether claims are answered `held`.
        var isHeld = false
        var holds: [HoldRequest] = []
        var settled: [Int] = []
    }

    private let state = Mutex(State())

    /// Looks at or changes the state.
    func with<Value: Sendable>(_ body: @Sendable (inout State) -> Value) -> Value { state.withLock { body(&$0) } }

    func claimMessages(_ input: ClaimMessages.Input, _ context: RequestContext) async throws -> ClaimMessages.Output {
        let results = with { state in
            input.body.items.map { item -> ClaimResult in
                switch item {
                case .inbound(let claim):
                    state.inboundClaims.append(claim)
                    return Self.claim(
                        claim.tenantId,
                        claim.platformMessageId,
                        .inbound,
                        claim.messageType,
                        claim.customer,
                        &state
                    )
                case .outbound(let claim):
                    state.outboundClaims.append(claim)
                    return Self.claim(
                        claim.tenantId,
                        claim.platformMessageId,
                        .outbound,
                        claim.messageType,
                        CustomerIdentity(waId: claim.customerAddress),
                        &state
                    )
                }
            }
        }
        return .ok(ClaimResults(results: results))
    }

    private static func claim(
        _ tenantID: String,
        _ messageID: String,
        _ direction: Direction,
        _ type: String,
        _ customer: CustomerIdentity,
        _ state: inout State
    ) -> ClaimResult {
        let known = state.claimed[messageID]
        let id = known ?? uuid(state.claimed.count + 1)
        state.claimed[messageID] = id
        let outcome: ClaimOutcome =
            state.isUnresolved
            ? .unresolved
            : state.isHeld
                ? .held
                : known == nil
                    ? .claimed : state.accepted.union(state.failed).contains(id) ? .duplicate : .resumed
        let now = DateTime(millisecondsSinceEpoch: 1_790_000_000_000)
        let tracking = MessageTracking(
            id: id,
            tenantId: tenantID,
            direction: direction,
            status: state.failed.contains(id) ? .failed : .claimed,
            messageType: type,
            attempts: 0,
            receivedAt: now,
            createdAt: now,
            updatedAt: now
        )
        let mapping = ConversationMapping(
            id: uuid(9_999),
            tenantId: tenantID,
            customer: customer,
            genesysAddress: state.genesysAddress,
            createdAt: now,
            lastActivityAt: now,
            lastInboundAt: state.lastInbound?.lastInboundAt
        )
        return ClaimResult(claim: outcome, tracking: tracking, mapping: outcome == .unresolved ? nil : mapping)
    }

    static func uuid(_ number: Int) -> String {
        let digits = String(number)
        return "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
    }

    func recordStatuses(
        _ input: RecordStatuses.Input,
        _ context: RequestContext
    ) async throws -> RecordStatuses.Output {
        let result: TrackingResult = with { state in
            state.statuses += input.body.items
            guard let tracked = state.tracked else { return .unknown(.init()) }
            let mapping = ConversationMapping(
                id: Self.uuid(9_999),
                tenantId: tracked.tenantId,
                customer: CustomerIdentity(waId: "49151000001"),
                createdAt: tracked.createdAt,
                lastActivityAt: tracked.createdAt
            )
            return .recorded(
                .init(
                    changed: state.isChanged, tracking: tracked, mapping: mapping, failedPart: state.failedPart))
        }
        return .ok(TrackingResults(results: [result]))
    }

    func holdMessage(_ input: HoldMessage.Input, _ context: RequestContext) async throws -> HoldMessage.Output {
        with { $0.holds.append(input.body) }
        return .ok(HoldResult(heldId: 7))
    }

    func settleHeldMessages(
        _ input: SettleHeldMessages.Input,
        _ context: RequestContext
    ) async throws -> SettleHeldMessages.Output {
        with { $0.settled += input.body.heldIds }
        return .ok(SettleResult(settled: input.body.heldIds.count))
    }

    func recordReceipts(
        _ input: RecordReceipts.Input,
        _ context: RequestContext
    ) async throws -> RecordReceipts.Output {
        with { $0.receipts += input.body.items }
        return .ok(TrackingResults(results: [.unknown(.init())]))
    }

    func rememberOptions(
        _ input: RememberOptions.Input,
        _ context: RequestContext
    ) async throws -> RememberOptions.Output {
        with { $0.remembered.append(input.body) }
        return .noContent
    }

    func findAnswered(_ input: FindAnswered.Input, _ context: RequestContext) async throws -> FindAnswered.Output {
        with { state in
            state.asked.append(input)
            guard let answered = state.answered else { return .notFound(Self.nothing) }
            return .ok(answered)
        }
    }

    func findLastInbound(
        _ input: FindLastInbound.Input,
        _ context: RequestContext
    ) async throws -> FindLastInbound.Output {
        with { $0.lastInbound.map { .ok($0) } ?? .notFound(Self.nothing) }
    }

    func findTracking(_ input: FindTracking.Input, _ context: RequestContext) async throws -> FindTracking.Output {
        with { $0.tracked.map { .ok($0) } ?? .notFound(Self.nothing) }
    }

    private static let nothing = Problem(type: "about:blank", title: "Not Found", status: 404)
}
