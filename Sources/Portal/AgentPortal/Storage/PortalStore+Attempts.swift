import Database
import ServiceKit

/// How many wrong sign-ins are looked at in five minutes.
enum SignInLimit {
    /// Of one client address; several people may sit behind it, and only what is wrong counts in the end.
    static let perAddress = 20
    /// With one name, whether somebody has it or not, from wherever.
    static let perName = 10
}

extension PortalStore {
    /// Counts an attempt to sign in before anything is looked at, for its address and its name, in one statement: attempts
    /// at the same time count too, in whatever process they are.
    /// - Parameters:
    ///   - name: As entered, normalised.
    ///   - address: The client's; nil if it is unknown.
    /// - Returns: Seconds to wait where there were too many; nil: go on.
    func secondsToWait(name: String, address: String?) async throws -> Int? {
        let rows = try await database.query(
            Statement(
                """
                WITH counted AS (
                    INSERT INTO portal_sign_in_attempts AS a (key, attempts, until)
                    SELECT key, 1, now() + interval '5 minutes' FROM unnest($1::text[]) AS key ORDER BY key
                    ON CONFLICT (key) DO UPDATE SET
                        attempts = CASE WHEN a.until <= now() THEN 1 ELSE least(a.attempts + 1, 1000000) END,
                        until = CASE WHEN a.until <= now() THEN excluded.until ELSE a.until END
                    RETURNING key, attempts, until
                ), gone AS (
                    DELETE FROM portal_sign_in_attempts WHERE until < now() - interval '5 minutes'
                        AND key <> ALL ($1::text[])
                )
                SELECT ceil(extract(epoch FROM max(until) - now()))::bigint AS seconds FROM counted
                WHERE attempts > CASE WHEN key LIKE 'address:%' THEN $2::integer ELSE $3::integer END
                """,
                [
                    .textArray(Self.attemptKeys(name, address)), .int(SignInLimit.perAddress),
                    .int(SignInLimit.perName),
                ]))
        return try rows.first?.intOptional("seconds").map { max($0, 1) }
    }

    /// Takes back what was counted for an attempt that was right: other attempts from the address keep their count.
    func forgetAttempt(name: String, address: String?) async throws {
        try await database.execute(
            Statement(
                """
                UPDATE portal_sign_in_attempts SET attempts = CASE
                    WHEN key LIKE 'name:%' THEN 0 ELSE greatest(attempts - 1, 0) END
                WHERE key = ANY ($1::text[])
                """, [.textArray(Self.attemptKeys(name, address))]))
    }

    /// In their order, so that two attempts lock rows in the same one.
    private static func attemptKeys(_ name: String, _ address: String?) -> [String] {
        let place = address.map { "address:" + AddressRange.neighbourhood(of: $0) }
        return [place, "name:" + name].compactMap(\.self)
    }
}
