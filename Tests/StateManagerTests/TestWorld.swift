import Cache
import ContractRuntime
import Database
import Foundation
import HTTPTransport
import Logging
import MessageBroker
import ObjectStorage
import ServiceKit
import SharedContract
import StateManagerContract
import Testing

@testable import StateManager

/// A state-manager on the servers of the environment, with tables of its own and a client that reaches it by contract.
struct TestWorld: Sendable {
    let database: DatabasePool
    let cache: RedisCache
    let broker: RabbitMQTransport
    let media: S3Storage
    let service: StateManager
    let client: StateManagerClient
    let tenantID = UUID().uuidString.lowercased()

    private static func variable(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    static var isAvailable: Bool {
        variable("REQUIRE_SERVERS") == "1"
            || ["DATABASE_URL", "REDIS_URL", "AMQP_URL"].allSatisfy { variable($0) != nil }
    }
    static let missing: Comment = "DATABASE_URL, REDIS_URL or AMQP_URL is not set"

    static var quietLogger: Logger {
        var logger = Logger(label: "state-manager-tests")
        logger.logLevel = .critical
        return logger
    }

    /// Runs `body` with a world whose tables go away at the end; they are those of the last version, or of an earlier one.
    static func run(upTo version: Int = .max, _ body: (TestWorld) async throws -> Void) async throws {
        let url = try #require(variable("DATABASE_URL"), missing)
        let schema = "test_" + UUID().uuidString.lowercased().replacingOccurrences(of: "-", with: "")
        try await administrate(url, "CREATE SCHEMA \(schema)")
        let world = try TestWorld(
            databaseURL: url + (url.contains("?") ? "&" : "?") + "options=-csearch_path%3D\(schema)",
            redisURL: try #require(variable("REDIS_URL"), missing),
            amqpURL: try #require(variable("AMQP_URL"), missing)
        )
        var failure: (any Error)?
        do {
            try await Migrator(world.database).apply(StateManager.migrations.filter { $0.version <= version })
            try await body(world)
        } catch {
            failure = error
        }
        await world.broker.close()
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

    private init(databaseURL: String, redisURL: String, amqpURL: String) throws {
        var configuration = PoolConfiguration()
        configuration.maximumConnections = 4
        database = try DatabasePool(url: databaseURL, configuration: configuration, logger: Self.quietLogger)
        cache = try RedisCache(url: redisURL, logger: Self.quietLogger)
        broker = RabbitMQTransport(
            BrokerConfiguration(address: try BrokerAddress(amqpURL)),
            logger: Self.quietLogger
        )
        // Its own server is asked only by tests that have one; links are made without asking.
        media = try S3Storage(
            configuration: S3Configuration(
                endpoint: Self.variable("S3_ENDPOINT") ?? "http://127.0.0.1:1",
                accessKeyID: Self.variable("S3_ACCESS_KEY_ID") ?? "test",
                secretAccessKey: Self.variable("S3_SECRET_ACCESS_KEY") ?? "test-secret"
            ),
            engine: try CurlEngine()
        )
        service = StateManager(
            database: database,
            cache: cache,
            messages: broker,
            media: media,
            queueDepth: broker.queueDepth,
            operations: OperationsAnswers(
                service: .stateManager,
                version: "test",
                health: HealthRegistry(),
                metrics: MetricRegistry()
            ),
            logger: Self.quietLogger
        )
        client = Self.client(of: service)
    }

    /// A client of the service's routes in this process.
    static func client(of service: StateManager) -> StateManagerClient {
        let table = RouteTable(
            routes: service.assembly.routes, authenticator: Everyone(),
            report: { error, route in
                Issue.record(error, "\(route.operationID) threw")
            })
        return StateManagerClient(
            transport: InProcessTransport { table },
            credentials: ClientCredentials(bearerToken: "test")
        )
    }
}

private struct Everyone: Authenticator {
    func principal(of request: ContractRequest, for requirement: SecurityRequirement) async -> Principal? {
        Principal(name: "tester")
    }
}

/// A time some seconds after the first of November 2026.
func time(_ seconds: Int64) -> DateTime { DateTime(millisecondsSinceEpoch: 1_793_491_200_000 + seconds * 1_000) }

func newID() -> String { UUID().uuidString.lowercased() }

// MARK: Calls

extension TestWorld {
    func inbound(
        _ wamid: String,
        waId: String? = "491700000001",
        userId: String? = nil,
        name: String? = nil
    ) -> ClaimRequest {
        .inbound(
            InboundClaim(
                tenantId: tenantID,
                platformMessageId: wamid,
                customer: CustomerIdentity(waId: waId, userId: userId, displayName: name),
                messageType: "text",
                occurredAt: time(0),
                receivedAt: time(1)
            )
        )
    }

    func outbound(_ id: String, to address: String = "491700000001", in conversation: String? = nil) -> ClaimRequest {
        .outbound(
            OutboundClaim(
                tenantId: tenantID,
                platformMessageId: id,
                conversationId: conversation,
                customerAddress: address,
                messageType: "Text",
                receivedAt: time(2)
            )
        )
    }

    func claim(_ items: ClaimRequest...) async throws -> [ClaimResult] { try await claim(items) }

    func claim(_ items: [ClaimRequest]) async throws -> [ClaimResult] {
        let output = try await client.claimMessages(ClaimMessages.Input(body: ClaimBatch(items: items)))
        guard case .ok(let results) = output else { throw Unexpected("\(output)") }
        return results.results
    }

    func begin(_ trackingID: String, _ attemptID: String, reconciled: Bool = false) async throws -> BeginSendResult {
        let request = BeginSendRequest(trackingId: trackingID, attemptId: attemptID, reconciled: reconciled)
        let output = try await client.beginSends(BeginSends.Input(body: BeginSendBatch(items: [request])))
        guard case .ok(let results) = output, let result = results.results.first else { throw Unexpected("\(output)") }
        return result
    }

    func complete(_ trackingID: String, _ attemptID: String, _ outcome: SendOutcome) async throws -> TrackingResult {
        let request = CompleteSendRequest(trackingId: trackingID, attemptId: attemptID, outcome: outcome)
        let output = try await client.completeSends(CompleteSends.Input(body: CompleteSendBatch(items: [request])))
        guard case .ok(let results) = output, let result = results.results.first else { throw Unexpected("\(output)") }
        return result
    }

    func status(_ report: StatusReport) async throws -> TrackingResult {
        let output = try await client.recordStatuses(RecordStatuses.Input(body: StatusBatch(items: [report])))
        guard case .ok(let results) = output, let result = results.results.first else { throw Unexpected("\(output)") }
        return result
    }

    func receipt(_ report: ReceiptReport) async throws -> TrackingResult {
        let output = try await client.recordReceipts(RecordReceipts.Input(body: ReceiptBatch(items: [report])))
        guard case .ok(let results) = output, let result = results.results.first else { throw Unexpected("\(output)") }
        return result
    }

    func story(_ id: String) async throws -> MessageStory {
        let output = try await client.getMessage(GetMessage.Input(id: id, tenantId: tenantID))
        guard case .ok(let story) = output else { throw Unexpected("\(output)") }
        return story
    }

    /// A message that was claimed and is being sent.
    func sending(_ item: ClaimRequest, attempt: String) async throws -> MessageTracking {
        let claimed = try await claim(item)
        let tracking = try #require(claimed.first).tracking
        guard case .proceed = try await begin(tracking.id, attempt) else { throw Unexpected("no proceed") }
        return tracking
    }
}

/// An answer that the test does not expect.
struct Unexpected: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

extension TrackingResult {
    /// What was recorded; the test fails if nothing was.
    var recorded: TrackingRecorded {
        get throws {
            guard case .recorded(let recorded) = self else { throw Unexpected("nothing recorded") }
            return recorded
        }
    }
}

/// Whether `condition` comes true within 20 s.
func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
    let clock = ContinuousClock()
    let start = clock.now
    while start.duration(to: clock.now) < .seconds(20) {
        if try await condition() { return true }
        try await clock.sleep(for: .milliseconds(20))
    }
    return false
}
