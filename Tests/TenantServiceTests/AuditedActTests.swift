import AuditLog
import Database
import ServiceKit
import SharedContract
import TenantServiceContract
import Testing

@testable import TenantService

@Suite("Acts with a key in the audit log", .enabled(if: TestWorld.isAvailable, TestWorld.missing))
struct AuditedActTests {
    /// A client whose bearer `test` is taken for the key of the public API.
    private static func client(_ world: TestWorld, as principal: String = "adminKey") throws -> TenantServiceClient {
        try TestWorld.client(world.database, world.cache, keys: TestWorld.oldKey, principal: principal)
    }

    @Test("what a key changes says who, what, to what and how it ended; what it reads says nothing")
    func recorded() async throws {
        try await TestWorld.run { world in
            let client = try Self.client(world)
            let draft = TenantDraft(name: "Harbour Books", phoneNumberId: newNumber(), status: .active)
            guard case .created(let tenant, _) = try await client.createTenant(.init(body: draft)) else {
                throw Unexpected("no tenant")
            }
            _ = try await client.listTenants(.init())
            var patch = TenantPatch()
            patch.status = .suspended
            _ = try await client.updateTenant(.init(tenantId: tenant.id, body: patch))
            _ = try await client.createTenant(.init(body: draft))
            let entries = try await AuditLog(database: world.database).entries(limit: 10)
            #expect(entries.map(\.operation) == ["createTenant", "updateTenant", "createTenant"])
            #expect(entries.map(\.status) == [409, 200, 201])
            #expect(entries.map(\.subject) == [nil, tenant.id, tenant.id])
            #expect(entries.allSatisfy { $0.way == .apiKey && $0.actor == "key 9f86d081" })
            #expect(entries[1].detail == "status suspended")
            #expect(entries[2].detail?.contains("name Harbour Books") == true)
        }
    }

    @Test("a secret stands in no entry, wherever it was put")
    func secrets() async throws {
        try await TestWorld.run { world in
            let client = try Self.client(world)
            let tenant = try await world.tenant()
            let patch = CredentialPatch(
                accessToken: .value("token-of-nobody-else"), wabaId: .value("200300400500600"))
            let output = try await client.patchCredential(
                .init(tenantId: tenant.id, credentialType: .whatsapp, storeAnyway: true, body: patch))
            guard case .ok = output else { throw Unexpected("\(output)") }
            let entry = try #require(try await AuditLog(database: world.database).entries(limit: 1).first)
            #expect(entry.operation == "patchCredential")
            #expect(entry.detail?.contains("accessToken") == true)
            #expect(entry.detail?.contains("storeAnyway true") == true)
            #expect(entry.detail?.contains("token-of-nobody-else") == false)
        }
    }

    @Test("what can't be recorded is not done")
    func unrecorded() async throws {
        try await TestWorld.run { world in
            let client = try TestWorld.client(
                world.database, world.cache, keys: TestWorld.oldKey, errorsAreIssues: false, principal: "adminKey")
            try await world.database.execute(Statement("DROP TABLE portal_audit"))
            let draft = TenantDraft(name: "Unrecorded", phoneNumberId: newNumber(), status: .active)
            guard case .internalServerError = try await client.createTenant(.init(body: draft)) else {
                throw Unexpected("it was done")
            }
            guard case .ok(let page) = try await client.listTenants(.init()) else { throw Unexpected("no list") }
            #expect(page.items.isEmpty)
        }
    }

    @Test("a service that acts for a person of the portal leaves no entry of its own")
    func forPersons() async throws {
        try await TestWorld.run { world in
            let client = try Self.client(world, as: "internalToken")
            let draft = TenantDraft(name: "By a person", phoneNumberId: newNumber(), status: .active)
            guard case .created = try await client.createTenant(.init(body: draft)) else {
                throw Unexpected("no tenant")
            }
            #expect(try await AuditLog(database: world.database).entries(limit: 1).isEmpty)
        }
    }

    @Test("entries are found by who, by the way and by what they are about, and the beginning of one can be taken back")
    func found() async throws {
        try await TestWorld.run { world in
            let log = AuditLog(database: world.database)
            func begin(_ actor: String?, _ way: Act.Way, _ subject: String) async throws -> Int {
                try await log.begin(
                    Act(operation: "act", subject: subject, way: way, actor: actor, traceID: "trace"))
            }
            let first = try await begin("ada", .person, "tenant-1")
            let second = try await begin("key 12345678", .apiKey, "tenant-2")
            let third = try await begin(nil, .person, "nothing")
            try await log.end(first, status: 303, detail: "Renamed")
            try await log.forget(third)
            // What a key or a person did stays.
            try await log.forget(second)
            #expect(try await log.entries(limit: 10).map(\.number) == [second, first])
            #expect(try await log.entries(.init(actor: "ada"), limit: 10).map(\.number) == [first])
            #expect(try await log.entries(.init(way: .apiKey), limit: 10).map(\.number) == [second])
            #expect(try await log.entries(.init(about: "RENAMED"), limit: 10).map(\.number) == [first])
            #expect(try await log.entries(before: second, limit: 10).map(\.number) == [first])
        }
    }
}
