import ContractJSON
import ContractMock
import ContractModel
import Foundation
import Logging
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

@Suite("The mock server")
struct MockServerTests {
    private static let project = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// Runs a mock of one of the project's contracts while `body` calls it.
    private static func serving(_ spec: String, _ body: @Sendable @escaping (String) async throws -> Void) async throws
    {
        let (set, found) = ContractSetLoader.loadDocument(spec, root: project.path, attitude: .open)
        try #require(!found.contains { $0.severity == .error })
        let (ports, port) = AsyncStream<Int>.makeStream()
        let server = MockServer(MockAnswers(set, seed: 1), host: "127.0.0.1", port: 0, logger: Logger(label: "test")) {
            port.yield($0)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            for await number in ports.prefix(1) { try await body("http://127.0.0.1:\(number)") }
            group.cancelAll()
        }
    }

    @Test("serves a contract over HTTP: a page of tenants, a refusal, a body that is too large")
    func overHTTP() async throws {
        try await Self.serving("Specs/services/tenant-service.yaml") { address in
            let url = try #require(URL(string: "\(address)/api/v1/tenants?limit=2"))
            var request = URLRequest(url: url)
            request.setValue("Bearer something", forHTTPHeaderField: "Authorization")
            let (data, response) = try await URLSession.shared.data(for: request)
            #expect((response as? HTTPURLResponse)?.statusCode == 200)
            #expect(try JSONValue(parsing: Array(data))["items"]?.array != nil || !data.isEmpty)

            let (problem, refused) = try await URLSession.shared.data(from: url)
            #expect((refused as? HTTPURLResponse)?.statusCode == 401)
            #expect(try JSONValue(parsing: Array(problem))["title"] == "Unauthorized")

            request.httpMethod = "POST"
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
            request.httpBody = Data(repeating: 32, count: 5 << 20)
            let (_, large) = try await URLSession.shared.data(for: request)
            #expect((large as? HTTPURLResponse)?.statusCode == 413)
        }
    }
}
