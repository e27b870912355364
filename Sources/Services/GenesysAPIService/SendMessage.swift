public import ContractRuntime
public import GenesysAPIServiceContract
import GenesysOpenMessagingContract
import Logging
import ServiceKit
import SharedContract
import StateManagerBatches
import StateManagerContract

// The states of one message, as state-manager keeps them:
//
//   claimed ──beginSends──▶ sending ──completeSends──▶ accepted | failed | claimed (to be tried again)
//
// A crash or a lost answer leaves `sending`. The next call finds that out from beginSends and looks the message up in
// the customer's conversation before it sends anything again.

/// A result that state-manager has yet to be told.
struct UnrecordedResult: Sendable, Hashable {
    var attemptID: String
    var outcome: SendOutcome
}

extension GenesysAPIService {
    /// Sends a customer's message to Genesys.
    public func sendMessage(_ input: SendMessage.Input, _ context: RequestContext) async throws -> SendMessage.Output {
        var sending = Sending(service: self, request: input.body, traceparent: context.traceparent)
        await sending.fitAttachment()
        do { return .ok(try await sending.outcome()) } catch let unavailable as StateManagerUnavailable {
            sending.logger.warning("state-manager is unavailable", metadata: ["cause": .string(unavailable.cause)])
            let problem = Problem(
                type: "urn:waba-genesys:problem:unavailable",
                title: "Service Unavailable",
                status: 503,
                detail: "state-manager can't be asked"
            )
            return .serviceUnavailable(problem, retryAfter: 1)
        }
    }
}

/// The sending of one message.
struct Sending: Sendable {
    let service: GenesysAPIService
    private(set) var request: GenesysAPIServiceContract.SendMessageRequest
    let traceparent: String
    let store: AttemptStore
    let logger: Logger

    init(service: GenesysAPIService, request: GenesysAPIServiceContract.SendMessageRequest, traceparent: String) {
        self.service = service
        self.request = request
        self.traceparent = traceparent
        store = AttemptStore(
            client: service.stateManager, batches: service.batches, trackingID: request.trackingId,
            traceparent: traceparent)
        logger = service.log(traceparent, tenantID: request.tenantId, ["tracking_id": request.trackingId])
    }

    /// Puts words in the place of an attachment that the integration would not take.
    mutating func fitAttachment() async {
        guard let attachment = request.message.attachment else { return }
        let rules = await service.attachmentRules(
            request.integrationId, tenantID: request.tenantId, traceparent: traceparent, logger: logger)
        if !rules.takes(attachment) { request.message = request.message.withoutAttachment(attachment) }
    }

    /// What became of the message.
    /// - Throws: ``StateManagerUnavailable``: nothing was tried.
    func outcome() async throws -> SendOutcome {
        // Token and budget come first, so that between intent and call there is nothing that takes time or fails.
        do { try await service.drawForMessage(request.tenantId, traceparent) } catch {
            guard let failure = error as? PlatformFailure else { throw error }
            return failure.sendOutcome
        }
        try await recordLeftover()
        let attemptID = service.makeID()
        switch try await store.begin(attemptID, reconciled: false) {
        case .proceed: return await send(attemptID)
        case .alreadyAccepted(let earlier): return Self.accepted(earlier)
        case .refused(let refusal): return Self.refused(refusal)
        case .unknownOutcome(let open): return try await reconcile(open)
        }
    }

    /// Tells state-manager the result that it could not take before.
    private func recordLeftover() async throws {
        guard let leftover = service.unrecorded.value(for: request.trackingId) else { return }
        try await store.complete(leftover.attemptID, leftover.outcome)
        service.unrecorded.remove(request.trackingId)
    }

    private func send(_ attemptID: String) async -> SendOutcome {
        let outcome: SendOutcome
        do { outcome = .accepted(try await post()) } catch {
            outcome = (error as? PlatformFailure ?? .unknown(reason: "the call broke off")).sendOutcome
        }
        return await record(outcome, of: attemptID)
    }

    /// Records a result. Where that fails, the attempt stays open and so the answer is `unknown`; the result is kept in
    /// memory for the next call, which then has nothing to reconcile.
    private func record(_ outcome: SendOutcome, of attemptID: String) async -> SendOutcome {
        do {
            try await store.complete(attemptID, outcome)
            return outcome
        } catch {
            service.unrecorded.set(UnrecordedResult(attemptID: attemptID, outcome: outcome), for: request.trackingId)
            logger.warning("a result could not be recorded", metadata: ["attempt_id": .string(attemptID)])
            return .unknown(.init(reason: "the result could not be recorded"))
        }
    }

    private func post() async throws -> SendAccepted {
        guard let answer = request.message.answer else { return try await postMessage() }
        do { return try await postStructuredResponse(answer) } catch PlatformFailure.permanent(let code, let reason) {
            // The conversation may be over, or the message one that Genesys has forgotten: the words still count.
            logger.notice(
                "a structured response was refused, sent as text",
                metadata: ["code": .string(code), "reason": .string(reason)]
            )
            return try await postMessage()
        }
    }

    private func postMessage() async throws -> SendAccepted {
        let message = OpenInboundNormalizedMessage(request.message)
        let answer = try await service.callGenesys(
            "genesys.message",
            tenantID: request.tenantId,
            draw: .paid,
            traceparent: traceparent
        ) { transport, credentials in
            try await GenesysOpenMessagingClient(transport: transport, credentials: credentials).sendInboundMessage(
                .init(integrationId: request.integrationId, prefetchConversationId: true, body: message),
                traceparent: traceparent,
                options: service.requestOptions
            ).result()
        }
        return try Self.accepted(answer.id.value, answer.conversationId.value)
    }

    private func postStructuredResponse(_ answer: StructuredAnswer) async throws -> SendAccepted {
        let response = OpenInboundStructuredResponseMessage(answer, of: request.message)
        let answer = try await service.callGenesys(
            "genesys.structured-response",
            tenantID: request.tenantId,
            traceparent: traceparent
        ) { transport, credentials in
            try await GenesysOpenMessagingClient(transport: transport, credentials: credentials).sendStructuredResponse(
                .init(integrationId: request.integrationId, body: response),
                traceparent: traceparent,
                options: service.requestOptions
            ).result()
        }
        return try Self.accepted(answer.id.value, nil)
    }

    /// Without an id nothing can be matched with this message later; it may be there all the same.
    private static func accepted(_ id: String?, _ conversationID: String?) throws(PlatformFailure) -> SendAccepted {
        guard let id, !id.isEmpty else {
            throw PlatformFailure.unknown(reason: "Genesys took the message and named no id")
        }
        return SendAccepted(platformMessageId: id, conversationId: Self.conversationID(conversationID))
    }

    // MARK: Reconciling

    private func reconcile(_ open: BeginUnknownOutcome) async throws -> SendOutcome {
        if service.firstMet.value(for: open.openAttemptId) == nil {
            service.firstMet.set(service.now(), for: open.openAttemptId)
        }
        let finding: Reconciliation.Finding
        do { finding = try await Reconciliation(sending: self, open: open).finding() } catch {
            guard let failure = error as? PlatformFailure else { throw error }
            return failure.outcomeOfLookup
        }
        logger.notice(
            "an attempt without a result was looked up",
            metadata: ["attempt_id": .string(open.openAttemptId), "finding": .string(finding.label)]
        )
        switch finding {
        case .found(let accepted): return await record(.accepted(accepted), of: open.openAttemptId)
        case .open(let reason): return .unknown(.init(reason: reason))
        case .absent: return try await sendAgain()
        }
    }

    private func sendAgain() async throws -> SendOutcome {
        let attemptID = service.makeID()
        switch try await store.begin(attemptID, reconciled: true) {
        case .proceed: return await send(attemptID)
        case .alreadyAccepted(let earlier): return Self.accepted(earlier)
        case .refused(let refusal): return Self.refused(refusal)
        case .unknownOutcome: return .unknown(.init(reason: "another attempt was begun meanwhile"))
        }
    }

    // MARK: Answers

    private static func accepted(_ earlier: BeginAlreadyAccepted) -> SendOutcome {
        .accepted(.init(platformMessageId: earlier.platformMessageId, conversationId: earlier.conversationId))
    }

    private static func refused(_ refusal: BeginRefused) -> SendOutcome {
        .permanent(.init(code: "not-sendable", reason: refusal.reason))
    }

    /// The conversation, where its id is one that the relay's contracts can carry; it is worth less than the message.
    static func conversationID(_ id: String?) -> String? {
        guard let id, !id.isEmpty, id.utf8.count <= 64,
            id.utf8.allSatisfy({ isWordByte($0) })
        else { return nil }
        return id
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

extension PlatformFailure {
    /// The answer when the look-up itself failed: waits that Genesys asked for are passed on, everything else leaves
    /// the message as unknown as it was.
    fileprivate var outcomeOfLookup: SendOutcome {
        switch self {
        case .throttled, .authentication: sendOutcome
        case .transient(_, let reason), .permanent(_, let reason), .unknown(let reason):
            .unknown(.init(reason: "the look-up failed: \(reason)"))
        }
    }
}
