import ContractJSON
import ContractRuntime
import HTTPTypes
import Logging
import RelayMessagingContract
import ServiceKit
import SharedContract
import WebhookIntake

extension WebhookReceiver {
    /// Verifies, decodes, groups by conversation and stores in one confirmed publish. Nothing else happens before Meta's
    /// 200: no database, no media.
    /// - Parameters:
    ///   - body: The bytes as they came.
    ///   - tenantID: The tenant whose own Meta app called; nil for the shared one.
    ///   - isSigned: Whether the signature of the bytes is valid.
    func accept(
        _ body: [UInt8], _ context: RequestContext, tenantID: String?,
        isSigned: () async throws(IntakeRefusal) -> Bool
    ) async throws(IntakeRefusal) {
        let start = ContinuousClock.now
        do throws(IntakeRefusal) {
            try IntakeRefusal.checkContentType(context.headers[.contentType])
            guard try await isSigned() else { throw .forged }
            let notification: ReadNotification
            do { notification = try NotificationReader.read(body) } catch { throw .malformed(error) }
            let webhook = AcceptedWebhook(
                id: StableIdentifier.random(), tenantID: tenantID, receivedAt: WallClock.now,
                traceparent: context.traceparent)
            let quarantined: Int
            do {
                let batch = try webhook.messages(of: notification, body: body)
                try await transport.publish(batch.messages)
                quarantined = batch.quarantined
            } catch {
                logger.error(
                    "a webhook could not be stored", metadata: ["failure": .string(Disposition(of: error).label)])
                throw .unavailable
            }
            counters.accepted(
                updates: notification.updateCount, quarantined: quarantined, at: webhook.receivedAt,
                after: ContinuousClock.now - start)
        } catch {
            counters.refused(error)
            if case .forged = error { forgeries.refused(tenantID: tenantID, context, logger) }
            throw error
        }
    }
}

/// A verified webhook on its way to the broker.
struct AcceptedWebhook {
    let id: String
    let tenantID: String?
    let receivedAt: DateTime
    let traceparent: String

    private var archiveKey: String { WebhookArchive.key(tenantID: tenantID, receivedAt: receivedAt, id: id) }

    /// Everything that becomes of a webhook: the body for the archive, one message for each conversation, one for each
    /// update that is set aside.
    func messages(
        of notification: ReadNotification, body: [UInt8]
    ) throws(ContractDecodingError) -> (messages: [OutgoingMessage], quarantined: Int) {
        var messages = [try rawMessage(body)]
        var aside = notification.setAside
        for conversation in notification.conversations {
            for (part, start) in stride(from: 0, to: conversation.updates.count, by: Self.mostUpdates).enumerated() {
                let updates = Array(conversation.updates[start...].prefix(Self.mostUpdates))
                do throws(ContractDecodingError) {
                    messages.append(try updatesMessage(conversation, updates, part: part))
                } catch {
                    // Ids that the relay's own contracts cannot carry. Rather visible than lost.
                    aside += updates.map { SetAsideUpdate(conversation, $0, violations: error.violations) }
                }
            }
        }
        for (index, update) in aside.enumerated() { messages.append(try quarantineMessage(update, index: index)) }
        return (messages, aside.count)
    }

    /// Most updates in one message, as many as Meta batches (create-webhook-endpoint, September 2026).
    private static let mostUpdates = 1_000

    private func rawMessage(_ body: [UInt8]) throws(ContractDecodingError) -> OutgoingMessage {
        try WhatsAppWebhooksPublisher.message(
            RawWebhook(
                platform: .whatsapp, tenantId: tenantID, receivedAt: receivedAt, archiveKey: archiveKey,
                body: String(decoding: body, as: UTF8.self)),
            headers: headers(lane: id), messageID: id)
    }

    private func updatesMessage(
        _ conversation: ConversationUpdates, _ updates: [WhatsAppUpdate], part: Int
    ) throws(ContractDecodingError) -> OutgoingMessage {
        try WhatsAppUpdatesPublisher.message(
            WhatsAppUpdates(
                wabaId: conversation.wabaID, appTenantId: tenantID, phoneNumberId: conversation.phoneNumberID,
                displayPhoneNumber: conversation.displayPhoneNumber?.cut(to: 64), customer: conversation.customer,
                receivedAt: receivedAt, archiveKey: archiveKey, updates: updates),
            headers: headers(lane: conversation.lane),
            messageID: StableIdentifier.derived(from: id, conversation.wabaID, conversation.lane, String(part)))
    }

    private func quarantineMessage(
        _ update: SetAsideUpdate, index: Int
    ) throws(ContractDecodingError) -> OutgoingMessage {
        let quarantineID = StableIdentifier.derived(from: id, "quarantine", String(index))
        return try QuarantinePublisher.message(
            QuarantinedUpdate.bounded(
                id: quarantineID, platform: .whatsapp, reason: .contractViolation, tenantID: tenantID,
                addressee: update.addressee, field: update.field, violations: update.violations,
                receivedAt: receivedAt, archiveKey: archiveKey, update: update.update),
            headers: headers(lane: quarantineID), messageID: quarantineID)
    }

    private func headers(lane: String) -> RelayHeaders {
        RelayHeaders(traceparent: TraceContext.child(of: traceparent), lane: lane, attempt: 1, occurredAt: receivedAt)
    }
}
