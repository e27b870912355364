import Foundation
import Glibc
import MessageBroker
import Synchronization
import Testing

/// A RabbitMQ node of one suite, which its tests kill and pause without disturbing others.
final class PrivateBroker: Sendable {
    static let server = "/usr/lib/rabbitmq/bin/rabbitmq-server"
    static let isInstalled =
        FileManager.default.isExecutableFile(atPath: server) || environment("REQUIRE_SERVERS") == "1"
    @TaskLocal static var current: PrivateBroker?

    private let directory: URL
    private let port: Int
    private let securePort: Int
    private let variables: [String: String]
    private let script = Mutex<pid_t?>(nil)
    /// Its own, since Erlang would start one for the whole machine and leave it behind.
    private let portMapper = Mutex<pid_t?>(nil)

    init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "broker-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        port = try Self.freePort()
        securePort = try Self.freePort()
        try "[].".write(
            to: directory.appending(path: "plugins"),
            atomically: true,
            encoding: .utf8
        )
        let settings = """
            listeners.tcp.1 = 127.0.0.1:\(port)
            listeners.ssl.1 = 127.0.0.1:\(securePort)
            ssl_options.certfile = \(directory.path)/certificate.pem
            ssl_options.keyfile = \(directory.path)/key.pem

            """
        try settings.write(to: directory.appending(path: "rabbitmq.conf"), atomically: true, encoding: .utf8)
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
                "ERL_EPMD_ADDRESS": "127.0.0.1", "ERL_EPMD_PORT": String(try Self.freePort()),
            ],
            uniquingKeysWith: { $1 }
        )
        variables = environment
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    func configuration() throws -> BrokerConfiguration {
        BrokerConfiguration(address: try BrokerAddress("amqp://guest:guest@127.0.0.1:\(port)/"))
    }

    /// The same node through TLS, with the node's own certificate trusted or the system's only.
    func secureConfiguration(host: String, trusted: Bool) throws -> BrokerConfiguration {
        var configuration = BrokerConfiguration(
            address: try BrokerAddress("amqps://guest:guest@\(host):\(securePort)/")
        )
        if trusted { configuration.trustedCertificatesFile = directory.appending(path: "certificate.pem").path }
        return configuration
    }

    /// Makes a key and a certificate for `localhost` that vouches for itself.
    func makeCertificate() async throws {
        let request = [
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
            "subjectAltName=DNS:localhost", "-keyout", directory.appending(path: "key.pem").path, "-out",
            directory.appending(path: "certificate.pem").path,
        ]
        #expect(try await exitStatus(of: launch("/usr/bin/openssl", request)) == 0)
    }

    /// Starts the node and waits until it takes connections.
    func start() async throws {
        try? FileManager.default.removeItem(at: directory.appending(path: "pid"))
        if portMapper.withLock({ $0 == nil }) {
            let process = try launch("/usr/bin/epmd", [])
            portMapper.withLock { $0 = process }
            // A node that finds none starts one as a daemon, which nobody ends.
            while try await exitStatus(of: launch("/usr/bin/epmd", ["-names"])) != 0 {
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        let script = try launch(Self.server, [])
        self.script.withLock { $0 = script }
        let probe = RabbitMQTransport(try configuration(), logger: TestBroker.quietLogger)
        let deadline = ContinuousClock.now.advanced(by: .seconds(60))
        while await messagingError({ try await probe.check() }) != nil {
            try #require(
                waitpid(script, nil, WNOHANG) == 0 && ContinuousClock.now < deadline,
                "The private broker did not start"
            )
            try await Task.sleep(for: .milliseconds(100))
        }
        await probe.close()
    }

    /// Sends a signal to the node.
    func signal(_ signal: CInt) throws { #expect(kill(try nodeID, signal) == 0) }

    /// Stops the node and returns when each of its threads stands still. SIGSTOP alone takes effect when a thread gets to run
    /// (26 ms later were seen on two busy cores), and until then the node answers.
    func pause() async throws {
        try signal(SIGSTOP)
        let tasks = "/proc/\(try nodeID)/task"
        let isStopped = { () throws -> Bool in
            try FileManager.default.contentsOfDirectory(atPath: tasks).allSatisfy { task in
                let line = try String(contentsOfFile: "\(tasks)/\(task)/stat", encoding: .utf8)
                // The state stands behind the name, which is in brackets and may hold anything (proc(5)).
                return line.split(separator: ")").last?.split(separator: " ").first == "T"
            }
        }
        while try !isStopped() { try await Task.sleep(for: .milliseconds(1)) }
    }

    private var nodeID: pid_t {
        get throws {
            let text = try String(contentsOf: directory.appending(path: "pid"), encoding: .utf8)
            return try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        }
    }

    /// Kills the node without a warning and waits until it is gone.
    func kill9() async throws {
        try signal(SIGKILL)
        if let script = script.withLock({ $0 }) { _ = try await exitStatus(of: script) }
    }

    /// Kills the node and what came with it.
    func end() async throws {
        // A node that did not start has none.
        try? await kill9()
        guard let process = portMapper.withLock({ $0 }) else { return }
        kill(process, SIGKILL)
        _ = try await exitStatus(of: process)
    }

    /// Runs `rabbitmqctl`.
    func control(_ arguments: String...) async throws {
        #expect(try await exitStatus(of: launch("/usr/lib/rabbitmq/bin/rabbitmqctl", arguments)) == 0)
    }

    private func launch(_ path: String, _ arguments: [String]) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let output = directory.appending(path: "output").path
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // The threads that run tasks block signals; a shell that inherits this would wait for its children in vain.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var noSignal = sigset_t()
        sigemptyset(&noSignal)
        posix_spawnattr_setsigmask(&attributes, &noSignal)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var argumentVector = ([path] + arguments).map { strdup($0) } + [nil]
        var environmentVector = variables.map { strdup("\($0)=\($1)") } + [nil]
        defer { for pointer in argumentVector + environmentVector { free(pointer) } }
        var pid = pid_t()
        let result = posix_spawn(&pid, path, &actions, &attributes, &argumentVector, &environmentVector)
        try #require(result == 0, "\(path) can't be started")
        return pid
    }

    private func exitStatus(of pid: pid_t) async throws -> CInt {
        var status: CInt = 0
        while waitpid(pid, &status, WNOHANG) == 0 { try await Task.sleep(for: .milliseconds(20)) }
        return status
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
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        let broker = try PrivateBroker()
        try await broker.makeCertificate()
        try await broker.start()
        do {
            try await PrivateBroker.$current.withValue(broker) { try await function() }
        } catch {
            try? await broker.end()
            throw error
        }
        try await broker.end()
    }
}
