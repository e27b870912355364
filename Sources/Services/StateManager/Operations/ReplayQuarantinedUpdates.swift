import ContractJSON
import ContractRuntime
import Database
import RelayMessagingContract
import StateManagerContract

extension StateManager {
    /// Hands quarantined updates to the service that set them aside, each for itself.
    public func replayQuarantinedUpdates(
        _ input: ReplayQuarantinedUpdates.Input,
        _ context: RequestContext
    ) async throws -> ReplayQuarantinedUpdates.Output {
        // What can't be replayed is no longer found by a filter, so that repeating comes to an end.
        let ids = try await openUpdates(ids: input.body.ids, filter: input.body.filter, onlyReplayable: true)
        let results = try await changeEach(ids) { id in
            let result = try await replayUpdate(id, context)
            return (QuarantineChange(id: id, result: result), result)
        }
        let remaining = try await countOpen(input.body.filter, onlyReplayable: true)
        return .ok(QuarantineChanges(results: results, remaining: remaining))
    }

    /// Gives quarantined updates up for good.
    public func discardQuarantinedUpdates(
        _ input: DiscardQuarantinedUpdates.Input,
        _ context: RequestContext
    ) async throws -> DiscardQuarantinedUpdates.Output {
        let ids = try await openUpdates(ids: input.body.ids, filter: input.body.filter, onlyReplayable: false)
        let results = try await changeEach(ids) { id in
            let result = try await discardUpdate(id, note: input.body.note, context)
            return (QuarantineChange(id: id, result: result), result)
        }
        let remaining = try await countOpen(input.body.filter, onlyReplayable: false)
        return .ok(QuarantineChanges(results: results, remaining: remaining))
    }

    /// Published within the transaction that marks it. If the process dies in between, the update is still open; routed
    /// twice it meets the claim of the first time.
    private func replayUpdate(_ id: String, _ context: RequestContext) async throws -> ChangeResult {
        do {
            return try await database.transaction { transaction in
                let rows = try await transaction.query(
                    Statement(
                        """
                        SELECT state, replay, headers, gen_random_uuid() AS message_id
                        FROM quarantined_updates WHERE id = $1 FOR UPDATE
                        """,
                        [.uuid(id)]
                    )
                )
                guard let row = rows.first else { return .notFound }
                guard try row.text("state") == "open" else { return .notOpen }
                guard try row.jsonOptional("replay") != nil else { return .notReplayable }
                try await transaction.execute(
                    Statement(
                        """
                        UPDATE quarantined_updates SET state = 'replayed', changed_by = $2,
                            updated_at = clock_timestamp() WHERE id = $1
                        """,
                        [.uuid(id), .optional(context.principal?.name, Parameter.text)]
                    )
                )
                try await messages.publish([try Self.routing(row)])
                return .replayed
            }
        } catch let error as MessagingError where error.isRetryable {
            logger.warning("a quarantined update was not routed", metadata: ["quarantine_id": .string(id)])
            return .unavailable
        }
    }

    private static func routing(_ row: Row) throws -> OutgoingMessage {
        let replay: QuarantineReplay = try row.document("replay")
        return OutgoingMessage(
            exchange: replay.exchange,
            routingKey: replay.routingKey,
            body: JSONValue.object(replay.payload).jsonBytes,
            messageID: try row.uuid("message_id"),
            type: replay.messageName,
            headers: try headersOfReplay(row)
        )
    }

    private func discardUpdate(_ id: String, note: String, _ context: RequestContext) async throws -> ChangeResult {
        let rows = try await database.query(
            Statement(
                """
                WITH discarded AS (
                    UPDATE quarantined_updates SET state = 'discarded', note = $2, changed_by = $3,
                        updated_at = clock_timestamp()
                    WHERE id = $1 AND state = 'open' RETURNING id)
                SELECT (SELECT count(*) FROM discarded) AS discarded,
                    (SELECT count(*) FROM quarantined_updates WHERE id = $1) AS found
                """,
                [
                    .uuid(id), .text(note.withoutNulls), .optional(context.principal?.name, Parameter.text),
                ]
            )
        )
        guard let row = rows.first, try row.int("found") > 0 else { return .notFound }
        return try row.int("discarded") > 0 ? .discarded : .notOpen
    }

    private func openUpdates(
        ids: [String]?,
        filter: QuarantineFilter?,
        onlyReplayable: Bool
    ) async throws -> [String] {
        if let ids { return ids.withoutRepetitions }
        let rows = try await database.query(
            Statement(
                """
                SELECT id FROM quarantined_updates
                WHERE state = 'open' AND ($1::uuid IS NULL OR tenant_id = $1) AND ($2::text IS NULL OR reason = $2)
                    AND ($3::text IS NULL OR addressee = $3) AND (NOT $4 OR replay IS NOT NULL)
                ORDER BY created_at, id LIMIT 100
                """,
                Self.parameters(filter, onlyReplayable)
            )
        )
        return try rows.map { try $0.uuid("id") }
    }

    private func countOpen(_ filter: QuarantineFilter?, onlyReplayable: Bool) async throws -> Int {
        guard let filter else { return 0 }
        let rows = try await database.query(
            Statement(
                """
                SELECT count(*) AS remaining FROM quarantined_updates
                WHERE state = 'open' AND ($1::uuid IS NULL OR tenant_id = $1) AND ($2::text IS NULL OR reason = $2)
                    AND ($3::text IS NULL OR addressee = $3) AND (NOT $4 OR replay IS NOT NULL)
                """,
                Self.parameters(filter, onlyReplayable)
            )
        )
        return try rows.first?.int("remaining") ?? 0
    }

    private static func parameters(_ filter: QuarantineFilter?, _ onlyReplayable: Bool) -> [Parameter] {
        [
            .optional(filter?.tenantId, Parameter.uuid), .optional(filter?.reason?.rawValue, Parameter.text),
            .optional(filter?.addressee?.withoutNulls, Parameter.text), .bool(onlyReplayable),
        ]
    }
}
