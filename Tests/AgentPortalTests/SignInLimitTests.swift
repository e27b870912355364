import AuditLog
import Database
import Foundation
import ServiceKit
import Testing

@testable import AgentPortal

/// The limit of wrong sign-ins, in the database that all portals share.
@Suite("Wrong sign-ins", .enabled(if: PortalDatabase.isAvailable, "DATABASE_URL is not set"))
struct SignInLimitTests {
    @Test(
        "past the limit of an address or a name nothing is looked at, in whatever process; a right one gives its attempt back"
    )
    func limits() async throws {
        try await PortalDatabase.run { database in
            let (one, other) = (PortalStore(database: database), PortalStore(database: database))
            for attempt in 0..<SignInLimit.perAddress {
                let store = attempt % 2 == 0 ? one : other
                #expect(try await store.secondsToWait(name: "guess\(attempt)", address: "192.0.2.1") == nil)
            }
            let seconds = try #require(try await one.secondsToWait(name: "ada", address: "192.0.2.1"))
            #expect((1...300).contains(seconds))
            // Others are not concerned, and neither is the address once its people sign in rightly.
            #expect(try await one.secondsToWait(name: "ada", address: "192.0.2.2") == nil)
            for _ in 0..<30 {
                #expect(try await one.secondsToWait(name: "bo", address: "192.0.2.3") == nil)
                try await one.forgetAttempt(name: "bo", address: "192.0.2.3")
            }
            // One name from many addresses; all addresses of an IPv6 network are one.
            for number in 0..<SignInLimit.perName {
                #expect(try await one.secondsToWait(name: "eve", address: "203.0.113.\(number)") == nil)
            }
            #expect(try await other.secondsToWait(name: "eve", address: "203.0.113.200") != nil)
            for number in 0..<SignInLimit.perAddress {
                #expect(try await one.secondsToWait(name: "six\(number)", address: "2001:db8::\(number)") == nil)
            }
            #expect(try await one.secondsToWait(name: "six", address: "2001:db8::ffff") != nil)
        }
    }

    @Test("attempts at the same time count too, and counting begins anew when the time has passed")
    func parallel() async throws {
        try await PortalDatabase.run { database in
            let store = PortalStore(database: database)
            let passed = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<60 {
                    group.addTask { try await store.secondsToWait(name: "ada", address: "192.0.2.1") == nil }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(passed == SignInLimit.perName)
            try await database.execute(
                Statement("UPDATE portal_sign_in_attempts SET until = now() - interval '10 minutes'"))
            #expect(try await store.secondsToWait(name: "bo", address: "192.0.2.9") == nil)
            let rows = try await database.query(Statement("SELECT count(*) AS n FROM portal_sign_in_attempts"))
            #expect(try rows.first?.int("n") == 2)
        }
    }

    @Test("who knows a name keeps nobody out who comes from a place of before; a place has a limit of its own")
    func familiarPlaces() async throws {
        try await PortalDatabase.run { database in
            let store = PortalStore(database: database)
            let entry = try await store.log.begin(
                Act(
                    operation: "signIn", subject: "", way: .person, actor: nil, address: "192.0.2.1", traceID: "trace"))
            #expect(try await !store.isFamiliar("192.0.2.1", to: "ada"))
            try await store.log.end(entry, status: 303, actor: "ada")
            #expect(try await store.isFamiliar("192.0.2.1", to: "ada"))
            #expect(try await !store.isFamiliar("192.0.2.9", to: "ada"))
            #expect(try await !store.isFamiliar("192.0.2.1", to: "bo"))
            // Strangers use the name up.
            for number in 0...SignInLimit.perName {
                _ = try await store.secondsToWait(name: "ada", address: "203.0.113.\(number)")
            }
            #expect(try await store.secondsToWait(name: "ada", address: "203.0.113.99") != nil)
            for _ in 0..<SignInLimit.perPlace {
                #expect(try await store.secondsToWait(name: "ada", address: "192.0.2.1", isFamiliar: true) == nil)
            }
            let seconds = try #require(
                try await store.secondsToWait(name: "ada", address: "192.0.2.1", isFamiliar: true))
            #expect((301...900).contains(seconds))
            let ada = try #require(try await store.createPerson(name: "ada", role: .owner))
            try await store.unlock(ada)
            #expect(try await store.secondsToWait(name: "ada", address: "192.0.2.1", isFamiliar: true) == nil)
            #expect(try await store.secondsToWait(name: "ada", address: "203.0.113.99") == nil)
        }
    }
}

/// The portal's tables in a schema of their own.
enum PortalDatabase {
    static var isAvailable: Bool {
        let environment = ProcessInfo.processInfo.environment
        return environment["REQUIRE_SERVERS"] == "1" || environment["DATABASE_URL"]?.isEmpty == false
    }

    static func run(_ body: (DatabasePool) async throws -> Void) async throws {
        let url = try #require(ProcessInfo.processInfo.environment["DATABASE_URL"])
        let schema = "test_" + UUID().uuidString.lowercased().replacingOccurrences(of: "-", with: "")
        let administration = try DatabasePool(url: url)
        try await administration.execute(Statement(verbatim: "CREATE SCHEMA \(schema)"))
        let pool = try DatabasePool(
            url: url + (url.contains("?") ? "&" : "?") + "options=-csearch_path%3D\(schema)")
        var failure: (any Error)?
        do {
            try await Migrator(pool).apply(
                (AgentPortal.migrations + AuditLog.migrations).sorted { $0.version < $1.version })
            try await body(pool)
        } catch {
            failure = error
        }
        await pool.close()
        try await administration.execute(Statement(verbatim: "DROP SCHEMA \(schema) CASCADE"))
        await administration.close()
        if let failure { throw failure }
    }
}
