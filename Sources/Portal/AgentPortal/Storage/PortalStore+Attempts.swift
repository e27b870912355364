import Database
import ServiceKit

/// How many wrong sign-ins are looked at in five minutes.
enum SignInLimit {
    /// Of one client address; several people may sit behind it, and only what is wrong counts in the end.
    static let perAddress = 20
    /// With one name, whether somebody has it or not, from wherever it has not signed in before.
    static let perName = 10
    /// With one name from one place where it has signed in before; looked at in fifteen minutes, as long as a lock lasts.
    static let perPlace = 5
}

extension PortalStore {
    /// Counts an attempt to sign in before anything is looked at, for its address and its name, in one statement: attempts
    /// at the same time count too, in whatever process they are.
    /// - Parameters:
    ///   - name: As entered, normalised.
    ///   - address: The client's; nil if it is unknown.
    ///   - isFamiliar: Whether the name has signed in from there before.
    /// - Returns: Seconds to wait where there were too many; nil: go on.
    func secondsToWait(name: String, address: String?, isFamiliar: Bool = false) async throws -> Int? {
        let rows = try await database.query(
            Statement(
                """
                WITH counted AS (
                    INSERT INTO portal_sign_in_attempts AS a (key, attempts, until)
                    SELECT key, 1, now() + CASE WHEN key LIKE 'place:%' THEN interval '15 minutes'
                        ELSE interval '5 minutes' END
                    FROM unnest($1::text[]) AS key ORDER BY key
                    ON CONFLICT (key) DO UPDATE SET
                        attempts = CASE WHEN a.until <= now() THEN 1 ELSE least(a.attempts + 1, 1000000) END,
                        until = CASE WHEN a.until <= now() THEN excluded.until ELSE a.until END
                    RETURNING key, attempts, until
                ), gone AS (
                    DELETE FROM portal_sign_in_attempts WHERE until < now() - interval '5 minutes'
                        AND key <> ALL ($1::text[])
                )
                SELECT ceil(extract(epoch FROM max(until) - now()))::bigint AS seconds FROM counted
                WHERE attempts > CASE WHEN key LIKE 'address:%' THEN $2::integer
                    WHEN key LIKE 'place:%' THEN $4::integer ELSE $3::integer END
                """,
                [
                    .textArray(Self.attemptKeys(name, address, isFamiliar)), .int(SignInLimit.perAddress),
                    .int(SignInLimit.perName), .int(SignInLimit.perPlace),
                ]))
        return try rows.first?.intOptional("seconds").map { max($0, 1) }
    }

    /// Takes back what was counted for an attempt that was right: other attempts from the address keep their count.
    func forgetAttempt(name: String, address: String?, isFamiliar: Bool = false) async throws {
        try await database.execute(
            Statement(
                """
                UPDATE portal_sign_in_attempts SET attempts = CASE
                    WHEN key LIKE 'address:%' THEN greatest(attempts - 1, 0) ELSE 0 END
                WHERE key = ANY ($1::text[])
                """, [.textArray(Self.attemptKeys(name, address, isFamiliar))]))
    }

    /// Whether a user has signed in from an address, or one beside it, in the last 30 days. Wrong passwords from elsewhere
    /// lock the name for elsewhere: who knows a name can keep nobody out who comes from a place of before.
    func isFamiliar(_ address: String?, to name: String) async throws -> Bool {
        guard let address else { return false }
        let rows = try await database.query(
            Statement(
                """
                SELECT DISTINCT address FROM (
                    SELECT address FROM portal_audit
                    WHERE user_name = $1 AND operation = 'signIn' AND status = 303 AND at > now() - interval '30 days'
                    ORDER BY id DESC LIMIT 200) AS sign_ins
                WHERE address IS NOT NULL
                """, [.text(name)]))
        let place = AddressRange.neighbourhood(of: address)
        return try rows.contains { AddressRange.neighbourhood(of: try $0.text("address")) == place }
    }

    /// Lets a user sign in at once, whatever wrong passwords there were with the name.
    func unlock(_ person: Person) async throws {
        try await forgetAttempts(of: person.id)
        try await database.execute(
            Statement(
                """
                DELETE FROM portal_sign_in_attempts WHERE key = 'name:' || $1 OR starts_with(key, 'place:' || $1 || ' ')
                """, [.text(person.name)]))
    }

    /// In their order, so that two attempts lock rows in the same one.
    private static func attemptKeys(_ name: String, _ address: String?, _ isFamiliar: Bool) -> [String] {
        guard let address else { return ["name:" + name] }
        let place = AddressRange.neighbourhood(of: address)
        return ["address:" + place, isFamiliar ? "place:\(name) \(place)" : "name:" + name]
    }
}
