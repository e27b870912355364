public import Cache
import ContractJSON
import ContractRuntime
import Foundation
import HTTPTransport
import HTTPTypes
public import Logging
public import MessageBroker
public import ObjectStorage
public import ServiceKit
public import Testing

/// Real servers with a virtual host of the broker for one test, and the two services that webhooks need, in memory.
public struct TestWorld: Sendable {
    /// The broker.
    public let transport: RabbitMQTransport
    /// Redis.
    public let cache: RedisCache
    /// The S3 server.
    public let storage: S3Storage
    /// tenant-service.
    public let tenants = FakeTenants()
    /// auth-service.
    public let secrets = FakeSecrets()

    private static let variables = [
        "AMQP_URL", "RABBITMQ_MANAGEMENT_URL", "REDIS_URL", "S3_ENDPOINT", "S3_REGION", "S3_ACCESS_KEY_ID",
        "S3_SECRET_ACCESS_KEY",
    ]
    /// Whether suites on servers run; with REQUIRE_SERVERS=1 they run, and fail, without servers too.
    public static let isAvailable =
        variables.allSatisfy { value($0) != nil } || value("REQUIRE_SERVERS") == "1"
    /// Why they do not.
    public static let missing: Comment = "RabbitMQ, Redis or S3 is not set"

    /// The value of an environment variable.
    public static func value(_ name: String) -> String? { ProcessInfo.processInfo.environment[name] }

    /// Runs a test in a world of its own.
    public static func with(_ body: @Sendable (TestWorld) async throws -> Void) async throws {
        let host = "test-\(UUID().uuidString.lowercased())"
        try await manage(.put, "/api/vhosts/\(host)")
        var address = try BrokerAddress(try required("AMQP_URL"))
        address.virtualHost = host
        let world = TestWorld(
            transport: RabbitMQTransport(
                BrokerConfiguration(address: address, publishTimeout: .seconds(5)), logger: logger),
            cache: try RedisCache(url: try required("REDIS_URL")),
            storage: try S3Storage(
                configuration: S3Configuration(
                    endpoint: try required("S3_ENDPOINT"), region: try required("S3_REGION"),
                    accessKeyID: try required("S3_ACCESS_KEY_ID"), secretAccessKey: try required("S3_SECRET_ACCESS_KEY")
                ),
                engine: CurlEngine()))
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(world)) } catch { outcome = .failure(error) }
        await world.transport.close()
        await world.cache.close()
        try await manage(.delete, "/api/vhosts/\(host)")
        try outcome.get()
    }

    /// Runs a service's jobs while the body runs.
    public func running(_ jobs: [ServiceAssembly.Job], _ body: @escaping @Sendable () async throws -> Void) async throws
    {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for job in jobs {
                group.addTask {
                    do { try await job.run() } catch {
                        if !Task.isCancelled { throw error }
                    }
                    return false
                }
            }
            group.addTask {
                try await body()
                return true
            }
            for try await isBody in group where isBody { break }
            group.cancelAll()
        }
    }

    /// Says what would be a surprise.
    public static var logger: Logger {
        var logger = Logger(label: "tests")
        logger.logLevel = .critical
        return logger
    }

    /// A broker that nobody listens for.
    public static var brokerThatIsAway: RabbitMQTransport {
        get throws {
            let address = try BrokerAddress("amqp://guest:guest@127.0.0.1:1/none")
            return RabbitMQTransport(
                BrokerConfiguration(address: address, publishTimeout: .seconds(1)), logger: logger)
        }
    }

    /// Health and metrics of a role.
    public func operations(_ service: ServiceName) -> OperationsAnswers {
        OperationsAnswers(service: service, version: "test", health: HealthRegistry(), metrics: MetricRegistry())
    }

    /// Quick retries, so that a test of them takes no time.
    public static let quickRetries = RetryPolicy(
        delays: Array(repeating: .milliseconds(20), count: 5), maximumElapsed: .seconds(20))

    private static func required(_ name: String) throws -> String { try #require(value(name), "\(name) is not set") }

    private static func manage(_ method: HTTPRequest.Method, _ target: String) async throws {
        var components = try #require(URLComponents(string: try required("RABBITMQ_MANAGEMENT_URL")))
        let pair = "\(components.user ?? ""):\(components.password ?? "")"
        components.user = nil
        components.password = nil
        let transport = try CurlTransport(baseURL: try #require(components.string), engine: CurlEngine())
        let request = ContractRequest(
            method: method, target: target, headers: [.authorization: "Basic \(Base64.encode(Array(pair.utf8)))"])
        let response = try await transport.send(request, options: RequestOptions())
        try #require((200..<300).contains(response.status), "\(method) \(target): \(response.status)")
    }
}
