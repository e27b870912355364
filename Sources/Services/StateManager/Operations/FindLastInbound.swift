import ContractRuntime
import Database
import SharedContract
import StateManagerContract

extension StateManager {
    /// Finds the last message of a customer, by a message of theirs or by conversation.
    public func findLastInbound(
        _ input: FindLastInbound.Input,
        _ context: RequestContext
    ) async throws -> FindLastInbound.Output {
        let rows = try await database.query(
            Statement(
                """
                SELECT jsonb_build_object('wamid', m.meta_message_id,
                    'lastInboundAt', utc_text(greatest(c.last_inbound_at, m.occurred_at))) AS document
                FROM conversation_mappings AS c CROSS JOIN LATERAL (
                    SELECT * FROM message_tracking
                    WHERE mapping_id = c.id AND direction = 'inbound' AND message_type <> 'system'
                    ORDER BY created_at DESC, id DESC LIMIT 1
                ) AS m
                WHERE c.tenant_id = $1::uuid AND c.last_inbound_at IS NOT NULL AND c.id = CASE WHEN $2::uuid IS NOT NULL
                    THEN (SELECT mapping_id FROM message_tracking WHERE id = $2::uuid AND tenant_id = $1::uuid)
                    ELSE (SELECT id FROM find_mapping(coalesce($5::uuid, $1::uuid), $3, $4)) END
                """,
                [
                    .uuid(input.tenantId), .optional(input.trackingId, Parameter.uuid),
                    .optional(input.conversationId, Parameter.text), .optional(input.customerAddress, Parameter.text),
                    .optional(input.channelId, Parameter.uuid),
                ]
            )
        )
        guard let row = rows.first else { return .notFound(.notFound("this customer has never written", context)) }
        return .ok(try row.document("document"))
    }
}
