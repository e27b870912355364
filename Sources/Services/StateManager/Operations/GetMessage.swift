import ContractRuntime
import Database
import SharedContract
import StateManagerContract

extension StateManager {
    /// Tells everything known about one message.
    public func getMessage(_ input: GetMessage.Input, _ context: RequestContext) async throws -> GetMessage.Output {
        let rows = try await database.query(
            Statement(
                """
                SELECT tracking_document(m) AS tracking, m.events,
                    (SELECT mapping_document(c) FROM conversation_mappings c WHERE c.id = m.mapping_id) AS mapping,
                    (SELECT held_document(w) FROM held_messages w WHERE w.tracking_id = m.id ORDER BY w.id LIMIT 1) AS held,
                    (SELECT coalesce(jsonb_agg(letter.document ORDER BY letter.created_at DESC), '[]') FROM (
                        SELECT dead_letter_document(d) AS document, created_at FROM dead_letters d
                        WHERE tracking_id = m.id ORDER BY created_at DESC LIMIT 100) AS letter) AS dead_letters,
                    (SELECT coalesce(jsonb_agg(part.document ORDER BY length(part.id), part.id), '[]') FROM (
                        SELECT tracking_document(p) AS document, p.platform_message_id AS id
                        FROM other_parts(m) AS p ORDER BY length(p.platform_message_id), p.platform_message_id LIMIT 100
                    ) AS part) AS parts
                FROM message_tracking m
                WHERE (id = $1::uuid OR meta_message_id = $2 OR genesys_message_id = $2)
                    AND ($3::uuid IS NULL OR tenant_id = $3)
                ORDER BY created_at DESC LIMIT 1
                """,
                [.trackingID(input.id), .text(input.id), .optional(input.tenantId, Parameter.uuid)]
            )
        )
        guard let row = rows.first else { return .notFound(.notFound("no message has this id", context)) }
        return .ok(
            MessageStory(
                tracking: try row.document("tracking"),
                mapping: try row.documentOptional("mapping"),
                held: try row.documentOptional("held"),
                events: try row.document("events"),
                deadLetters: try row.document("dead_letters"),
                parts: try row.document("parts")
            )
        )
    }
}
