public import ContractRuntime
import HTTPServer
import HTTPTypes
import Logging
import ServiceKit
import Synchronization

/// A platform's side of files: a real HTTP server on a free port whose answers a test decides.
public final class FilePlatform: Sendable {
    /// What a path answers, once each in order, the last one for ever.
    private let answers = Mutex<[String: [ContractResponse]]>([:])
    private let seen = Mutex<[(path: String, headers: HTTPFields)]>([])
    private let server: HTTPServer

    /// A platform that knows nothing yet.
    public init() {
        let box = Box()
        let routes = (1...8).map { depth in
            Route(
                method: .get, template: "/" + (1...depth).map { "{p\($0)}" }.joined(separator: "/"),
                operationID: "get\(depth)", bodyLimit: 0
            ) { request in
                box.platform?.answer(request) ?? ContractResponse(status: 500)
            }
        }
        let operations = OperationsAnswers(
            service: .metaSimulator, version: "test", health: HealthRegistry(), metrics: MetricRegistry())
        server = HTTPServer(
            RouteTable(routes: routes, authenticator: BearerAuthenticator([:])), operations: operations,
            configuration: HTTPServerConfiguration(port: 0),
            logger: Logger(label: "platform") { _ in SwiftLogNoOpLogHandler() })
        box.platform = self
    }

    /// What was asked for, in order.
    public var requests: [(path: String, headers: HTTPFields)] { seen.withLock { $0 } }

    /// Sets what a path answers.
    public func set(_ path: String, _ responses: ContractResponse...) { answers.withLock { $0[path] = responses } }

    /// Serves while the body runs; it is told the origin.
    public func serving(_ body: @escaping @Sendable (_ origin: String) async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [server] in try? await server.run() }
            try await body("http://127.0.0.1:\(try await server.port)")
            group.cancelAll()
        }
    }

    private func answer(_ request: ServerRequest) -> ContractResponse {
        let path = String(request.request.path)
        seen.withLock { $0.append((path, request.request.headers)) }
        return answers.withLock { answers in
            guard var left = answers[path], let first = left.first else { return ContractResponse(status: 404) }
            if left.count > 1 { left.removeFirst() }
            answers[path] = left
            return first
        }
    }

    /// Lets the routes find the platform, which is there only after them.
    private final class Box: Sendable {
        private let held = Mutex<FilePlatform?>(nil)

        var platform: FilePlatform? {
            get { held.withLock { $0 } }
            set { held.withLock { $0 = newValue } }
        }
    }
}
