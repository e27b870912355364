import Foundation
import Testing

/// PostgreSQL, Redis, RabbitMQ and S3 of this suite alone, which it kills and starts again without disturbing others.
struct PrivateServers: Sendable {
    /// The servers' environment variables: addresses and credentials.
    let variables: [String: String]

    private static let project = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    /// An instance beside that of the other tests; `make test` and `make clean` know it.
    private static let folder = project.appending(path: ".local/end-to-end")

    /// Starts all four with nothing in them.
    static func start() async throws -> PrivateServers {
        try await run("remove")
        try await run("start")
        let lines = try await run("env").split(separator: "\n")
        var variables: [String: String] = [:]
        for line in lines where line.hasPrefix("export ") {
            let parts = line.dropFirst(7).split(separator: "=", maxSplits: 1)
            variables[String(parts[0])] = parts[1].trimmingCharacters(in: ["'"])
        }
        return PrivateServers(variables: variables)
    }

    /// SIGKILL, and a new start on the same data and port.
    func restartKilled(_ name: String) async throws {
        try await Self.run("kill", name)
        try await Self.run("start")
    }

    /// Stops all and deletes what they held.
    func remove() async throws { try await Self.run("remove") }

    @discardableResult
    private static func run(_ arguments: String...) async throws -> String {
        let output = FileManager.default.temporaryDirectory.appending(path: "servers-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: output) }
        var environment = ProcessInfo.processInfo.environment
        environment["WABA_LOCAL_DIR"] = folder.path
        environment["QUIET"] = "1"
        let script = try ChildProcess.launch(
            project.appending(path: "Deploy/local/servers.sh").path, arguments, environment: environment, log: output)
        let status = try await script.ended()
        let text = try String(contentsOf: output, encoding: .utf8)
        try #require(status == 0, "servers.sh \(arguments.joined(separator: " ")): \(text)")
        return text
    }
}
