import ContractJSON
import ContractRuntime
import GenesysWebhookContract
import RelayMessagingContract
import SharedContract
import WebhookIntake

/// A verified webhook on its way to the broker.
struct AcceptedWebhook {
    let id: String
    let tenantID: String
    let receivedAt: DateTime
    let traceparent: String

    private var archiveKey: String { WebhookArchive.key(tenantID: tenantID, receivedAt: receivedAt, id: id) }

    /// The body for the archive and the message for its conversation; the latter in quarantine if its ids are none that
    /// the relay can carry.
    func messages(
        of notification: OutboundNotification, raw: JSONValue, body: [UInt8]
    ) throws(ContractDecodingError) -> (messages: [OutgoingMessage], quarantined: Int) {
        let archived = try archived(body)
        let lane = LaneKey.key(notification.channel.id, customer: notification.channel.to.id)
        do throws(ContractDecodingError) {
            let message = try GenesysMessagesPublisher.message(
                GenesysMessage(
                    tenantId: tenantID, integrationId: notification.channel.id, platformMessageId: notification.id,
                    messageType: GenesysMessage.MessageType(rawValue: notification.type.rawValue),
                    receivedAt: receivedAt, archiveKey: archiveKey, update: raw.object ?? JSONObject()),
                headers: headers(lane: lane), messageID: StableIdentifier.derived(from: id, lane))
            return ([archived, message], 0)
        } catch {
            return (try messages(of: raw, refused: error, body: body), 1)
        }
    }

    /// The body for the archive, and a quarantined update with what is wrong in it.
    func messages(
        of raw: JSONValue, refused error: ContractDecodingError, body: [UInt8]
    ) throws(ContractDecodingError) -> [OutgoingMessage] {
        let quarantineID = StableIdentifier.derived(from: id, "quarantine")
        let entry = QuarantinedUpdate.bounded(
            id: quarantineID, platform: .genesys, reason: .contractViolation, tenantID: tenantID,
            addressee: raw["channel"]?["id"]?.string, field: raw["type"]?.string, violations: error.violations,
            receivedAt: receivedAt, archiveKey: archiveKey, update: raw)
        return [
            try archived(body),
            try QuarantinePublisher.message(entry, headers: headers(lane: quarantineID), messageID: quarantineID),
        ]
    }

    private func archived(_ body: [UInt8]) throws(ContractDecodingError) -> OutgoingMessage {
        let webhook = RawWebhook(
            platform: .genesys, tenantId: tenantID, receivedAt: receivedAt, archiveKey: archiveKey,
            body: String(decoding: body, as: UTF8.self))
        return try GenesysWebhooksPublisher.message(webhook, headers: headers(lane: id), messageID: id)
    }

    private func headers(lane: String) -> RelayHeaders {
        RelayHeaders(traceparent: TraceContext.child(of: traceparent), lane: lane, attempt: 1, occurredAt: receivedAt)
    }
}
