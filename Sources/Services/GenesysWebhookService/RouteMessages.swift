import ContractJSON
import ContractRuntime
import GenesysWebhookContract
import MediaTransfer
import RelayDelivery
import RelayMessagingContract
import ServiceKit
import SharedContract
import WebhookIntake

/// Finds the tenant's number and tells messages from receipts.
struct MessageRouter: GenesysMessagesConsumer {
    let integrations: Integrations
    let files: OutboundFiles
    let transport: any MessageTransport
    let worker: LaneWorker
    let counters: IntakeCounters

    func consume(
        _ message: GenesysMessage, headers: RelayHeaders, delivery: DeliveredMessage
    ) async -> DeliveryDecision {
        await worker.handle(delivery, headers, tenantID: message.tenantId) {
            let route = try await integrations.route(of: message.integrationId, traceparent: headers.traceparent)
            let outgoing = RoutedMessage(
                message: message, headers: headers, source: delivery.messageID ?? message.archiveKey,
                media: try await fetchFiles(of: message, on: route, headers))
            let (routed, quarantined) = try outgoing.message(on: route)
            try await transport.publish([routed])
            // What goes on to the transformer is settled by whoever ends it, so that nothing overtakes it there.
            if quarantined { try await worker.settleHeld(headers) }
            counters.routed(published: quarantined ? 0 : 1, quarantined: quarantined ? 1 : 0)
        }
    }

    func refuse(_ delivery: DeliveredMessage, because error: ContractDecodingError) async -> DeliveryDecision {
        await worker.refuse(delivery, because: error)
    }

    /// Fetches the files of a message. One that can't be had holds up its message no longer than the policy of
    /// ``OutboundFiles`` says; then the message goes on with the reason in its place, for the agent to be told.
    private func fetchFiles(
        of message: GenesysMessage, on route: TenantRoute?, _ headers: RelayHeaders
    ) async throws -> [OutboundMedia] {
        guard let route, RoutedMessage.isServed(message, on: route),
            let notification = try? OutboundNotification(json: .object(message.update))
        else { return [] }
        var fetched: [OutboundMedia] = []
        let end = ContinuousClock.now + MediaStore.patienceOfDelivery
        // The contract carries a hundred; nobody attaches more.
        for file in AgentFile.all(in: notification).prefix(100) {
            let start = ContinuousClock.now
            do {
                guard start < end else { throw MediaStore.outOfTime }
                let id = StableIdentifier.derived(from: "file", message.platformMessageId, file.pointer)
                let stored = try await files.fetch(
                    file, tenantID: route.tenantId,
                    key: MediaKey.key(tenantID: route.tenantId, at: message.receivedAt, id: id),
                    traceparent: headers.traceparent)
                counters.fileStored(bytes: stored.sizeBytes, after: .now - start)
                fetched.append(OutboundMedia(pointer: file.pointer, stored: stored))
            } catch let problem as MediaProblem {
                counters.fileMissed(problem.code.rawValue)
                fetched.append(
                    OutboundMedia(
                        pointer: file.pointer,
                        failure: problem.failure(of: file.file.mediaType, filename: file.file.filename)))
            } catch var held as HeldBack {
                held.channelID = route.channelId
                held.claim = .outbound(message.claim(notification, on: route, headers))
                throw held
            }
        }
        return fetched
    }
}

/// An accepted notification on its way to the transformer.
struct RoutedMessage {
    let message: GenesysMessage
    let headers: RelayHeaders
    /// Names the message the same after a redelivery.
    let source: String
    /// Its files.
    var media: [OutboundMedia] = []

    /// Whether the message is one of the tenant's, and the tenant is served. The secret that verified the webhook is that
    /// of the tenant in its path, which must own the integration too.
    static func isServed(_ message: GenesysMessage, on route: TenantRoute) -> Bool {
        route.status == .active && route.tenantId.lowercased() == message.tenantId.lowercased()
    }

    /// The message for the transformer, or for the quarantine.
    func message(
        on route: TenantRoute?
    ) throws(ContractDecodingError) -> (message: OutgoingMessage, isQuarantined: Bool) {
        // The secret that verified the webhook is that of the tenant in its path, which must own the integration too.
        guard let route, route.tenantId.lowercased() == message.tenantId.lowercased() else {
            return (try quarantine(.unknownIntegration), true)
        }
        guard route.status == .active else { return (try quarantine(.tenantSuspended), true) }
        do throws(ContractDecodingError) {
            let notification = try OutboundNotification(json: .object(message.update))
            if case .receipt = message.messageType { return (try receipt(notification), false) }
            return (try outbound(notification, route), false)
        } catch {
            return (try quarantine(.contractViolation, error.violations), true)
        }
    }

    private func outbound(
        _ notification: OutboundNotification, _ route: TenantRoute
    ) throws(ContractDecodingError) -> OutgoingMessage {
        try OutboundMessagesPublisher.message(
            OutboundMessage(
                tenantId: route.tenantId, phoneNumberId: route.phoneNumberId, integrationId: message.integrationId,
                channelId: route.channelId, conversationId: notification.usableConversationID,
                customerAddress: notification.channel.to.id,
                platformMessageId: message.platformMessageId,
                messageType: OutboundMessage.MessageType(rawValue: message.messageType.rawValue),
                originatingEntity: notification.originatingEntity.value?.rawValue.usable(60).map(
                    OutboundMessage.OriginatingEntity.init(rawValue:)),
                occurredAt: notification.channel.time, receivedAt: message.receivedAt, archiveKey: message.archiveKey,
                update: message.update, media: media.isEmpty ? nil : media),
            headers: outgoingHeaders, messageID: StableIdentifier.derived(from: source, "outbound"))
    }

    private func receipt(_ notification: OutboundNotification) throws(ContractDecodingError) -> OutgoingMessage {
        guard let status = notification.status.value else { throw .violations([Self.statusless]) }
        let sourceMessageID = notification.channel.messageId.value
        return try OutboundMessagesPublisher.message(
            GenesysReceipt(
                tenantId: message.tenantId, integrationId: message.integrationId,
                conversationId: notification.usableConversationID, platformMessageId: message.platformMessageId,
                // Elsewhere it repeats the id of the notification.
                sourceMessageId: sourceMessageID == notification.id ? nil : sourceMessageID?.usable(528),
                status: GenesysReceipt.Status(rawValue: status.rawValue), isFinal: notification.isFinalReceipt.value,
                reasons: notification.reasons.value?.prefix(20).map { reason in
                    GenesysReceiptReason(
                        code: reason.code.value?.rawValue.cut(to: 120), message: reason.message.value?.cut(to: 1_000))
                },
                occurredAt: notification.channel.time, receivedAt: message.receivedAt, archiveKey: message.archiveKey,
                update: message.update),
            headers: outgoingHeaders, messageID: StableIdentifier.derived(from: source, "receipt"))
    }

    private func quarantine(
        _ reason: QuarantineReason, _ violations: [ContractRuntime.ContractViolation] = []
    ) throws(ContractDecodingError) -> OutgoingMessage {
        let id = StableIdentifier.derived(from: source, "quarantine")
        var again = headers
        again.heldId = nil
        let entry = QuarantinedUpdate.bounded(
            id: id, platform: .genesys, reason: reason, tenantID: message.tenantId, addressee: message.integrationId,
            field: message.messageType.rawValue, violations: violations, receivedAt: message.receivedAt,
            archiveKey: message.archiveKey, update: .object(message.update),
            replay: try GenesysMessagesPublisher.message(message, headers: again, messageID: id))
        return try QuarantinePublisher.message(entry, headers: outgoingHeaders, messageID: id)
    }

    private var outgoingHeaders: RelayHeaders {
        RelayHeaders(
            traceparent: TraceContext.child(of: headers.traceparent), lane: headers.lane, attempt: 1,
            occurredAt: headers.occurredAt, heldId: headers.heldId)
    }

    private static let statusless = ContractRuntime.ContractViolation(
        instancePointer: "/status", keyword: "type",
        schemaPointer: "Specs/genesys/webhook.yaml#/components/schemas/OutboundNotification",
        message: "a receipt needs a status")
}

/// What is only of use to others must not keep a message back because it is odd.
extension OutboundNotification {
    /// The conversation, unless it has a form that Genesys never gave it.
    var usableConversationID: String? {
        guard let id = conversationId.value?.usable(64) else { return nil }
        let isPlain = id.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        return isPlain ? id : nil
    }
}

extension String {
    /// The text if it is neither empty nor longer than this.
    fileprivate func usable(_ maximum: Int) -> String? {
        isEmpty || unicodeScalars.count > maximum ? nil : self
    }
}
