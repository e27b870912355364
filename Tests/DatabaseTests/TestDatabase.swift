import Database
import Foundation
import Testing

/// The server of the environment, and a schema of its own for each test.
enum TestDatabase {
    static var url: String? { ProcessInfo.processInfo.environment["DATABASE_URL"] }
    static var isRequired: Bool { ProcessInfo.processInfo.environment["REQUIRE_SERVERS"] == "1" }
    /// With REQUIRE_SERVERS=1 the suites run without an address too, and fail.
    static var isAvailable: Bool { url != nil || isRequired }
    static let missing: Comment = "DATABASE_URL is not set"

    /// Tests run side by side and share the server's connections.
    static var frugal: PoolConfiguration {
        var configuration = PoolConfiguration()
        configuration.maximumConnections = 2
        return configuration
    }

    /// Runs `body` with a pool whose tables live in a new schema, which goes away at the end.
    static func withPool(
        _ configuration: PoolConfiguration = frugal,
        _ body: (DatabasePool) async throws -> Void
    ) async throws {
        try await withSchema { url in
            let pool = try DatabasePool(url: url, configuration: configuration)
            do {
                try await body(pool)
            } catch {
                await pool.close()
                throw error
            }
            await pool.close()
        }
    }

    /// Runs `body` with the address of a new schema.
    static func withSchema(_ body: (String) async throws -> Void) async throws {
        let url = try #require(url, missing)
        let schema = "test_" + UUID().uuidString.lowercased().replacingOccurrences(of: "-", with: "")
        try await run(Statement(verbatim: "CREATE SCHEMA \(schema)"), at: url)
        var failure: (any Error)?
        do {
            try await body(url + (url.contains("?") ? "&" : "?") + "options=-csearch_path%3D\(schema)")
        } catch {
            failure = error
        }
        try await run(Statement(verbatim: "DROP SCHEMA \(schema) CASCADE"), at: url)
        if let failure { throw failure }
    }

    private static func run(_ statement: Statement, at url: String) async throws {
        let pool = try DatabasePool(url: url)
        try await pool.execute(statement)
        await pool.close()
    }
}

/// The error that `body` throws, which must be a database's.
func databaseError<Value>(_ body: () async throws -> Value) async throws -> DatabaseError {
    try #require(await #expect(throws: DatabaseError.self) { _ = try await body() })
}

/// Whether `condition` comes true within 20 s. Looks at it every millisecond: figures change without telling.
func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
    let clock = ContinuousClock()
    let start = clock.now
    while start.duration(to: clock.now) < .seconds(20) {
        if try await condition() { return true }
        try await clock.sleep(for: .milliseconds(1))
    }
    return false
}
