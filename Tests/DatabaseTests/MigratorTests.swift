import Database
import Testing

@Suite("Migrations", .enabled(if: TestDatabase.isAvailable, TestDatabase.missing))
struct MigratorTests {
    private let migrations = [
        Migration(
            version: 1,
            name: "tenants",
            sql: """
                CREATE TABLE tenants (id bigint PRIMARY KEY, name text NOT NULL);
                -- A comment; with a semicolon
                INSERT INTO tenants VALUES (1, 'a;b');
                """
        ),
        Migration(version: 2, name: "status", sql: "ALTER TABLE tenants ADD COLUMN status text DEFAULT 'active'"),
        Migration(version: 5, name: "another", sql: "CREATE TABLE another (n int); CREATE INDEX ON another (n);"),
    ]

    @Test("Migrations run once, in order, and are recorded")
    func applying() async throws {
        try await TestDatabase.withPool { pool in
            let migrator = Migrator(pool)
            #expect(try await migrator.status().isEmpty)
            #expect(try await migrator.apply(Array(migrations.prefix(1))) == [1])
            #expect(try await migrator.apply(migrations) == [2, 5])
            #expect(try await migrator.apply(migrations) == [])
            let status = try await migrator.status()
            #expect(status.map(\.version) == [1, 2, 5])
            #expect(status.map(\.name) == ["tenants", "status", "another"])
            #expect(status.allSatisfy { $0.checksum.utf8.count == 64 })
            #expect(
                try await pool.query(Statement("SELECT name, status FROM tenants")).first?.text("status") == "active"
            )
            // An older program beside a newer one.
            #expect(try await migrator.apply(Array(migrations.prefix(2))) == [])
        }
    }

    @Test("Ten programs that start together apply each migration once")
    func concurrentRuns() async throws {
        try await TestDatabase.withSchema { url in
            let applied = try await withThrowingTaskGroup(of: [Int].self) { group in
                for _ in 0..<10 {
                    group.addTask {
                        let pool = try DatabasePool(url: url)
                        let versions = try await Migrator(pool).apply(migrations)
                        await pool.close()
                        return versions
                    }
                }
                return try await group.reduce([], +)
            }
            #expect(applied.sorted() == [1, 2, 5])
        }
    }

    @Test("A migration that changed after it was applied is refused by name")
    func changed() async throws {
        try await TestDatabase.withPool { pool in
            try await Migrator(pool).apply(migrations)
            var changed = migrations
            changed[1] = Migration(version: 2, name: "status", sql: changed[1].sql + " -- edited")
            let error = try await databaseError { try await Migrator(pool).apply(changed) }
            #expect(error.code == .migrationMismatch(version: 2))
            #expect(error.reason.contains("status"))
        }
    }

    @Test("Migrations out of order, missing or older than an applied one are refused")
    func order() async throws {
        try await TestDatabase.withPool { pool in
            let reversed = try await databaseError { try await Migrator(pool).apply(migrations.reversed()) }
            #expect(reversed.code == .migrationMismatch(version: 2))
            try await Migrator(pool).apply(migrations)
            let missing = try await databaseError { try await Migrator(pool).apply([migrations[0], migrations[2]]) }
            #expect(missing.code == .migrationMismatch(version: 2))
            let late = Migration(version: 3, name: "late", sql: "SELECT 1")
            let older = try await databaseError {
                try await Migrator(pool).apply([migrations[0], migrations[1], late, migrations[2]])
            }
            #expect(older.code == .migrationMismatch(version: 3))
        }
    }

    @Test("A failing migration leaves nothing behind, and the ones before it stay")
    func failing() async throws {
        try await TestDatabase.withPool { pool in
            let broken = Migration(
                version: 2,
                name: "broken",
                sql: "CREATE TABLE half (n int); SELECT absent FROM half"
            )
            let error = try await databaseError { try await Migrator(pool).apply([migrations[0], broken]) }
            #expect(error.code == .undefinedColumn)
            #expect(error.reason.contains("migration 2 (broken)"))
            #expect(try await Migrator(pool).status().map(\.version) == [1])
            let half = try await databaseError { try await pool.execute(Statement("SELECT * FROM half")) }
            #expect(half.code == .undefinedTable)
            #expect(try await Migrator(pool).apply(migrations) == [2, 5])
        }
    }

    @Test("A migration that ends its own transaction is refused")
    func transactionControl() async throws {
        try await TestDatabase.withPool { pool in
            let sneaky = Migration(version: 1, name: "sneaky", sql: "COMMIT; CREATE TABLE sneaky (n int)")
            let error = try await databaseError { try await Migrator(pool).apply([sneaky]) }
            #expect(error.code == .transactionEnded)
            #expect(try await Migrator(pool).status().isEmpty)
        }
    }
}
