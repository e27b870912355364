public import ContractRuntime
import Logging
import RelayDelivery
public import RelayMessagingContract
import ServiceKit
import SharedContract
import StateManagerContract
import WhatsAppAPIServiceContract

extension OutboundTransformer: OutboundMessagesConsumer {
    /// Brings a message of an agent or a bot to WhatsApp: claim, transform, send part by part.
    public func consume(
        _ message: OutboundMessage,
        headers: RelayHeaders,
        delivery: DeliveredMessage
    ) async -> DeliveryDecision {
        let work = deliveries.work(
            delivery, headers, tenantID: message.tenantId, channelID: message.channelId, direction: .outbound,
            ["genesys_message_id": message.platformMessageId])
        return await deliveries.settle(work, beforeBurial: { try await tellAgent(message, $0, work) }) {
            let transformed = Transformed(message)
            if !transformed.violations.isEmpty {
                work.logger.notice("sent on as a label: Genesys' contract refuses the message")
            }
            // Nothing of an event is worth keeping for a claim: it is over when it could be looked at.
            guard !transformed.drafts.isEmpty || !transformed.refused.isEmpty else {
                await showTyping(message, work)
                return
            }
            if !transformed.options.isEmpty { try await remember(transformed.options, of: message, work) }
            // Parts that went before with a file of which they are but the caption now.
            var captions: Set<Int> = []
            // Claims first and all together: a part that was sent before a crash is not sent again.
            for start in stride(from: 0, to: transformed.drafts.count, by: 100) {
                let parts = start..<min(start + 100, transformed.drafts.count)
                let claims = try await claim(
                    message, parts: parts.map { ClaimedPart(transformed.places[$0], transformed.drafts[$0]) }, work)
                for (part, claim) in zip(parts, claims) {
                    let draft = transformed.drafts[part]
                    if claim.wasFile, draft.media == nil { captions.insert(part) }
                    guard try await deliver(message, draft: draft, isFirst: part == 0, claim, work) else { return }
                }
            }
            let refused = transformed.refused.filter { file in !(file.caption.map(captions.contains) ?? false) }
            try await giveUp(refused, of: message, work)
            await markAnswered(message, work)
        }
    }

    /// Gives up a message of which files can't go, behind what can: the files are tracked, and the agent is told why the
    /// first can't. A file that went when the message was read before, or that the agent was told of, is none of them.
    private func giveUp(_ refused: [RefusedFile], of message: OutboundMessage, _ work: Work) async throws {
        let refused = refused.prefix(100)
        guard !refused.isEmpty else { return }
        let claims = try await claim(message, parts: refused.map { ClaimedPart($0) }, work)
        for (file, claim) in zip(refused, claims) {
            if claim.claim == .duplicate {
                operations.metrics.increment(.duplicates, ["outbound"])
                _ = try isSent(claim, work)
                continue
            }
            throw GivenUp(cause: file.cause, attempts: 1, firstFailedAt: now(), trackingID: claim.tracking.id)
        }
    }

    /// Claims the parts of a message. The claim finds the customer: by conversation, else by the address that the relay
    /// once introduced them under, else, where an agent writes first, from the address itself.
    private func claim(
        _ message: OutboundMessage,
        parts: [ClaimedPart],
        _ work: Work
    ) async throws -> [ClaimResult] {
        let items = parts.map { part in
            ClaimRequest.outbound(
                OutboundClaim(
                    tenantId: message.tenantId,
                    channelId: message.channelId,
                    platformMessageId: MessagePart.id(message.platformMessageId, part.place),
                    conversationId: message.conversationId,
                    customerAddress: message.customerAddress,
                    messageType: message.messageType.rawValue,
                    mediaType: part.mediaType,
                    mediaUrl: part.mediaURL,
                    lane: work.headers.lane,
                    heldId: work.headers.heldId,
                    text: part.words,
                    occurredAt: message.occurredAt,
                    receivedAt: message.receivedAt,
                    traceId: work.traceID,
                    archiveKey: message.archiveKey
                )
            )
        }
        return try await deliveries.attempting(policy.neighbours, logger: work.logger) { attempt in
            do { return try await batches.claims(items, traceparent: work.traceparent) } catch {
                if error is CancellationError { throw error }
                throw AttemptFailure.stateManager(error, over: "claim", attempt: attempt)
            }
        }
    }

    /// - Returns: Whether the message is with the platform now; if not, parts behind it stay behind.
    private func deliver(
        _ message: OutboundMessage,
        draft: WhatsAppMessageDraft,
        isFirst: Bool,
        _ claim: ClaimResult,
        _ work: Work
    ) async throws -> Bool {
        switch claim.claim {
        case .duplicate:
            operations.metrics.increment(.duplicates, ["outbound"])
            return try isSent(claim, work)
        // An attempt without a result waits for its proof in whatsapp-api-service.
        case .claimed, .resumed, .unknownOutcome: break
        case .held: throw HeldBack(trackingID: claim.tracking.id)
        case .unresolved: throw unresolved(claim)
        }
        guard let customer = claim.mapping?.customer else { throw unresolved(claim) }
        var request = SendMessageRequest(
            tenantId: message.tenantId,
            trackingId: claim.tracking.id,
            phoneNumberId: message.phoneNumberId,
            recipient: customer,
            message: draft
        )
        try await judgeWindow(of: &request, claim.mapping, isFirst: isFirst, work)
        try await send(request, work)
        operations.metrics.increment(.messages, ["outbound", message.messageType.rawValue, "accepted"])
        let age = now().millisecondsSinceEpoch - message.receivedAt.millisecondsSinceEpoch
        operations.metrics.observe(.messageEndToEnd, ["outbound"], .milliseconds(max(age, 0)))
        return true
    }

    private func unresolved(_ claim: ClaimResult) -> GivenUp {
        GivenUp(
            cause: FailureCause(
                disposition: .permanent,
                code: "unresolved-customer",
                reason: "no customer for this conversation"
            ),
            attempts: 1,
            firstFailedAt: now(),
            trackingID: claim.tracking.id
        )
    }

    /// Whether a message that was claimed before has been sent. One that was refused for good, and whose service ended
    /// before it could say so, is given up now.
    private func isSent(_ claim: ClaimResult, _ work: Work) throws -> Bool {
        let tracking = claim.tracking
        guard tracking.metaMessageId == nil else { return true }
        if tracking.status == .failed, work.isRepeated {
            let unknown = FailureCause(disposition: .permanent, code: "failed-before", reason: "failed before")
            throw GivenUp(
                cause: tracking.lastFailure ?? unknown,
                attempts: max(tracking.attempts, 1),
                firstFailedAt: tracking.updatedAt,
                trackingID: tracking.id
            )
        }
        return tracking.status != .failed && tracking.status != .deadLettered
    }

    private func send(_ request: SendMessageRequest, _ work: Work) async throws {
        try await deliveries.attempting(policy.sending, trackingID: request.trackingId, logger: work.logger) { _ in
            let outcome = try await outcome(of: request, work)
            let longest = policy.longestThrottle
            if let held = HeldBack(outcome, trackingID: request.trackingId, longestWait: longest) { throw held }
            if let failure = AttemptFailure(outcome) { throw failure }
        }
    }

    /// Waits for whatsapp-api-service as long as it is away: repeating is safe by tracking id.
    private func outcome(of request: SendMessageRequest, _ work: Work) async throws -> SendOutcome {
        try await deliveries.attempting(policy.neighbours, trackingID: request.trackingId, logger: work.logger) {
            attempt in
            let output: SendMessage.Output
            do throws(ClientError) {
                output = try await whatsAppAPI.sendMessage(
                    .init(body: request),
                    traceparent: work.traceparent,
                    options: RequestOptions(timeout: .seconds(90))
                )
            } catch { throw AttemptFailure.client(error, of: "whatsapp-api-service", attempt: attempt) }
            switch output {
            case .ok(let outcome): return outcome
            case .serviceUnavailable, .unauthorized: throw AttemptFailure.unreachable("whatsapp-api-service")
            case .badRequest:
                throw AttemptFailure.permanent(
                    code: "contract-violation",
                    reason: "whatsapp-api-service refuses the message"
                )
            case .internalServerError, .undocumented:
                throw AttemptFailure.failing("whatsapp-api-service", attempt: attempt)
            }
        }
    }
}

/// What is claimed of a part of a message.
private struct ClaimedPart {
    let place: PartPlace
    let words: String?
    var mediaType: MediaType?
    var mediaURL: String?

    init(_ place: PartPlace, _ draft: WhatsAppMessageDraft) {
        self.place = place
        words = draft.words
        guard let media = draft.media else { return }
        mediaType = media.mediaType
        mediaURL = media.stored?.url
    }

    init(_ refused: RefusedFile) {
        place = refused.place
        words = refused.words
        mediaType = refused.mediaType
        mediaURL = refused.mediaURL
    }
}

extension WhatsAppMessageDraft {
    fileprivate var media: WhatsAppMediaDraft? { if case .media(let media) = self { media } else { nil } }
}

extension ClaimResult {
    /// Whether the part was claimed before as a file.
    fileprivate var wasFile: Bool { claim == .duplicate && tracking.mediaType != nil }
}
