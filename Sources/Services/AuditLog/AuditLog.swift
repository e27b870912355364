import ContractRuntime
public import Database

/// The log of everything that people, keys and commands change. Whoever carries an act out writes its entry, before it begins,
/// into the database that the act itself needs: what could not be recorded is not done, and no other service has to be there.
public struct AuditLog: Sendable {
    /// What entries are looked for by; nil: by nothing.
    public struct Filter: Sendable {
        /// Who did it, in lower case.
        public var actor: String?
        /// How it came about.
        public var way: Act.Way?
        /// A part of what it is about, or of its detail.
        public var about: String?

        /// Looks for everything.
        public init(actor: String? = nil, way: Act.Way? = nil, about: String? = nil) {
            self.actor = actor
            self.way = way
            self.about = about
        }
    }

    private let database: DatabasePool

    /// - Parameter database: Where the table is; ``migrations`` must have been applied.
    public init(database: DatabasePool) { self.database = database }

    /// Records that something begins; nothing is done that could not be recorded.
    /// - Returns: The entry's number.
    public func begin(_ act: Act) async throws -> Int {
        let rows = try await database.query(
            Statement(
                """
                INSERT INTO portal_audit (user_id, user_name, operation, subject, address, trace_id, way, detail)
                VALUES ($1, $2, $3, nullif($4, ''), $5, $6, $7, $8) RETURNING id
                """,
                [
                    .optional(act.userID, Parameter.uuid), .optional(act.actor, Parameter.text), .text(act.operation),
                    .text(act.subject), .optional(act.address, Parameter.text), .text(act.traceID),
                    .text(act.way.rawValue), .optional(act.detail, Parameter.text),
                ]))
        guard let row = rows.first else {
            throw DatabaseError(.invalidRow, reason: "the audit log returned no number")
        }
        return try row.int("id")
    }

    /// Takes back the record of what nobody began: a limit refused it to somebody who is not signed in.
    public func forget(_ number: Int) async throws {
        try await database.execute(
            Statement(
                """
                DELETE FROM portal_audit WHERE id = $1 AND status IS NULL AND user_id IS NULL AND way = 'person'
                """, [.int(number)]))
    }

    /// Records how it ended.
    /// - Parameters:
    ///   - number: The entry's.
    ///   - status: HTTP status of the answer.
    ///   - actor: Who did it, where the beginning did not know.
    ///   - subject: What was acted on, in place of what the beginning knew.
    ///   - detail: What was done, in place of what the beginning knew.
    public func end(
        _ number: Int, status: Int, actor: String? = nil, subject: String? = nil, detail: String? = nil
    ) async throws {
        try await database.execute(
            Statement(
                """
                UPDATE portal_audit SET status = $2, user_name = coalesce(user_name, $3),
                    subject = coalesce($4, subject), detail = coalesce($5, detail)
                WHERE id = $1
                """,
                [
                    .int(number), .int(status), .optional(actor, Parameter.text), .optional(subject, Parameter.text),
                    .optional(detail, Parameter.text),
                ]))
    }

    /// Entries, newest first.
    /// - Parameter before: Only those with a smaller number.
    public func entries(_ filter: Filter = Filter(), before: Int? = nil, limit: Int) async throws -> [AuditEntry] {
        try await database.query(
            Statement(
                """
                SELECT * FROM portal_audit
                WHERE ($1::bigint IS NULL OR id < $1) AND ($2::text IS NULL OR user_name = $2)
                    AND ($4::text IS NULL OR way = $4)
                    AND ($5::text IS NULL OR strpos(lower(concat_ws(' ', subject, detail)), lower($5)) > 0)
                ORDER BY id DESC LIMIT $3
                """,
                [
                    .optional(before, Parameter.int), .optional(filter.actor, Parameter.text), .int(limit),
                    .optional(filter.way?.rawValue, Parameter.text), .optional(filter.about, Parameter.text),
                ])
        ).map { try $0.auditEntry() }
    }
}

extension Row {
    fileprivate func auditEntry() throws(DatabaseError) -> AuditEntry {
        guard let way = Act.Way(rawValue: try text("way")) else {
            throw DatabaseError(.invalidRow, reason: "column way holds a word that is no way")
        }
        return AuditEntry(
            number: try int("id"),
            at: DateTime(millisecondsSinceEpoch: try timestamp("at").microsecondsSinceEpoch / 1_000), way: way,
            actor: try textOptional("user_name"), operation: try text("operation"),
            subject: try textOptional("subject"), detail: try textOptional("detail"),
            status: try intOptional("status"), address: try textOptional("address"),
            traceID: try textOptional("trace_id"))
    }
}

extension AuditLog {
    /// What the table needs. Portals had it before anybody else wrote into it, so it keeps its name.
    public static let migrations: [Migration] = [
        Migration(version: 340, name: "audit log of all", sql: openToAll)
    ]

    /// Version 340. Applied migrations never change; a change is a new one.
    private static let openToAll = """
        -- As the portal made it, for a database that has no portal.
        CREATE TABLE IF NOT EXISTS portal_audit (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            at timestamptz NOT NULL DEFAULT clock_timestamp(),
            user_id uuid,
            user_name text,
            operation text NOT NULL,
            subject text,
            detail text,
            -- Null while it is not known how it ended.
            status integer,
            address text,
            trace_id text
        );
        CREATE INDEX IF NOT EXISTS portal_audit_user_name ON portal_audit (user_name, id DESC);
        ALTER TABLE portal_audit ADD COLUMN way text NOT NULL DEFAULT 'person'
            CHECK (way IN ('person', 'apiKey', 'commandLine'));
        UPDATE portal_audit SET way = 'commandLine' WHERE user_id IS NULL AND operation LIKE '%ByCommand';
        CREATE INDEX portal_audit_other_ways ON portal_audit (way, id DESC) WHERE way <> 'person';
        """
}
