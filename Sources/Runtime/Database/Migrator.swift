/// One forward step of the schema. Once applied anywhere it must never change.
public struct Migration: Sendable, Hashable {
    /// Its place in the order; greater than 0.
    public let version: Int
    /// A few words for people.
    public let name: String
    /// SQL commands separated by semicolons, without transaction control. They run in one transaction, so commands that
    /// PostgreSQL refuses there (`CREATE INDEX CONCURRENTLY`) can't be used.
    public let sql: String

    /// Creates a migration.
    public init(version: Int, name: String, sql: String) {
        self.version = version
        self.name = name
        self.sql = sql
    }
}

/// A migration that the database has seen.
public struct AppliedMigration: Sendable, Hashable {
    /// Its place in the order.
    public let version: Int
    /// Its name when it was applied.
    public let name: String
    /// SHA-256 of its SQL, in hexadecimal digits.
    public let checksum: String
    /// When it was applied, by the database's clock.
    public let appliedAt: Timestamp
}

/// Brings a database to the newest schema, forward only.
///
/// Each migration is one transaction under an advisory lock: processes that start together wait for each other, and
/// after a crash the next run goes on where the last one got to. The table `schema_migrations` keeps what was applied.
public struct Migrator: Sendable {
    /// "wabagene" as a number: the advisory lock that all runs on one database share.
    private static let lock = 0x7761_6261_6765_6e65

    private let pool: DatabasePool
    private let timeout: Duration

    /// A migrator on `pool`. `timeout` bounds each migration, the wait for other runs included.
    public init(_ pool: DatabasePool, timeout: Duration = .seconds(300)) {
        self.pool = pool
        self.timeout = timeout
    }

    /// Applies those of `migrations` that the database has not seen, in order, and returns their versions.
    ///
    /// Versions must ascend. Throws `migrationMismatch` if one that was applied has changed, is missing from
    /// `migrations`, or if a new one is older than an applied one. Versions above the last of `migrations` are left
    /// alone, so that an older program can start beside a newer one.
    @discardableResult
    public func apply(_ migrations: [Migration]) async throws(DatabaseError) -> [Int] {
        for (earlier, later) in zip(migrations, migrations.dropFirst()) where earlier.version >= later.version {
            throw DatabaseError(
                .migrationMismatch(version: later.version),
                reason: "migration \(later.version) is out of order"
            )
        }
        var applied: [Int] = []
        var remaining = migrations[...]
        while let next = try await applyFirstPending(of: remaining, all: migrations) {
            applied.append(next)
            remaining = remaining.drop { $0.version <= next }
        }
        return applied
    }

    /// What has been applied, in order; empty for a database that was never migrated.
    public func status() async throws(DatabaseError) -> [AppliedMigration] {
        let exists = try await pool.query(Statement("SELECT to_regclass('schema_migrations') IS NOT NULL AS found"))
        guard try exists.first?.bool("found") == true else { return [] }
        return try Self.applied(in: try await pool.query(Self.selection))
    }

    private static let selection = Statement(
        "SELECT version, name, checksum, applied_at FROM schema_migrations ORDER BY version"
    )

    private static func applied(in result: QueryResult) throws(DatabaseError) -> [AppliedMigration] {
        var applied: [AppliedMigration] = []
        for row in result {
            applied.append(
                AppliedMigration(
                    version: try row.int("version"),
                    name: try row.text("name"),
                    checksum: try row.text("checksum"),
                    appliedAt: try row.timestamp("applied_at")
                )
            )
        }
        return applied
    }

    /// One transaction: lock, compare, run the first migration that is missing. Nil if none is.
    private func applyFirstPending(
        of candidates: ArraySlice<Migration>,
        all: [Migration]
    ) async throws(DatabaseError) -> Int? {
        do {
            return try await pool.transaction { transaction in
                try await transaction.execute(
                    Statement("SELECT pg_advisory_xact_lock($1)", [.int(Self.lock)]),
                    timeout: timeout
                )
                try await transaction.execute(
                    Statement(
                        """
                        CREATE TABLE IF NOT EXISTS schema_migrations (
                            version bigint PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,
                            applied_at timestamptz NOT NULL DEFAULT now())
                        """
                    )
                )
                let applied = try Self.applied(in: try await transaction.query(Self.selection))
                let checksums = try await checksums(of: all, in: transaction)
                try compare(all, checksums, with: applied)
                let seen = Set(applied.map(\.version))
                guard let next = candidates.first(where: { !seen.contains($0.version) }) else { return nil }
                try await run(next, checksum: checksums[next.version] ?? "", in: transaction)
                return next.version
            }
        } catch let error as DatabaseError {
            throw error
        } catch {
            throw DatabaseError(.other(sqlState: ""), reason: "the migration ended unexpectedly")
        }
    }

    private func run(_ migration: Migration, checksum: String, in transaction: Transaction) async throws {
        do throws(DatabaseError) {
            try await transaction.script(migration.sql, timeout: timeout)
            try await transaction.execute(
                Statement(
                    "INSERT INTO schema_migrations (version, name, checksum) VALUES ($1, $2, $3)",
                    [.int(migration.version), .text(migration.name), .text(checksum)]
                )
            )
        } catch {
            throw error.within("migration \(migration.version) (\(migration.name))")
        }
    }

    /// The server computes them, which keeps cryptography out of this module.
    private func checksums(
        of migrations: [Migration],
        in transaction: Transaction
    ) async throws(DatabaseError) -> [Int: String] {
        let results = try await transaction.batch(
            migrations.map {
                Statement("SELECT encode(sha256($1), 'hex') AS checksum", [.bytes(Array($0.sql.utf8))])
            }
        )
        var checksums: [Int: String] = [:]
        for (migration, result) in zip(migrations, results) {
            checksums[migration.version] = try result.first?.text("checksum")
        }
        return checksums
    }

    private func compare(
        _ migrations: [Migration],
        _ checksums: [Int: String],
        with applied: [AppliedMigration]
    ) throws(DatabaseError) {
        let newest = applied.last?.version ?? 0
        let given = Set(migrations.map(\.version))
        for migration in applied where migration.version <= migrations.last?.version ?? 0 {
            guard given.contains(migration.version) else {
                throw mismatch(migration.version, migration.name, "was applied and is missing from this program")
            }
            guard checksums[migration.version] == migration.checksum else {
                throw mismatch(migration.version, migration.name, "has changed since it was applied")
            }
        }
        let seen = Set(applied.map(\.version))
        for migration in migrations where migration.version < newest && !seen.contains(migration.version) {
            throw mismatch(migration.version, migration.name, "is new and older than \(newest), which was applied")
        }
    }

    private func mismatch(_ version: Int, _ name: String, _ problem: String) -> DatabaseError {
        DatabaseError(.migrationMismatch(version: version), reason: "migration \(version) (\(name)) \(problem)")
    }
}
