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
        let (result, record) = try await discard(input.deadLetterId, note: input.body.note, context)
        guard let record else { return .notFound(.noDeadLetter(context)) }
        guard result == .discarded else {
            return .conflict(.conflict("the dead letter is \(record.state.rawValue) already", context))
        }
        return .ok(record)
    }

    /// Gives a dead letter up, with its message, and says what became of it.
    func discard(
        _ id: String,
        note: String,
        _ context: RequestContext
    ) async throws -> (result: ChangeResult, record: DeadLetterRecord?) {
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
                    .uuid(id), .text(note.withoutNulls),
                    .optional(context.principal?.name, Parameter.text), .optional(context.traceID, Parameter.text),
                ]
            )
        )
        if let row = rows.first { return (.discarded, try row.document("document")) }
        let found = try await database.query(
            Statement("SELECT dead_letter_document(d) AS document FROM dead_letters d WHERE id = $1", [.uuid(id)])
        )
        return try found.first.map { (.notOpen, try $0.document("document")) } ?? (.notFound, nil)
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
