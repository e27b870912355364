public import ContractRuntime
import Logging
import ServiceKit
import SharedContract
import StateManagerBatches
import StateManagerContract
public import WhatsAppAPIServiceContract
import WhatsAppGraphContract

// The states of one message, as state-manager keeps them:
//
//   claimed ──beginSends──▶ sending ──completeSends──▶ accepted | failed | claimed (to be tried again)
//
// A crash or a lost answer leaves `sending`. WhatsApp has no look-up and no idempotency key, but it reports every
// message that it accepted by status webhooks, each with our tracking id in `biz_opaque_callback_data`; state-manager
// takes such a status as proof, and beginSends then answers `alreadyAccepted`. So after a lost answer the message waits
// for its proof; only when none has come although it would have (``OpenAttempt``) is it sent again. That is safe enough:
// `sent` or `failed` follows an accepted message within seconds as a rule, and webhooks that could not be delivered are
// repeated by Meta.

/// A result that state-manager has yet to be told.
struct UnrecordedResult: Sendable, Hashable {
    var attemptID: String
    var outcome: SendOutcome
}

extension WhatsAppAPIService {
    /// Sends an agent's message to WhatsApp.
    public func sendMessage(
        _ input: WhatsAppAPIServiceContract.SendMessage.Input,
        _ context: RequestContext
    ) async throws -> WhatsAppAPIServiceContract.SendMessage.Output {
        let sending = Sending(service: self, request: input.body, traceparent: context.traceparent)
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
    let service: WhatsAppAPIService
    let request: WhatsAppAPIServiceContract.SendMessageRequest
    let traceparent: String
    let store: AttemptStore
    let logger: Logger

    init(service: WhatsAppAPIService, request: WhatsAppAPIServiceContract.SendMessageRequest, traceparent: String) {
        self.service = service
        self.request = request
        self.traceparent = traceparent
        store = AttemptStore(
            client: service.stateManager, batches: service.batches, trackingID: request.trackingId,
            traceparent: traceparent)
        logger = service.log(traceparent, tenantID: request.tenantId, ["tracking_id": request.trackingId])
    }

    /// What became of the message.
    /// - Throws: ``StateManagerUnavailable``: nothing was tried.
    func outcome() async throws -> SendOutcome {
        try await recordLeftover()
        if let earlier = try await earlierOutcome() { return earlier }
        // Token, file and budget come first, so that between intent and call there is nothing that takes time or fails.
        let message: ReadyMessage
        do {
            _ = try await service.tokens.token(of: request.tenantId, traceparent: traceparent)
            message = try await withUploadedFile(request.message)
            try await service.draw(for: request)
        } catch {
            guard let failure = error as? PlatformFailure else { throw error }
            return failure.sendOutcome
        }
        return try await begin(try await sendableDraft(message), reconciled: false)
    }

    /// Tells state-manager the result that it could not take before.
    private func recordLeftover() async throws {
        guard let leftover = service.unrecorded.value(for: request.trackingId) else { return }
        try await store.complete(leftover.attemptID, leftover.outcome)
        service.unrecorded.remove(request.trackingId)
    }

    private func begin(_ message: ReadyMessage?, reconciled: Bool) async throws -> SendOutcome {
        let attemptID = service.makeID()
        switch try await store.begin(attemptID, reconciled: reconciled) {
        case .proceed(let intent): return await send(message, attemptID, attempt: intent.attempt)
        case .alreadyAccepted(let earlier): return .accepted(.init(platformMessageId: earlier.platformMessageId))
        case .refused(let refusal): return .permanent(.init(code: "not-sendable", reason: refusal.reason))
        case .unknownOutcome(let open):
            guard !reconciled, isWindowOver(open) else {
                return Self.unproved
            }
            logger.notice(
                "no status has proved an attempt without a result; sending again",
                metadata: ["attempt_id": .string(open.openAttemptId)]
            )
            return try await begin(message, reconciled: true)
        }
    }

    func isWindowOver(_ open: BeginUnknownOutcome) -> Bool {
        let now = service.now()
        var attempt = service.openAttempts.value(for: open.openAttemptId) ?? OpenAttempt(open, now: now)
        defer { service.openAttempts.set(attempt, for: open.openAttemptId) }
        return attempt.isLost(open, now: now, policy: service.policy)
    }

    private func send(_ message: ReadyMessage?, _ attemptID: String, attempt: Int) async -> SendOutcome {
        guard let message else { return await record(Self.outsideWindow, of: attemptID) }
        let outcome: SendOutcome
        do { outcome = .accepted(try await post(message.draft, attempt)) } catch {
            let failure = judged(error as? PlatformFailure ?? .unknown(reason: "the call broke off"), message)
            await service.heed(failure, for: request)
            outcome = failure.sendOutcome
        }
        return await record(outcome, of: attemptID)
    }

    /// Records a result. Where that fails, the attempt stays open and so the answer is `unknown`; the result is kept in
    /// memory for the next call, which then needs no proof.
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

    /// An attempt without a result, while it may still be proved.
    static let unproved = SendOutcome.unknown(
        .init(reason: "an earlier attempt has no result; a status may still prove it sent"))

    private static let outsideWindow = SendOutcome.permanent(
        .init(code: "outside-window", reason: "the customer has not written for 24 hours, only a template may be sent")
    )

    private func post(_ draft: WhatsAppMessageDraft, _ attempt: Int) async throws -> SendAccepted {
        let message = WhatsAppGraphContract.SendMessageRequest(
            draft,
            to: request.recipient,
            trackingID: request.trackingId
        )
        let response = try await service.callGraph(
            "whatsapp.message",
            .sendMessageRequest(message),
            phoneNumberID: request.phoneNumberId,
            tenantID: request.tenantId,
            attempt: attempt,
            traceparent: traceparent
        )
        guard case .sendMessageResponse(let sent) = response, let id = sent.messages.first?.id, !id.isEmpty else {
            throw PlatformFailure.unknown(reason: "WhatsApp took the message and named no id")
        }
        return SendAccepted(platformMessageId: id, recipient: CustomerIdentity(resolved: sent.contacts?.first))
    }
}

extension CustomerIdentity {
    /// Whom WhatsApp resolved the recipient to; nil where it says nothing that the relay's contracts can carry.
    fileprivate init?(resolved contact: SentContact?) {
        let identity = CustomerIdentity(waId: contact?.waId, userId: contact?.userId)
        guard identity.waId != nil || identity.userId != nil, (try? identity.validatedJSON()) != nil else { return nil }
        self = identity
    }
}
