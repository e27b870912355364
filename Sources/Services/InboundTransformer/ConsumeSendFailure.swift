public import ContractRuntime
import GenesysAPIServiceContract
import RelayDelivery
public import RelayMessagingContract
import SharedContract

extension InboundTransformer {
    /// Tells the agent that a message never reached WhatsApp.
    public func consume(
        _ message: SendFailure,
        headers: RelayHeaders,
        delivery: DeliveredMessage
    ) async -> DeliveryDecision {
        let work = deliveries.work(
            delivery, headers, tenantID: message.tenantId, direction: .outbound,
            ["genesys_message_id": message.genesysMessageId])
        return await deliveries.settle(work) {
            let isNumber = message.customerAddress.utf8.allSatisfy { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "+")
            }
            let receipt = SendReceiptRequest(
                tenantId: message.tenantId,
                trackingId: message.trackingId ?? makeID(),
                integrationId: message.integrationId,
                genesysMessageId: MessagePart.messageID(of: message.genesysMessageId),
                to: GenesysAddress(id: message.customerAddress, idType: isNumber ? .phone : .opaque),
                status: .failed,
                reasons: [ReceiptReason(message.cause)],
                isFinal: message.isFinal,
                occurredAt: message.failedAt
            )
            try await send(receipt, work)
        }
    }
}
