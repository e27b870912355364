import Cache
import ContractRuntime
import Database
import HTTPTransport
import Logging
import MessageBroker
import ObjectStorage
import ServiceKit

/// Connections that the roles of one process share. Each is made once, when the first role asks for it, and closed at the
/// end of the process. Used by one task only, while the process is put together.
final class SharedParts {
    let configuration: ServiceConfiguration
    let directory: ServiceDirectory
    let engine: CurlEngine
    let logger: Logger
    private var databasePool: DatabasePool?
    private var redisCache: RedisCache?
    private var rabbitMQ: RabbitMQTransport?
    private var s3: S3Storage?
    /// What must be closed, in the order of opening.
    private(set) var resources: [ServiceProcess.Part] = []

    init(hosted: Set<ServiceName>, configuration: ServiceConfiguration, logger: Logger) throws {
        self.configuration = configuration
        self.logger = logger
        engine = try CurlEngine()
        directory = ServiceDirectory(hosted: hosted, configuration: configuration, engine: engine)
    }

    func database(_ health: HealthRegistry) throws -> DatabasePool {
        let pool = try databasePool ?? DatabasePool(url: configuration.databaseURL.reveal(), logger: logger)
        if databasePool == nil {
            databasePool = pool
            resources.append(.closing("postgres") { await pool.close() })
        }
        health.register("postgres") { try await pool.check() }
        return pool
    }

    /// Redis is a cache: losing it costs speed, so that no role is unready without it.
    func cache(_ health: HealthRegistry) throws -> RedisCache {
        let cache = try redisCache ?? RedisCache(url: configuration.redisURL.reveal(), logger: logger)
        if redisCache == nil {
            redisCache = cache
            resources.append(.closing("redis") { await cache.close() })
        }
        health.register("redis", isRequired: false) { try await cache.check() }
        return cache
    }

    func broker(_ health: HealthRegistry) throws -> RabbitMQTransport {
        let broker =
            try rabbitMQ
            ?? RabbitMQTransport(
                BrokerConfiguration(
                    address: try BrokerAddress(configuration.amqpURL.reveal()), publishTimeout: .seconds(3)),
                logger: logger)
        if rabbitMQ == nil {
            rabbitMQ = broker
            resources.append(.closing("rabbitmq") { await broker.close() })
        }
        health.register("rabbitmq") { try await broker.check() }
        return broker
    }

    func storage(_ health: HealthRegistry) throws -> S3Storage {
        let storage =
            try s3
            ?? S3Storage(
                configuration: S3Configuration(
                    endpoint: configuration.s3Endpoint, publicEndpoint: configuration.s3PublicEndpoint,
                    region: configuration.s3Region, accessKeyID: configuration.s3AccessKeyID.reveal(),
                    secretAccessKey: configuration.s3SecretAccessKey.reveal()), engine: engine)
        s3 = storage
        // Archiving waits in its queue while the store is away; webhooks are accepted all the same.
        health.register("s3", isRequired: false) { try await storage.check() }
        return storage
    }

    /// Carries requests to a platform, made anew for each origin.
    var platformTransport: @Sendable (String) throws -> any ClientTransport {
        let engine = engine
        return {
            try CurlTransport(baseURL: $0, engine: engine, configuration: TransportConfiguration(inFlightLimit: 256))
        }
    }

    /// The bearer that services show each other.
    func internalCredentials() throws -> ClientCredentials {
        ClientCredentials(bearerToken: try configuration.internalAPITokens.first?.reveal())
    }
}
