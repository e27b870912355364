import ContractRuntime
import RelayDelivery
import RelayMessagingContract
import SharedContract

extension OutboundTransformer {
    /// Has the agent told that a message was given up. The receipt goes the way of all receipts, so that neither the
    /// budget nor a tenant on hold at Genesys loses it.
    func tellAgent(_ message: OutboundMessage, _ given: GivenUp, _ work: Work) async throws {
        let failure = SendFailure(
            tenantId: message.tenantId,
            integrationId: message.integrationId,
            trackingId: given.trackingID,
            genesysMessageId: message.platformMessageId,
            customerAddress: message.customerAddress,
            cause: given.cause,
            isFinal: given.cause.disposition == .permanent,
            failedAt: now()
        )
        var headers = work.headers
        headers.heldId = nil
        headers.attempt = 1
        let outgoing = try InboundMessagesPublisher.message(failure, headers: headers, messageID: makeID())
        try await deliveries.attempting(policy.neighbours, logger: work.logger) { _ in
            do { try await messaging.publish([outgoing]) } catch { throw AttemptFailure.unreachable("rabbitmq") }
        }
    }
}
