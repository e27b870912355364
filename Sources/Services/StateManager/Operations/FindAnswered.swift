import ContractRuntime
import Database
import SharedContract
import StateManagerContract

extension StateManager {
    /// Finds the message that a customer's reply, reaction or choice is about.
    public func findAnswered(
        _ input: FindAnswered.Input,
        _ context: RequestContext
    ) async throws -> FindAnswered.Output {
        let rows = try await database.query(
            Statement(
                """
                SELECT jsonb_strip_nulls(jsonb_build_object(
                    'direction', m.direction,
                    'genesysMessageId', coalesce(s.genesys_message_id, m.genesys_message_id),
                    'sentAt', utc_text(coalesce(m.occurred_at, m.received_at)),
                    'option', s.option)) AS document
                FROM (
                    SELECT * FROM message_tracking WHERE tenant_id = $1::uuid AND meta_message_id = $2
                    ORDER BY created_at LIMIT 1
                ) AS m FULL JOIN (
                    SELECT genesys_message_id, option FROM structured_messages, jsonb_array_elements(options) AS option
                    WHERE tenant_id = $1::uuid AND genesys_message_id = $4 AND option ->> 'id' = $3 LIMIT 1
                ) AS s ON true
                """,
                [
                    .uuid(input.tenantId), .optional(input.wamid, Parameter.text),
                    .optional(input.optionId, Parameter.text), .optional(messageID(in: input.optionId), Parameter.text),
                ]
            )
        )
        guard let row = rows.first else { return .notFound(.notFound("nothing is known of that message", context)) }
        return .ok(try row.document("document"))
    }

    /// The message that an option belongs to: what stands before its number.
    private func messageID(in optionID: String?) -> String? {
        guard let optionID, let mark = optionID.lastIndex(of: "/") else { return nil }
        return String(optionID[..<mark])
    }
}
