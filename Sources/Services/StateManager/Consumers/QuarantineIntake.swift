import ContractJSON
import ContractRuntime
import Database
import RelayMessagingContract

/// Keeps the updates that the webhook services set aside.
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
                    id, platform, reason, tenant_id, addressee, field, violations, received_at, archive_key,
                    content, replay, headers)
                VALUES ($1, $2, $3, $4::uuid, $5, $6, $7::json, $8, $9, $10::json, $11::json, $12::json)
                ON CONFLICT (id) DO NOTHING
                """,
                [
                    .uuid(message.quarantineId), .text(message.platform.rawValue), .text(message.reason.rawValue),
                    .optional(message.tenantId, Parameter.uuid),
                    .optional(message.addressee?.withoutNulls, Parameter.text),
                    .optional(message.field?.withoutNulls, Parameter.text), .jsonText(message.violations ?? []),
                    .timestamp(message.receivedAt), .text(message.archiveKey), .jsonText(message.update),
                    .optional(message.replay, Parameter.jsonText),
                    .jsonText(
                        JSONValue.object(
                            JSONObject(delivery.headers.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
                    ),
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
