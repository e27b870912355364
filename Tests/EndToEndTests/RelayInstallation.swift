import ContractRuntime
import Foundation
import HTTPTransport
import Testing

/// The ten services and both simulators, each a process of the executable that users run, on their own ports.
actor RelayInstallation {
    /// The ten services, in the order in which `make run` starts them.
    static let services = [
        "tenant-service", "auth-service", "state-manager", "whatsapp-webhook-service", "inbound-transformer",
        "genesys-api-service", "genesys-webhook-service", "outbound-transformer", "whatsapp-api-service", "api-gateway",
    ]
    private static let simulators = ["meta-simulator", "genesys-simulator"]
    /// Time is scaled where the platforms' own would make the tests last for hours. A webhook is tried again however long the
    /// relay is away: a machine may be so slow that Genesys Cloud would have given it up.
    private static let simulation = [
        "--pair-messages-per-minute=1200", "--retry-time-scale=0.05", "--webhook-retries=10000",
    ]
    /// What the relay is told of the platforms' limits: as fast as the simulators allow, half of it where it loses count when
    /// Redis is killed.
    private static let limits = [
        "META_NUMBER_MESSAGES_PER_SECOND": "1000", "META_PAIR_MESSAGES_PER_MINUTE": "600",
        "GENESYS_REQUESTS_PER_MINUTE": "1000000",
    ]
    /// Longest time for a process to start or to end; only a defect uses it up.
    private static let patience = Duration.seconds(120)

    nonisolated let adminKey: String
    nonisolated let internalToken: String
    nonisolated let engine: CurlEngine
    private nonisolated let ports: [String: Int]
    private let environment: [String: String]
    private let logs: URL
    private var processes: [String: ChildProcess] = [:]

    /// Chooses ports and secrets; starts nothing.
    init(servers: PrivateServers) throws {
        engine = try CurlEngine()
        adminKey = Self.secret()
        internalToken = Self.secret()
        var ports: [String: Int] = [:]
        for name in Self.services + Self.simulators { ports[name] = try FreePort.find(except: ports.values) }
        self.ports = ports
        logs = FileManager.default.temporaryDirectory.appending(path: "end-to-end-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: logs, withIntermediateDirectories: true)
        var environment = servers.variables
        environment["PATH"] = ProcessInfo.processInfo.environment["PATH"]
        for (name, port) in ports {
            let variable = name.uppercased().replacing("-", with: "_") + "_URL"
            environment[variable] = "http://127.0.0.1:\(port)"
        }
        environment["ADMIN_API_KEY"] = adminKey
        environment["INTERNAL_API_TOKEN"] = internalToken
        environment["ENCRYPTION_KEYS"] =
            "test:" + Data((0..<32).map { _ in UInt8.random(in: .min ... .max) }).base64EncodedString()
        environment["META_APP_SECRET"] = Self.secret()
        environment["META_VERIFY_TOKEN"] = Self.secret()
        environment["META_GRAPH_BASE_URL"] = environment["META_SIMULATOR_URL"]
        environment["GENESYS_API_BASE_URL"] = environment["GENESYS_SIMULATOR_URL"]
        environment["GENESYS_LOGIN_BASE_URL"] = environment["GENESYS_SIMULATOR_URL"]
        environment["PUBLIC_BASE_URL"] = environment["API_GATEWAY_URL"]
        // As much as an operator ever has them say; what may not be in a log is looked for in all of it.
        environment["LOG_LEVEL"] = "debug"
        self.environment = environment.merging(Self.limits) { $1 }
    }

    /// Where a role listens.
    nonisolated func address(of name: String) -> String { "http://127.0.0.1:\(ports[name] ?? 0)" }

    /// Requests to a role.
    nonisolated func transport(to name: String) throws -> any ClientTransport {
        try CurlTransport(baseURL: address(of: name), engine: engine)
    }

    /// Migrates, starts everything and waits until it is ready.
    func start() async throws {
        let migration = try launch("migrate", ["migrate"], port: 0)
        try #require(try await migration.ended() == 0, "migrate failed: \(log(of: "migrate"))")
        for name in Self.services + Self.simulators { try launch(name) }
        for name in Self.services + Self.simulators { try await ready(name) }
    }

    /// SIGKILL; returns when the process is gone.
    func kill(_ name: String) async throws {
        let running = processes.removeValue(forKey: name)
        let process = try #require(running)
        process.signal(SIGKILL)
        try await process.ended()
    }

    /// Starts a role that was killed and waits until it is ready.
    /// - Parameter variables: Go before those of the installation.
    func restart(_ name: String, with variables: [String: String] = [:]) async throws {
        try launch(name, variables)
        try await ready(name)
    }

    /// Has a role run with other variables, and with those of the installation afterwards.
    func running(
        _ name: String, with variables: [String: String], _ body: () async throws -> Void
    ) async throws {
        try await kill(name)
        try await restart(name, with: variables)
        try await body()
        try await kill(name)
        try await restart(name)
    }

    /// Ends all by SIGTERM.
    /// - Returns: Those that did not end with 0 in time, which should be none.
    func stop() async throws -> [String] {
        for process in processes.values { process.signal(SIGTERM) }
        var failed: [String] = []
        for (name, process) in processes.sorted(by: { $0.key < $1.key }) {
            let status: CInt? = try await within(Self.patience) { process.endStatus() }
            if status != 0 { failed.append("\(name): \(status.map(String.init) ?? "still runs")") }
            if status == nil {
                process.signal(SIGKILL)
                try await process.ended()
            }
        }
        processes = [:]
        return failed
    }

    /// Ends all at once, for a test that has failed.
    func abandon() async throws {
        for name in processes.keys { try await kill(name) }
    }

    /// Memory of each service.
    /// - Parameter peak: The most since ``forgetPeaks()`` instead of what it is now.
    func memoryBytes(peak: Bool) throws -> [String: Int] {
        let field = peak ? "VmHWM:" : "VmRSS:"
        var bytes: [String: Int] = [:]
        for name in Self.services {
            guard let process = processes[name] else { continue }
            let status = try String(contentsOfFile: "/proc/\(process.pid)/status", encoding: .utf8)
            let line = try #require(status.split(separator: "\n").first { $0.hasPrefix(field) })
            bytes[name] = try #require(Int(line.filter(\.isNumber))) << 10
        }
        return bytes
    }

    /// Has the kernel count peaks of memory anew (proc(5), clear_refs, 5).
    func forgetPeaks() throws {
        for process in processes.values {
            try "5".write(toFile: "/proc/\(process.pid)/clear_refs", atomically: false, encoding: .utf8)
        }
    }

    /// What stands in the logs of the services although it never may: where, and the beginning of what.
    /// - Parameter canaries: What to look for, with what it is.
    func leaks(of canaries: [(what: String, text: String)]) throws -> [String] {
        let secrets = environment.filter { $0.key.hasSuffix("_KEY") || $0.key.hasSuffix("_TOKEN") }
            .merging(environment.filter { ["ENCRYPTION_KEYS", "META_APP_SECRET"].contains($0.key) }) { $1 }
        let all = canaries + secrets.map { (what: $0.key, text: $0.value) }
        return try Self.services.flatMap { name in
            let log = try Data(contentsOf: logs.appending(path: name))
            return all.compactMap { canary in
                log.range(of: Data(canary.text.utf8)).map { range in
                    let line = log[..<range.upperBound].suffix(160)
                    return "\(name): \(canary.what) in \(String(decoding: line, as: UTF8.self))"
                }
            }
        }
    }

    /// Removes the logs.
    func removeLogs() throws { try FileManager.default.removeItem(at: logs) }

    /// The last lines that a role printed.
    func log(of name: String) -> String {
        let text = (try? String(contentsOf: logs.appending(path: name), encoding: .utf8)) ?? ""
        return text.split(separator: "\n").suffix(15).joined(separator: "\n")
    }

    private func launch(_ name: String, _ variables: [String: String] = [:]) throws {
        let isSimulator = Self.simulators.contains(name)
        let arguments =
            isSimulator
            ? ["simulate", String(name.prefix { $0 != "-" })] + Self.simulation
            : ["serve", name]
        processes[name] = try launch(name, arguments, port: ports[name] ?? 0, variables)
    }

    private func launch(
        _ name: String, _ arguments: [String], port: Int, _ variables: [String: String] = [:]
    ) throws -> ChildProcess {
        // The tests and the executable are built side by side.
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let executable = URL(fileURLWithPath: tests).deletingLastPathComponent().appending(path: "waba-genesys").path
        var environment = environment.merging(variables) { $1 }
        environment["PORT"] = String(port)
        return try ChildProcess.launch(
            executable, arguments, environment: environment, log: logs.appending(path: name))
    }

    private func ready(_ name: String) async throws {
        let transport = try transport(to: name)
        let isReady: Bool? = try await within(Self.patience) {
            if let status = processes[name]?.endStatus() {
                processes[name] = nil
                Issue.record("\(name) ended with \(status): \(log(of: name))")
                return false
            }
            let answer = try? await transport.send(
                ContractRequest(method: .get, target: "/readyz"), options: RequestOptions(timeout: .seconds(5)))
            return answer?.status == 200 ? true : nil
        }
        try #require(isReady == true, "\(name) did not become ready: \(log(of: name))")
    }

    private static func secret() -> String { UUID().uuidString + UUID().uuidString }
}
