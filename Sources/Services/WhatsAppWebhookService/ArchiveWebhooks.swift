import ContractRuntime
import RelayMessagingContract
import WebhookIntake

/// Archives accepted bodies.
struct WebhookArchiver: WhatsAppWebhooksConsumer {
    let archive: WebhookArchive
    let worker: LaneWorker
    let counters: IntakeCounters

    func consume(
        _ message: RawWebhook, headers: RelayHeaders, delivery: DeliveredMessage
    ) async -> DeliveryDecision {
        await worker.handle(delivery, headers, tenantID: message.tenantId) {
            try await archive.store(message)
            counters.archived()
        }
    }

    func refuse(_ delivery: DeliveredMessage, because error: ContractDecodingError) async -> DeliveryDecision {
        await worker.refuse(delivery, because: error)
    }
}
