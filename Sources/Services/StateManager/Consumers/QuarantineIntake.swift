import ContractRuntime
import Database
import RelayMessagingContract

/// Lists the updates that the webhook services set aside. Their content stays in the archive.
struct QuarantineIntake: QuarantineConsumer {
    let state: StateManager

    func consume(
        _ message: QuarantinedUpdate,
        headers: RelayHeaders,
        delivery: DeliveredMessage
    ) async -> DeliveryDecision {
        await state.store(
            Statement(
                """
                INSERT INTO quarantined_updates (
                    id, platform, reason, tenant_id, addressee, field, violations, received_at, archive_key)
                VALUES ($1, $2, $3, $4::uuid, $5, $6, $7::json, $8, $9) ON CONFLICT (id) DO NOTHING
                """,
                [
                    .uuid(message.quarantineId), .text(message.platform.rawValue), .text(message.reason.rawValue),
                    .optional(message.tenantId, Parameter.uuid),
                    .optional(message.addressee?.withoutNulls, Parameter.text),
                    .optional(message.field?.withoutNulls, Parameter.text), .jsonText(message.violations ?? []),
                    .timestamp(message.receivedAt), .text(message.archiveKey),
                ]
            ),
            "quarantined_update"
        )
    }

    /// Not even the notice is understood: it becomes a dead letter.
    func refuse(_ delivery: DeliveredMessage, because error: ContractDecodingError) async -> DeliveryDecision {
        await state.store(ReturnedMessageIntake.letter(for: delivery, because: error).statement, "dead_letter")
    }
}
