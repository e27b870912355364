import Foundation
import Glibc
import MessageBroker
import Synchronization
import Testing

/// A RabbitMQ node of one suite, which its tests kill and pause without disturbing others.
final class PrivateBroker: Sendable {
    static let server = "/usr/lib/rabbitmq/bin/rabbitmq-server"
    static let isInstalled = FileManager.default.isExecutableFile(atPath: server) || environment("REQUIRE_SERVERS") == "1"
    @TaskLocal static var current: PrivateBroker?

    private let directory: URL
    private let port: Int
    private let variables: [String: String]
    private let process = Mutex<Process?>(nil)

    init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "broker-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        port = try Self.freePort()
        try "[rabbitmq_consistent_hash_exchange].".write(
            to: directory.appending(path: "plugins"), atomically: true, encoding: .utf8)
        try "listeners.tcp.1 = 127.0.0.1:\(port)\n".write(
            to: directory.appending(path: "rabbitmq.conf"), atomically: true, encoding: .utf8)
        var environment = ProcessInfo.processInfo.environment
        environment.merge(
            [
                "HOME": directory.path, "RABBITMQ_NODENAME": "test\(port)@localhost",
                "RABBITMQ_CONFIG_FILE": directory.appending(path: "rabbitmq").path,
                "RABBITMQ_ENABLED_PLUGINS_FILE": directory.appending(path: "plugins").path,
                "RABBITMQ_MNESIA_BASE": directory.appending(path: "mnesia").path,
                "RABBITMQ_LOG_BASE": directory.appending(path: "log").path,
                "RABBITMQ_PID_FILE": directory.appending(path: "pid").path,
                "RABBITMQ_DIST_PORT": String(try Self.freePort()),
            ], uniquingKeysWith: { $1 })
        variables = environment
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    func configuration() throws -> BrokerConfiguration {
        BrokerConfiguration(address: try BrokerAddress("amqp://guest:guest@127.0.0.1:\(port)/"))
    }

    /// Starts the node and waits until it takes connections.
    func start() async throws {
        try? FileManager.default.removeItem(at: directory.appending(path: "pid"))
        let process = try launch(Self.server, [])
        self.process.withLock { $0 = process }
        let probe = RabbitMQTransport(try configuration(), logger: TestBroker.quietLogger)
        let deadline = ContinuousClock.now.advanced(by: .seconds(60))
        while await messagingError({ try await probe.check() }) != nil {
            try #require(process.isRunning && ContinuousClock.now < deadline, "The private broker did not start")
            try await Task.sleep(for: .milliseconds(100))
        }
        await probe.close()
    }

    /// Sends a signal to the node.
    func signal(_ signal: CInt) throws {
        let text = try String(contentsOf: directory.appending(path: "pid"), encoding: .utf8)
        let pid = try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(kill(pid, signal) == 0)
    }

    /// Kills the node without a warning and waits until it is gone.
    func kill9() throws {
        try signal(SIGKILL)
        process.withLock { $0 }?.waitUntilExit()
    }

    /// Runs `rabbitmqctl`.
    func control(_ arguments: String...) throws {
        let process = try launch("/usr/lib/rabbitmq/bin/rabbitmqctl", arguments)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    private func launch(_ path: String, _ arguments: [String]) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.environment = variables
        process.currentDirectoryURL = directory
        let log = directory.appending(path: "output")
        _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: log)
        process.standardError = process.standardOutput
        try process.run()
        return process
    }

    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        defer { Glibc.close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
            }
        }
        try #require(result)
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

/// Gives a suite its private broker for as long as its tests run.
struct PrivateBrokerTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        let broker = try PrivateBroker()
        try await broker.start()
        do {
            try await PrivateBroker.$current.withValue(broker) { try await function() }
        } catch {
            try? broker.kill9()
            throw error
        }
        try broker.kill9()
    }
}
