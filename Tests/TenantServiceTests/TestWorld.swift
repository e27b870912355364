import AuditLog
import Cache
import ContractRuntime
import Database
import Foundation
import Logging
import ServiceKit
import SharedContract
import TenantServiceContract
import Testing

@testable import TenantService

/// A tenant-service on the servers of the environment, with tables of its own and a client that reaches it by contract.
struct TestWorld: Sendable {
    static let oldKey = "old:" + Data((0..<32).map { UInt8(truncatingIfNeeded: $0 * 7 + 1) }).base64EncodedString()
    static let newKey = "new:" + Data((0..<32).map { UInt8(truncatingIfNeeded: $0 * 11 + 3) }).base64EncodedString()

    let database: DatabasePool
    let cache: RedisCache
    let client: TenantServiceClient

    private static func variable(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    static var isAvailable: Bool {
        variable("REQUIRE_SERVERS") == "1" || ["DATABASE_URL", "REDIS_URL"].allSatisfy { variable($0) != nil }
    }
    static let missing: Comment = "DATABASE_URL or REDIS_URL is not set"

    static var quietLogger: Logger {
        var logger = Logger(label: "tenant-service-tests")
        logger.logLevel = .critical
        return logger
    }

    /// Runs `body` with a world whose tables go away at the end.
    static func run(_ body: (TestWorld) async throws -> Void) async throws {
        let url = try #require(variable("DATABASE_URL"), missing)
        let schema = "test_" + UUID().uuidString.lowercased().replacingOccurrences(of: "-", with: "")
        try await administrate(url, "CREATE SCHEMA \(schema)")
        let world = try TestWorld(
            databaseURL: url + (url.contains("?") ? "&" : "?") + "options=-csearch_path%3D\(schema)",
            redisURL: try #require(variable("REDIS_URL"), missing)
        )
        var failure: (any Error)?
        do {
            try await Migrator(world.database).apply(TenantService.migrations + AuditLog.migrations)
            try await body(world)
        } catch {
            failure = error
        }
        await world.cache.close()
        await world.database.close()
        try await administrate(url, "DROP SCHEMA \(schema) CASCADE")
        if let failure { throw failure }
    }

    private static func administrate(_ url: String, _ sql: String) async throws {
        let pool = try DatabasePool(url: url)
        try await pool.execute(Statement(verbatim: sql))
        await pool.close()
    }

    private init(databaseURL: String, redisURL: String) throws {
        var configuration = PoolConfiguration()
        configuration.maximumConnections = 3
        database = try DatabasePool(url: databaseURL, configuration: configuration, logger: Self.quietLogger)
        cache = try RedisCache(url: redisURL, logger: Self.quietLogger)
        client = try Self.client(database, cache, keys: Self.oldKey)
    }

    static func cipher(_ keys: String) throws -> EnvelopeCipher { EnvelopeCipher(try EncryptionKeys(parsing: keys)) }

    /// A client of a service with these keys, in this process.
    static func client(
        _ database: DatabasePool,
        _ cache: RedisCache,
        keys: String,
        errorsAreIssues: Bool = true,
        principal: String = "tester",
        trial: @escaping TenantService.CredentialTrial = { _, _ in nil },
        news: @escaping TenantService.CredentialNews = { _, _, _ in }
    ) throws -> TenantServiceClient {
        let service = TenantService(
            database: database,
            cache: cache,
            cipher: try cipher(keys),
            trial: trial,
            news: news,
            operations: OperationsAnswers(
                service: .tenantService,
                version: "test",
                health: HealthRegistry(),
                metrics: MetricRegistry()
            ),
            logger: quietLogger
        )
        let table = RouteTable(
            routes: service.assembly.routes, authenticator: Everyone(name: principal),
            report: { error, route in
                if errorsAreIssues { Issue.record(error, "\(route.operationID) threw") }
            })
        return TenantServiceClient(
            transport: InProcessTransport { table },
            credentials: ClientCredentials(bearerToken: "test")
        )
    }

    /// A tenant with a number of its own.
    func tenant(
        _ phoneNumberID: String = newNumber(),
        integration: String? = nil,
        status: TenantStatus = .active
    ) async throws -> Tenant {
        let draft = TenantDraft(
            name: "Test",
            phoneNumberId: phoneNumberID,
            genesysIntegrationId: integration,
            status: status
        )
        let output = try await client.createTenant(.init(body: draft))
        guard case .created(let tenant, let location) = output else { throw Unexpected("\(output)") }
        #expect(location == "/api/v1/tenants/\(tenant.id)")
        return tenant
    }

    func update(_ tenant: Tenant, _ patch: TenantPatch) async throws -> Tenant {
        let output = try await client.updateTenant(.init(tenantId: tenant.id, body: patch))
        guard case .ok(let tenant) = output else { throw Unexpected("\(output)") }
        return tenant
    }
}

private struct Everyone: Authenticator {
    let name: String

    func principal(of request: ContractRequest, for requirement: SecurityRequirement) async -> Principal? {
        Principal(name: name)
    }
}

func newID() -> String { UUID().uuidString.lowercased() }

/// A phone number id of the form that Meta's have.
func newNumber() -> String { String(UInt64.random(in: 100_000_000_000_000...999_999_999_999_999_999)) }

/// An answer that the test does not expect.
struct Unexpected: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
