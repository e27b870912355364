import ContractMock
import ContractModel
import Foundation
import Logging
import Testing

/// Schemathesis, which knows nothing of this project, reads the same document and tries to prove the mock wrong: answers that
/// break their schema or media type, bad requests that pass, good ones that don't, methods that should not be there.
@Suite("The mock and an independent peer")
struct IndependentPeerTests {
    private static let python = ProcessInfo.processInfo.environment["TEST_PYTHON"]

    @Test("find no difference", .enabled(if: python != nil), arguments: ["Specs/services/tenant-service.yaml"])
    func agree(spec: String) async throws {
        let project = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let (set, _) = ContractSetLoader.loadDocument(spec, root: project.path, attitude: .open)
        let (ports, port) = AsyncStream<Int>.makeStream()
        let server = MockServer(MockAnswers(set, seed: 1), host: "127.0.0.1", port: 0, logger: Logger(label: "test")) {
            port.yield($0)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            for await number in ports.prefix(1) {
                let (status, output) = try await Self.challenge(project.appending(path: spec).path, number)
                #expect(status == 0, "\(output)")
                #expect(output.contains("22 total"), "\(output)")
            }
            group.cancelAll()
        }
    }

    private static func challenge(_ spec: String, _ port: Int) async throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(python)).deletingLastPathComponent()
            .appending(path: "schemathesis")
        let checks = [
            "not_a_server_error", "content_type_conformance", "response_schema_conformance", "negative_data_rejection",
            "positive_data_acceptance", "unsupported_method",
        ]
        process.arguments = [
            "--no-color", "run", spec, "--url", "http://127.0.0.1:\(port)", "--checks", checks.joined(separator: ","),
            "--max-examples", "5", "--seed", "1", "--phases", "coverage,fuzzing", "--header", "Authorization: Bearer x",
        ]
        let file = FileManager.default.temporaryDirectory.appending(path: "schemathesis-\(UUID().uuidString).txt")
        try Data().write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let handle = try FileHandle(forWritingTo: file)
        process.standardOutput = handle
        process.standardError = handle
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in continuation.resume() }
            do { try process.run() } catch {
                process.terminationHandler = nil
                continuation.resume(throwing: error)
            }
        }
        return (process.terminationStatus, try String(contentsOf: file, encoding: .utf8))
    }
}
