import AuditLog
import ContractRuntime
import Database

/// The portal's own tables: who may use it, who is signed in, and what was done.
struct PortalStore: Sendable {
    let database: DatabasePool
    /// What was done; the services write into it too.
    var log: AuditLog { AuditLog(database: database) }

    /// The columns of ``Person``.
    static let personColumns = """
        u.id, u.name, u.role, u.password_hash IS NOT NULL AS has_password, u.is_disabled,
        CASE WHEN u.locked_until > now() THEN u.locked_until END AS locked_until, u.last_sign_in_at, u.created_at
        """
}

// MARK: Sessions

extension PortalStore {
    /// Starts a session and removes those that have ended.
    /// - Returns: The session's token.
    func startSession(of person: Person) async throws -> String {
        let token = RandomToken.make()
        _ = try await database.batch([
            Statement(
                "INSERT INTO portal_sessions (token_digest, user_id, csrf_token) VALUES ($1, $2, $3)",
                [.bytes(RandomToken.digest(token)), .uuid(person.id), .text(RandomToken.make())]),
            Statement("UPDATE portal_users SET last_sign_in_at = now() WHERE id = $1", [.uuid(person.id)]),
            Statement(
                """
                DELETE FROM portal_sessions
                WHERE created_at < now() - interval '12 hours' OR last_seen_at < now() - interval '60 minutes'
                """),
        ])
        return token
    }

    /// The visit of a session that is alive: used within the last 60 minutes, started within the last 12 hours, of a user
    /// who is not disabled.
    func visit(token: String) async throws -> Visit? {
        let digest = RandomToken.digest(token)
        let rows = try await database.query(
            Statement(
                verbatim: """
                    WITH seen AS (
                        UPDATE portal_sessions SET last_seen_at = now()
                        WHERE token_digest = $1 AND last_seen_at < now() - interval '1 minute'
                            AND last_seen_at >= now() - interval '60 minutes'
                    )
                    SELECT s.csrf_token, \(Self.personColumns)
                    FROM portal_sessions s JOIN portal_users u ON u.id = s.user_id
                    WHERE s.token_digest = $1 AND s.created_at >= now() - interval '12 hours'
                        AND s.last_seen_at >= now() - interval '60 minutes' AND NOT u.is_disabled
                    """, [.bytes(digest)]))
        guard let row = rows.first else { return nil }
        return Visit(person: try row.person(), csrfToken: try row.text("csrf_token"), sessionDigest: digest)
    }

    /// Ends a session.
    func endSession(_ digest: [UInt8]) async throws {
        try await database.execute(
            Statement("DELETE FROM portal_sessions WHERE token_digest = $1", [.bytes(digest)]))
    }
}

// MARK: Passwords

extension PortalStore {
    /// Counts an attempt to sign in before the password is looked at, so that attempts at the same time count too.
    /// - Returns: The user and the hash to check; nil if there is none, or it is disabled or locked, or has no password.
    func countAttempt(name: String) async throws -> (person: Person, hash: String)? {
        let rows = try await database.query(
            Statement(
                verbatim: """
                    WITH u AS (
                        UPDATE portal_users SET
                            failed_attempts = CASE WHEN locked_until <= now() THEN 1 ELSE failed_attempts + 1 END,
                            locked_until = CASE
                                WHEN locked_until <= now() THEN NULL
                                WHEN failed_attempts + 1 >= 6 THEN now() + interval '15 minutes' END
                        WHERE name = $1 AND NOT is_disabled AND password_hash IS NOT NULL
                            AND (locked_until IS NULL OR locked_until <= now())
                        RETURNING *
                    )
                    SELECT password_hash, \(Self.personColumns) FROM u WHERE locked_until IS NULL
                    """, [.text(name)]))
        guard let row = rows.first else { return nil }
        return (try row.person(), try row.text("password_hash"))
    }

    /// The user and the hash to check, whether the user is locked or not; nil if there is none, or it is disabled or has no
    /// password. For attempts from where the user has signed in before, which are counted by themselves.
    func candidate(name: String) async throws -> (person: Person, hash: String)? {
        let rows = try await database.query(
            Statement(
                verbatim: """
                    SELECT u.password_hash, \(Self.personColumns) FROM portal_users u
                    WHERE u.name = $1 AND NOT u.is_disabled AND u.password_hash IS NOT NULL
                    """, [.text(name)]))
        guard let row = rows.first else { return nil }
        return (try row.person(), try row.text("password_hash"))
    }

    /// Locks a user whose fifth attempt in a row has failed.
    func recordWrongPassword(of person: Person) async throws {
        try await database.execute(
            Statement(
                """
                UPDATE portal_users SET locked_until = now() + interval '15 minutes'
                WHERE id = $1 AND failed_attempts >= 5
                """, [.uuid(person.id)]))
    }

    /// Forgets failed attempts.
    func forgetAttempts(of personID: String) async throws {
        try await database.execute(
            Statement(
                "UPDATE portal_users SET failed_attempts = 0, locked_until = NULL WHERE id = $1", [.uuid(personID)]))
    }

    /// The hash of a user's password.
    func passwordHash(of person: Person) async throws -> String? {
        try await database.query(
            Statement("SELECT password_hash FROM portal_users WHERE id = $1", [.uuid(person.id)])
        ).first?.textOptional("password_hash")
    }

    /// Stores a password, unlocks the user, uses up an invitation and ends the user's sessions.
    /// - Parameter kept: Digest of the one session that stays.
    func setPassword(hash: String, of personID: String, keeping kept: [UInt8]? = nil) async throws {
        _ = try await database.batch([
            Statement(
                """
                UPDATE portal_users SET password_hash = $2, failed_attempts = 0, locked_until = NULL WHERE id = $1
                """, [.uuid(personID), .text(hash)]),
            Statement("DELETE FROM portal_invitations WHERE user_id = $1", [.uuid(personID)]),
            Statement(
                "DELETE FROM portal_sessions WHERE user_id = $1 AND token_digest IS DISTINCT FROM $2::bytea",
                [.uuid(personID), .optional(kept, Parameter.bytes)]),
        ])
    }
}
