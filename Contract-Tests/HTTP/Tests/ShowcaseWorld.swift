import ContractJSON
import ContractRuntime
import HTTPServer
import HTTPTransport
import Logging
import ServiceKit
import ServiceLifecycle
import ShowcaseContract

/// Runs `body` against a server on a free port, over TCP, with the generated client.
func withShowcase(
    _ handler: ShowcaseService = ShowcaseService(),
    _ body: @Sendable (ShowcaseClient, CurlTransport) async throws -> Void
) async throws {
    let routes = handler.routes + CallbackService(handler).routes
    let server = HTTPServer(
        RouteTable(routes: routes, authenticator: ShowcaseAuthenticator(Judge())),
        operations: OperationsAnswers(
            service: .tenantService, version: "test", health: HealthRegistry(), metrics: MetricRegistry()),
        configuration: HTTPServerConfiguration(port: 0), logger: quiet)
    let group = ServiceGroup(services: [server], logger: quiet)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        let transport = try CurlTransport(baseURL: "http://127.0.0.1:\(try await server.port)", engine: CurlEngine())
        try await body(ShowcaseClient(transport: transport), transport)
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
    }
}

private let quiet = Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() }

/// Knows one credential of each scheme.
private struct Judge: ShowcaseSchemeJudge {
    func token(_ credential: String, scopes: [String], of request: ContractRequest) async -> Principal? {
        credential == "the token" ? Principal(name: "token") : nil
    }

    func login(_ credential: ClientCredentials.Basic, scopes: [String], of request: ContractRequest) async -> Principal?
    {
        credential == ClientCredentials.Basic(user: "ann", password: "a:b ü") ? Principal(name: "ann") : nil
    }

    func partner(_ credential: String, scopes: [String], of request: ContractRequest) async -> Principal? {
        credential == "p&1" ? Principal(name: "partner") : nil
    }

    func session(_ credential: String, scopes: [String], of request: ContractRequest) async -> Principal? {
        credential == "s;1" ? Principal(name: "session") : nil
    }
}
