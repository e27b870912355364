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

    /// Runs `body` with a pool whose tables live in a new schema, which goes away at the end.
    static func withPool(
        _ configuration: PoolConfiguration = PoolConfiguration(), _ body: (DatabasePool) async throws -> Void
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
        let owner = try DatabasePool(url: url)
        try await owner.execute(Statement(verbatim: "CREATE SCHEMA \(schema)"))
        var failure: (any Error)?
        do {
            try await body(url + (url.contains("?") ? "&" : "?") + "options=-csearch_path%3D\(schema)")
        } catch {
            failure = error
        }
        try await owner.execute(Statement(verbatim: "DROP SCHEMA \(schema) CASCADE"))
        await owner.close()
        if let failure { throw failure }
    }
}

/// The error that `body` throws, which must be a database's.
func databaseError<Value>(_ body: () async throws -> Value) async throws -> DatabaseError {
    try #require(await #expect(throws: DatabaseError.self) { _ = try await body() })
}
