import ContractRuntime
import Database

extension PortalStore {
    /// All users by name.
    func people() async throws -> [Person] {
        try await database.query(
            Statement(verbatim: "SELECT \(Self.personColumns) FROM portal_users u ORDER BY u.name LIMIT 1000")
        ).map { try $0.person() }
    }

    /// One user.
    func person(id: String) async throws -> Person? {
        try await database.query(
            Statement(verbatim: "SELECT \(Self.personColumns) FROM portal_users u WHERE u.id = $1", [.uuid(id)])
        ).first?.person()
    }

    /// Creates a user without password.
    /// - Returns: nil if the name is taken.
    func createPerson(name: String, role: Role) async throws -> Person? {
        try await database.query(
            Statement(
                verbatim: """
                    WITH u AS (
                        INSERT INTO portal_users (name, role) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING *
                    )
                    SELECT \(Self.personColumns) FROM u
                    """, [.text(Self.normalised(name)), .text(role.rawValue)])
        ).first?.person()
    }

    /// The user of that name.
    func person(name: String) async throws -> Person? {
        try await database.query(
            Statement(
                verbatim: "SELECT \(Self.personColumns) FROM portal_users u WHERE u.name = $1",
                [.text(Self.normalised(name))])
        ).first?.person()
    }

    /// Makes an invitation, in place of an earlier one; valid for seven days.
    /// - Returns: Its token.
    func invite(_ person: Person) async throws -> String {
        let token = RandomToken.make()
        try await database.execute(
            Statement(
                """
                INSERT INTO portal_invitations (user_id, token_digest, expires_at)
                VALUES ($1, $2, now() + interval '7 days')
                ON CONFLICT (user_id) DO UPDATE SET
                    token_digest = excluded.token_digest, expires_at = excluded.expires_at
                """, [.uuid(person.id), .bytes(RandomToken.digest(token))]))
        return token
    }

    /// Who was invited with a token that is still valid.
    func invited(token: String) async throws -> Person? {
        try await database.query(
            Statement(
                verbatim: """
                    SELECT \(Self.personColumns) FROM portal_invitations i JOIN portal_users u ON u.id = i.user_id
                    WHERE i.token_digest = $1 AND i.expires_at > now() AND NOT u.is_disabled
                    """, [.bytes(RandomToken.digest(token))])
        ).first?.person()
    }

    /// Gives a user another role.
    /// - Returns: Whether it was done; false for the last owner who can sign in.
    func setRole(_ role: Role, of person: Person) async throws -> Bool {
        try await database.transaction { transaction in
            try await transaction.execute(Statement("LOCK TABLE portal_users IN SHARE ROW EXCLUSIVE MODE"))
            return try await transaction.execute(
                Statement(
                    """
                    UPDATE portal_users SET role = $2 WHERE id = $1 AND ($2 = 'owner' OR role <> 'owner' OR EXISTS (
                        SELECT FROM portal_users WHERE role = 'owner' AND NOT is_disabled AND id <> $1
                            AND password_hash IS NOT NULL))
                    """, [.uuid(person.id), .text(role.rawValue)])) == 1
        }
    }

    /// Disables a user and ends the sessions.
    /// - Returns: Whether it was done; false for the last owner who can sign in.
    func disable(_ person: Person) async throws -> Bool {
        try await database.transaction { transaction in
            try await transaction.execute(Statement("LOCK TABLE portal_users IN SHARE ROW EXCLUSIVE MODE"))
            let changed = try await transaction.execute(
                Statement(
                    """
                    UPDATE portal_users SET is_disabled = true WHERE id = $1 AND (role <> 'owner' OR EXISTS (
                        SELECT FROM portal_users WHERE role = 'owner' AND NOT is_disabled AND id <> $1
                            AND password_hash IS NOT NULL))
                    """, [.uuid(person.id)]))
            try await transaction.execute(
                Statement(
                    "DELETE FROM portal_sessions WHERE user_id = $1 AND $2", [.uuid(person.id), .bool(changed == 1)]))
            return changed == 1
        }
    }

    /// Lets a disabled user in again.
    func enable(_ person: Person) async throws {
        try await database.execute(
            Statement("UPDATE portal_users SET is_disabled = false WHERE id = $1", [.uuid(person.id)]))
    }

    /// Upper and lower case of a name are the same.
    static func normalised(_ name: String) -> String {
        String(name.trimmingPrefix(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
            .lowercased()
    }
}
