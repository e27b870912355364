public import ContractRuntime
import GenesysAPIServiceContract
import Logging
import MediaTransfer
import RelayDelivery
public import RelayMessagingContract
import ServiceKit
import SharedContract
import StateManagerContract

extension InboundTransformer: InboundMessagesConsumer {
    /// Brings a customer's message to Genesys: claim, transform, send.
    public func consume(
        _ message: InboundMessage,
        headers: RelayHeaders,
        delivery: DeliveredMessage
    ) async -> DeliveryDecision {
        let work = deliveries.work(
            delivery, headers, tenantID: message.tenantId, channelID: message.channelId,
            direction: message.writtenInApp ? .outbound : .inbound, ["wamid": message.platformMessageId.endOfID])
        return await deliveries.settle(work) {
            guard !message.writtenInApp else { return try await recordEcho(message, work) }
            if message.fileOnly, try await wentWithFile(message, work) {
                operations.metrics.increment(.duplicates, ["inbound"])
                return
            }
            let read = ReadMessage(message.update)
            let transformed = Transformed(
                read, answered: try await answered(read.earlier, message, work), file: MessageFile(message))
            if !transformed.violations.isEmpty {
                work.logger.notice("sent on as a label: WhatsApp's contract refuses the message")
            }
            let change = read.change(from: message.customer)
            let claims = try await claim(message, change, transformed, work)
            for (part, claim) in claims.enumerated() {
                guard try await deliver(message, transformed, part: part, claim, work) else { return }
            }
            // The message itself was marked before its file came.
            if !message.fileOnly { await markReceived(message, work) }
        }
    }

    /// Whether a message whose file was missing when it was routed had it when it was routed before: redelivered, a message
    /// is a duplicate, but the file that is missing the second time is kept to be fetched.
    private func wentWithFile(_ message: InboundMessage, _ work: Work) async throws -> Bool {
        try await tracking(of: message, work)?.mediaUrl != nil
    }

    /// Claims the message, and each further part of one that is too long for a single message under an id of its own,
    /// so that every part has its own intent and result.
    private func claim(
        _ message: InboundMessage,
        _ change: CustomerChange?,
        _ transformed: Transformed,
        _ work: Work
    ) async throws -> [ClaimResult] {
        let items = transformed.texts.enumerated().map { part, text in
            ClaimRequest.inbound(
                InboundClaim(
                    tenantId: message.tenantId,
                    channelId: message.channelId,
                    platformMessageId: message.idOfPart(part),
                    customer: change?.customer ?? message.customer,
                    formerly: change?.formerly,
                    messageType: message.messageType,
                    mediaType: part == 0 ? message.media?.mediaType ?? message.mediaFailure?.mediaType : nil,
                    mediaUrl: part == 0 ? message.media?.url : nil,
                    lane: work.headers.lane,
                    heldId: work.headers.heldId,
                    text: String(text.unicodeScalars.prefix(10_000)),
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
        _ message: InboundMessage,
        _ transformed: Transformed,
        part: Int,
        _ claim: ClaimResult,
        _ work: Work
    ) async throws -> Bool {
        switch claim.claim {
        case .duplicate:
            operations.metrics.increment(.duplicates, ["inbound"])
            return try isSent(claim, work)
        case .held: throw HeldBack(trackingID: claim.tracking.id)
        case .unresolved:
            throw GivenUp(
                cause: FailureCause(
                    disposition: .permanent,
                    code: "unresolved-customer",
                    reason: "nobody to whom the message belongs"
                ),
                attempts: 1,
                firstFailedAt: now(),
                trackingID: claim.tracking.id
            )
        // An attempt without a result is looked into by genesys-api-service before it sends anything.
        case .claimed, .resumed, .unknownOutcome: break
        }
        let attachment = part == 0 ? try transformed.file.map(attachment(of:)) : nil
        let draft = GenesysMessageDraft(
            from: address(of: message, claim),
            sourceMessageId: message.idOfPart(part),
            occurredAt: message.occurredAt ?? message.receivedAt,
            text: attachment == nil ? transformed.texts[part] : transformed.textBesideFile,
            attachment: attachment,
            answer: part == 0 ? transformed.answer : nil,
            metadata: ["trackingId": claim.tracking.id, "whatsAppType": message.messageType],
            customAttributes: transformed.customAttributes.isEmpty ? nil : transformed.customAttributes
        )
        let request = SendMessageRequest(
            tenantId: message.tenantId,
            trackingId: claim.tracking.id,
            integrationId: message.integrationId,
            message: draft
        )
        try await send(request, work)
        operations.metrics.increment(.messages, ["inbound", message.messageType, "accepted"])
        let age = now().millisecondsSinceEpoch - message.receivedAt.millisecondsSinceEpoch
        operations.metrics.observe(.messageEndToEnd, ["inbound"], .milliseconds(max(age, 0)))
        return true
    }

    /// A stored file as Genesys fetches it.
    private func attachment(of media: StoredMedia) throws -> GenesysAttachmentDraft {
        do {
            return try GenesysAttachmentDraft(media, links: links)
        } catch {
            let problem = (error as? MediaProblem)?.reason ?? "no link could be made"
            throw GivenUp(
                cause: FailureCause(disposition: .permanent, code: "media-storage", reason: problem),
                attempts: 1,
                firstFailedAt: now()
            )
        }
    }

    /// As whom Genesys knows the customer; the same as ever, whatever number or id this message came under.
    private func address(of message: InboundMessage, _ claim: ClaimResult) -> GenesysAddress {
        let name = message.customer.displayName ?? claim.mapping?.contactName
        guard var address = claim.mapping?.genesysAddress else {
            return GenesysAddress(claim.mapping?.customer ?? message.customer, nickname: name)
        }
        address.nickname = name
        return address
    }

    /// Whether a message that was claimed before has been sent. One that was refused for good, and whose service ended
    /// before it could say so, is given up now.
    private func isSent(_ claim: ClaimResult, _ work: Work) throws -> Bool {
        let tracking = claim.tracking
        guard tracking.genesysMessageId == nil else { return true }
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

    /// Waits for genesys-api-service as long as it is away: repeating is safe by tracking id.
    private func outcome(of request: SendMessageRequest, _ work: Work) async throws -> SendOutcome {
        try await deliveries.attempting(policy.neighbours, trackingID: request.trackingId, logger: work.logger) {
            attempt in
            let output: SendMessage.Output
            do throws(ClientError) {
                output = try await genesysAPI.sendMessage(
                    .init(body: request),
                    traceparent: work.traceparent,
                    options: RequestOptions(timeout: .seconds(90))
                )
            } catch { throw AttemptFailure.client(error, of: "genesys-api-service", attempt: attempt) }
            switch output {
            case .ok(let outcome): return outcome
            case .serviceUnavailable, .unauthorized: throw AttemptFailure.unreachable("genesys-api-service")
            case .badRequest:
                throw AttemptFailure.permanent(
                    code: "contract-violation",
                    reason: "genesys-api-service refuses the message"
                )
            case .internalServerError, .undocumented:
                throw AttemptFailure.failing("genesys-api-service", attempt: attempt)
            }
        }
    }
}

extension InboundMessage {
    /// By which a part is claimed and found again.
    fileprivate func idOfPart(_ part: Int) -> String {
        fileOnly ? MessagePart.lateFile(platformMessageId) : MessagePart.id(platformMessageId, part: part)
    }
}
