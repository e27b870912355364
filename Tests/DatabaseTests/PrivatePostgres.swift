import Foundation
import Glibc

/// A PostgreSQL server of one test's own, which may be killed. PostgreSQL refuses to run as root, so root starts it as
/// `postgres`.
final class PrivatePostgres {
    private static let binaries = "/usr/lib/postgresql/15/bin"
    static var isAvailable: Bool { FileManager.default.isExecutableFile(atPath: binaries + "/postgres") }

    let port: Int
    private let folder: String
    private var process: Process?

    /// Creates the data folder; the server is not running yet.
    init() throws {
        port = try Self.freePort()
        folder = "/tmp/relay-postgres-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        if geteuid() == 0 { try Self.run("/bin/chown", ["postgres", folder]) }
        try runAsOrdinaryUser("initdb", ["-D", folder + "/data", "-U", "relay", "-A", "trust", "-E", "UTF8", "-N"])
    }

    deinit {
        kill()
        do { try FileManager.default.removeItem(atPath: folder) } catch { print("left behind: \(folder)") }
    }

    var url: String { "postgres://relay@127.0.0.1:\(port)/postgres" }

    /// Returns before the server accepts connections.
    func start() throws {
        let (command, arguments) = Self.asOrdinaryUser(
            "postgres",
            [
                "-D", folder + "/data", "-p", "\(port)", "-k", folder, "-c", "listen_addresses=127.0.0.1", "-c",
                "fsync=off",
            ]
        )
        let process = Process()
        process.executableURL = URL(fileURLWithPath: command)
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        self.process = process
    }

    /// SIGKILL to the server, without any farewell to its clients.
    func kill() {
        guard let process else { return }
        let lockFile = try? String(contentsOfFile: folder + "/data/postmaster.pid", encoding: .utf8)
        if let pid = lockFile?.split(separator: "\n").first.flatMap({ Int32($0) }) { _ = Glibc.kill(pid, SIGKILL) }
        process.waitUntilExit()
        self.process = nil
    }

    private func runAsOrdinaryUser(_ binary: String, _ arguments: [String]) throws {
        let (command, arguments) = Self.asOrdinaryUser(binary, arguments)
        try Self.run(command, arguments)
    }

    private static func asOrdinaryUser(_ binary: String, _ arguments: [String]) -> (String, [String]) {
        let command = binaries + "/" + binary
        return geteuid() == 0
            ? ("/usr/sbin/runuser", ["-u", "postgres", "--", command] + arguments) : (command, arguments)
    }

    private static func run(_ command: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: command)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: "/tmp")
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
    }

    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 ? getsockname(descriptor, $0, &size) : -1
            }
        }
        guard code == 0 else { throw CocoaError(.fileReadUnknown) }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
