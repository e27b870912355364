import Cache
import ConnectionCheckContract
import Database
import HTTPTransport
import Logging
import MessageBroker
import ObjectStorage
import RelayMessagingContract
import ServiceKit

/// Checks the servers that the services depend on, each on a connection of its own.
struct ServerChecks: Sendable {
    private let configuration: ServiceConfiguration

    init(_ configuration: ServiceConfiguration) { self.configuration = configuration }

    /// All checks, in a fixed order.
    func run() async -> [DoctorCheck] {
        async let database = database()
        async let cache = cache()
        async let broker = broker()
        async let storage = storage()
        return await database + cache + broker + storage
    }

    private func database() async -> [DoctorCheck] {
        await check("PostgreSQL", .databaseURL, "Start it, or mend DATABASE_URL.") {
            let pool = try DatabasePool(url: configuration.databaseURL.reveal(), logger: .silent)
            do {
                try await pool.check()
                let result = try await migrations(pool)
                await pool.close()
                return [DoctorCheck(title: "PostgreSQL", outcome: .passed, detail: "answers"), result]
            } catch {
                await pool.close()
                throw error
            }
        }
    }

    private func migrations(_ pool: DatabasePool) async throws -> DoctorCheck {
        let applied = Set(try await Migrator(pool).status().map(\.version))
        let missing = RelayMigrations.all.map(\.version).filter { !applied.contains($0) }.sorted()
        guard !missing.isEmpty else {
            return DoctorCheck(title: "database schema", outcome: .passed, detail: "\(applied.count) migrations")
        }
        return DoctorCheck(
            title: "database schema", outcome: .failed,
            cause: "Not applied: \(missing.map(String.init).joined(separator: ", ")).",
            remedy: "Run `waba-genesys migrate`.")
    }

    private func cache() async -> [DoctorCheck] {
        await check(
            "Redis", .redisURL, "Start it, or mend REDIS_URL. It is a cache: everything works without it, slower."
        ) {
            let cache = try RedisCache(url: configuration.redisURL.reveal(), logger: .silent)
            do {
                try await cache.check()
                await cache.close()
                return [DoctorCheck(title: "Redis", outcome: .passed, detail: "answers")]
            } catch {
                await cache.close()
                throw error
            }
        }
    }

    private func broker() async -> [DoctorCheck] {
        await check("RabbitMQ", .amqpURL, "Start it, or mend AMQP_URL.") {
            let broker = RabbitMQTransport(
                BrokerConfiguration(address: try BrokerAddress(configuration.amqpURL.reveal())), logger: .silent)
            do {
                try await broker.check()
                let queues = await queues(broker)
                await broker.close()
                return [DoctorCheck(title: "RabbitMQ", outcome: .passed, detail: "answers"), queues]
            } catch {
                await broker.close()
                throw error
            }
        }
    }

    private func queues(_ broker: RabbitMQTransport) async -> DoctorCheck {
        var idle: [String] = []
        var messages = 0
        let names = RelayMessagingTopology.all.flatMap(\.queues).map(\.name)
        for name in names {
            let depth = try? await broker.queueDepth(name)
            messages += depth?.messages ?? 0
            if (depth?.consumers ?? 0) == 0 { idle.append(name) }
        }
        guard !idle.isEmpty else {
            return DoctorCheck(
                title: "queues", outcome: .passed, detail: "\(names.count) with consumers, \(messages) messages wait")
        }
        return DoctorCheck(
            title: "queues", outcome: .failed, cause: "Nobody consumes \(idle.joined(separator: ", ")).",
            remedy: "Start the services that do: workers of the webhook services, transformers, state-manager.")
    }

    private func storage() async -> [DoctorCheck] {
        await check("S3", .s3Endpoint, "Start it, or mend the S3 variables; `waba-genesys migrate` makes the buckets.")
        {
            let storage = try S3Storage(
                configuration: S3Configuration(
                    endpoint: configuration.s3Endpoint, publicEndpoint: configuration.s3PublicEndpoint,
                    region: configuration.s3Region, accessKeyID: configuration.s3AccessKeyID.reveal(),
                    secretAccessKey: configuration.s3SecretAccessKey.reveal()), engine: try CurlEngine())
            try await storage.check()
            return [DoctorCheck(title: "S3", outcome: .passed, detail: "answers")]
        }
    }

    /// Skips what is not configured here; turns an error into a failed check.
    private func check(
        _ title: String, _ variable: ConfigurationVariable, _ remedy: String,
        _ body: () async throws -> [DoctorCheck]
    ) async -> [DoctorCheck] {
        guard (try? configuration.text(variable)) != nil else {
            return [
                DoctorCheck(
                    title: title, outcome: .skipped, cause: "\(variable.name) is not set here.",
                    remedy: "Run doctor with the environment of the services.")
            ]
        }
        do {
            return try await body()
        } catch {
            return [DoctorCheck(title: title, outcome: .failed, cause: "\(error)", remedy: remedy)]
        }
    }
}

extension Logger {
    /// Says nothing: a check tells its result itself.
    static var silent: Logger { Logger(label: "doctor") { _ in SwiftLogNoOpLogHandler() } }
}
