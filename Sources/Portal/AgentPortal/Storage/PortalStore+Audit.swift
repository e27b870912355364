import ContractRuntime
import Database

/// A request that changes something, as the audit log begins to tell it.
struct Act: Sendable {
    let operation: String
    let subject: String
    let person: Person?
    let address: String?
    let traceID: String
}

/// An entry of the audit log.
struct AuditEntry: Sendable {
    let number: Int
    let at: DateTime
    let personName: String?
    let operation: String
    let subject: String?
    let detail: String?
    /// HTTP status of the answer; nil while, or if for ever, it is not known how it ended.
    let status: Int?
    let address: String?
    let traceID: String?
}

extension PortalStore {
    /// Records that something begins; nothing is done that could not be recorded.
    /// - Returns: The entry's number.
    func beginAct(_ act: Act) async throws -> Int {
        let rows = try await database.query(
            Statement(
                """
                INSERT INTO portal_audit (user_id, user_name, operation, subject, address, trace_id)
                VALUES ($1, $2, $3, nullif($4, ''), $5, $6) RETURNING id
                """,
                [
                    .optional(act.person?.id, Parameter.uuid), .optional(act.person?.name, Parameter.text),
                    .text(act.operation), .text(act.subject), .optional(act.address, Parameter.text),
                    .text(act.traceID),
                ]))
        guard let row = rows.first else {
            throw DatabaseError(.invalidRow, reason: "the audit log returned no number")
        }
        return try row.int("id")
    }

    /// Takes back the record of what nobody began: a limit refused it to somebody who is not signed in.
    func forgetAct(_ number: Int) async throws {
        try await database.execute(
            Statement(
                "DELETE FROM portal_audit WHERE id = $1 AND status IS NULL AND user_id IS NULL", [.int(number)]))
    }

    /// Records how it ended.
    func endAct(_ number: Int, status: Int, name: String?, subject: String?, detail: String?) async throws {
        try await database.execute(
            Statement(
                """
                UPDATE portal_audit SET status = $2, user_name = coalesce(user_name, $3),
                    subject = coalesce($4, subject), detail = $5
                WHERE id = $1
                """,
                [
                    .int(number), .int(status), .optional(name, Parameter.text), .optional(subject, Parameter.text),
                    .optional(detail, Parameter.text),
                ]))
    }

    /// Entries, newest first.
    /// - Parameters:
    ///   - before: Only those with a smaller number.
    ///   - personName: Only those of this user.
    func auditEntries(before: Int?, personName: String?, limit: Int) async throws -> [AuditEntry] {
        try await database.query(
            Statement(
                """
                SELECT * FROM portal_audit
                WHERE ($1::bigint IS NULL OR id < $1) AND ($2::text IS NULL OR user_name = $2)
                ORDER BY id DESC LIMIT $3
                """,
                [.optional(before, Parameter.int), .optional(personName, Parameter.text), .int(limit)])
        ).map { row in
            AuditEntry(
                number: try row.int("id"), at: try row.dateTime("at"), personName: try row.textOptional("user_name"),
                operation: try row.text("operation"), subject: try row.textOptional("subject"),
                detail: try row.textOptional("detail"), status: try row.intOptional("status"),
                address: try row.textOptional("address"), traceID: try row.textOptional("trace_id"))
        }
    }
}
