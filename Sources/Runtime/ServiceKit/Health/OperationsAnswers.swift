import ContractJSON
public import ContractRuntime
import HTTPTypes

/// What `/healthz`, `/readyz` and `/metrics` of a role answer. Generated handlers ask for the data; whoever has none mounts
/// ``routes``.
public struct OperationsAnswers: Sendable {
    /// The role asked.
    public let service: ServiceName
    /// Version of the running build.
    public let version: String
    /// When the process started.
    public let startedAt: DateTime
    /// Its dependencies.
    public let health: HealthRegistry
    /// Its metrics.
    public let metrics: MetricRegistry

    /// Creates the answers of a role.
    public init(
        service: ServiceName,
        version: String,
        startedAt: DateTime = WallClock.now,
        health: HealthRegistry,
        metrics: MetricRegistry
    ) {
        self.service = service
        self.version = version
        self.startedAt = startedAt
        self.health = health
        self.metrics = metrics
    }

    /// Whether the role takes work.
    public func readiness() async -> Readiness { await health.readiness() }

    /// All metrics as Prometheus text.
    public func metricsText() -> String { metrics.exposition() }

    /// The three operations of the contract `operations`, for tables that lack them.
    public var routes: [Route] {
        [
            route("/healthz", "getLiveness") { Self.json(200, liveness) },
            route("/readyz", "getReadiness") {
                let readiness = await readiness()
                return Self.json(readiness.httpStatus, json(readiness))
            },
            route("/metrics", "getMetrics") {
                ContractResponse(
                    status: 200,
                    headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                    body: .bytes(Array(metricsText().utf8))
                )
            },
        ]
    }

    private func route(
        _ template: String,
        _ operationID: String,
        _ answer: @escaping @Sendable () async -> ContractResponse
    ) -> Route {
        Route(method: .get, template: template, operationID: operationID, audience: "operations", bodyLimit: 0) { _ in
            await answer()
        }
    }

    private var liveness: JSONValue {
        [
            "status": "alive", "service": .string(service.rawValue), "version": .string(version),
            "startedAt": .string(startedAt.text),
        ]
    }

    private func json(_ readiness: Readiness) -> JSONValue {
        let dependencies = readiness.dependencies.map { dependency -> JSONValue in
            var object = JSONObject([
                ("name", .string(dependency.name)), ("status", .string(dependency.status.rawValue)),
                ("required", .bool(dependency.isRequired)),
            ])
            if let latency = dependency.latencyMilliseconds {
                object["latencyMilliseconds"] = JSONNumber(latency.description).map(JSONValue.number)
            }
            if let detail = dependency.detail { object["detail"] = .string(detail) }
            return .object(object)
        }
        return [
            "status": .string(readiness.status.rawValue), "service": .string(service.rawValue),
            "dependencies": .array(dependencies),
        ]
    }

    private static func json(_ status: Int, _ value: JSONValue) -> ContractResponse {
        ContractResponse(status: status, headers: [.contentType: "application/json"], body: .bytes(value.jsonBytes))
    }
}
