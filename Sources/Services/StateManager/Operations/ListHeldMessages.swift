import ContractJSON
import ContractRuntime
import Database
import SharedContract
import StateManagerContract

extension StateManager {
    /// Lists held messages, the oldest first.
    public func listHeldMessages(
        _ input: ListHeldMessages.Input,
        _ context: RequestContext
    ) async throws -> ListHeldMessages.Output {
        let after = input.cursor.map { Int($0) } ?? 0
        guard let after, after >= 0 else { return .badRequest(.invalidCursor(context)) }
        let limit = input.limit ?? 50
        let rows = try await database.query(
            Statement(
                """
                SELECT w.id, held_document(w) AS document FROM held_messages w
                WHERE w.id > $1 AND ($2::uuid IS NULL OR w.tenant_id = $2) AND ($3::text IS NULL OR w.platform = $3)
                ORDER BY w.id LIMIT $4
                """,
                [
                    .int(after), .optional(input.tenantId, Parameter.uuid),
                    .optional(input.platform?.rawValue, Parameter.text), .int(limit + 1),
                ]
            )
        )
        let items: [HeldMessage] = try rows.prefix(limit).map { try $0.document("document") }
        return .ok(
            HeldMessagePage(items: items, nextCursor: rows.count > limit ? items.last.map { String($0.heldId) } : nil))
    }

    /// Reads one held message with what is published when it goes on.
    public func getHeldMessage(
        _ input: GetHeldMessage.Input,
        _ context: RequestContext
    ) async throws -> GetHeldMessage.Output {
        let rows = try await database.query(
            Statement(
                "SELECT held_document(w) AS document, headers, body FROM held_messages w WHERE id = $1",
                [.int(input.heldId)]
            )
        )
        guard let row = rows.first else { return .notFound(.noHeldMessage(context)) }
        return .ok(
            HeldMessageDetails(
                message: try row.document("document"),
                headers: try row.jsonDocument("headers").object ?? JSONObject(),
                payload: try row.heldPayload()
            )
        )
    }
}

extension Row {
    /// The body of a held message as JSON; a string where it is none.
    func heldPayload() throws -> JSONValue {
        let body = try text("body")
        let limits = JSONLimits(maximumBytes: 32 << 20, maximumDepth: 512)
        return (try? JSONValue(parsing: Array(body.utf8), limits: limits)) ?? .string(body)
    }
}

extension Problem {
    /// There is no held message with this id.
    static func noHeldMessage(_ context: RequestContext) -> Problem {
        .notFound("there is no such held message; it may have gone on", context)
    }
}
