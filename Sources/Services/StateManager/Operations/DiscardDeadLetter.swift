import ContractRuntime
import Database
import SharedContract
import StateManagerContract

extension StateManager {
    /// Gives a dead letter up for good.
    public func discardDeadLetter(
        _ input: DiscardDeadLetter.Input,
        _ context: RequestContext
    ) async throws -> DiscardDeadLetter.Output {
        let rows = try await database.query(
            Statement(
                """
                WITH discarded AS (
                    UPDATE dead_letters d SET state = 'discarded', note = $2, discarded_by = $3,
                        discarded_at = clock_timestamp(), updated_at = clock_timestamp()
                    WHERE id = $1 AND state = 'open'
                    RETURNING d.tracking_id, dead_letter_document(d) AS document
                ), failed AS (
                    UPDATE message_tracking m SET status = 'failed', failed_at = clock_timestamp(),
                        open_attempt_id = NULL, updated_at = clock_timestamp(),
                        events = with_event(events, jsonb_build_object('kind', 'discarded', 'traceId', $4::text))
                    FROM discarded WHERE m.id = discarded.tracking_id AND m.status = 'dead_lettered'
                )
                SELECT document FROM discarded
                """,
                [
                    .uuid(input.deadLetterId), .text(input.body.note.withoutNulls),
                    .optional(context.principal?.name, Parameter.text), .optional(context.traceID, Parameter.text),
                ]
            )
        )
        if let row = rows.first { return .ok(try row.document("document")) }
        guard let state = try await deadLetterState(input.deadLetterId) else {
            return .notFound(.noDeadLetter(context))
        }
        return .conflict(.conflict("the dead letter is \(state) already", context))
    }

    /// What has become of a dead letter; nil if there is none.
    func deadLetterState(_ id: String) async throws -> String? {
        try await database.query(Statement("SELECT state FROM dead_letters WHERE id = $1", [.uuid(id)]))
            .first?.text("state")
    }
}

extension Problem {
    /// There is no dead letter with this id.
    static func noDeadLetter(_ context: RequestContext) -> Problem {
        .notFound("there is no such dead letter", context)
    }
}

extension String {
    /// The text without NUL characters, which PostgreSQL's text can't hold.
    var withoutNulls: String { contains("\0") ? filter { $0 != "\0" } : self }
}
