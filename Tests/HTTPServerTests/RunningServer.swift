import ContractRuntime
import HTTPServer
import Logging
import ServiceKit
import ServiceLifecycle
import Synchronization

/// Keeps log lines.
final class LineSink: Sendable {
    private let kept = Mutex<[String]>([])
    @Sendable func write(_ line: [UInt8]) { kept.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }
    var lines: [String] { kept.withLock { $0 } }
}

/// What a test sees of its server.
struct RunningServer: Sendable {
    let port: Int
    let metrics: MetricRegistry
    let health: HealthRegistry
    let logs: LineSink
    let shutDown: @Sendable () async -> Void

    func connect() async throws -> RawConnection { try await RawConnection(port: port) }

    /// Sends one request on a connection of its own.
    func send(_ text: String, hasBody: Bool = true) async throws -> RawConnection.Answer {
        let connection = try await connect()
        try await connection.send(text)
        return try await connection.answer(hasBody: hasBody)
    }
}

/// Serves routes on a free port while `body` runs.
func withServer(
    _ routes: [Route],
    authenticator: any Authenticator = BearerAuthenticator([:]),
    change: (inout HTTPServerConfiguration) -> Void = { _ in },
    _ body: @Sendable (RunningServer) async throws -> Void
) async throws {
    var configuration = HTTPServerConfiguration(port: 0)
    change(&configuration)
    let logs = LineSink()
    let logger = Logger.json(service: "test", level: .debug, sink: logs.write)
    let metrics = MetricRegistry()
    let health = HealthRegistry()
    let operations = OperationsAnswers(service: .tenantService, version: "1.2.3", health: health, metrics: metrics)
    let server = HTTPServer(
        RouteTable(routes: routes, authenticator: authenticator),
        operations: operations,
        configuration: configuration,
        logger: logger
    )
    let group = ServiceGroup(services: [server], logger: Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() })
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        let running = RunningServer(
            port: try await server.port,
            metrics: metrics,
            health: health,
            logs: logs,
            shutDown: { await group.triggerGracefulShutdown() }
        )
        do { try await body(running) } catch {
            tasks.cancelAll()
            throw error
        }
        tasks.cancelAll()
    }
}

/// A route that answers with text.
func route(
    _ method: String,
    _ template: String,
    id: String = "op",
    security: [[SecurityRequirement]] = [],
    bodyLimit: Int = 0,
    _ handle: @escaping Route.Handle
) -> Route {
    Route(
        method: .init(method) ?? .get,
        template: template,
        operationID: id,
        security: security,
        bodyLimit: bodyLimit,
        handle: handle
    )
}

/// A text response.
func text(_ text: String, status: Int = 200) -> ContractResponse {
    ContractResponse(status: status, headers: [.contentType: "text/plain"], body: .bytes(Array(text.utf8)))
}

/// Answers with the length of the body.
let counting = route("POST", "/count", id: "count", bodyLimit: 10) { request in
    text(String(try await request.request.body.collect(limit: 10).count))
}
