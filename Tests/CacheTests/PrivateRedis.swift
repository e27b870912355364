import Foundation
import Glibc

/// A Redis server of one test's own, which may be killed and stopped.
final class PrivateRedis {
    private static let binary = "/usr/bin/redis-server"
    static var isAvailable: Bool { FileManager.default.isExecutableFile(atPath: binary) }

    let port: Int
    private let arguments: [String]
    private var process: Process?

    /// The server is not running yet. `arguments` are settings such as `--requirepass x`.
    init(_ arguments: [String] = []) throws {
        port = try Self.freePort()
        self.arguments = arguments
    }

    deinit {
        kill()
    }

    var address: String { "127.0.0.1:\(port)" }

    /// Returns before the server accepts connections.
    func start() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.binary)
        process.arguments =
            ["--port", "\(port)", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", "/tmp"]
            + arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        self.process = process
    }

    /// SIGKILL, without any farewell to the clients.
    func kill() {
        guard let process else { return }
        _ = Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        self.process = nil
    }

    /// SIGSTOP: connections stay open and nothing is answered.
    func freeze() {
        if let process { _ = Glibc.kill(process.processIdentifier, SIGSTOP) }
    }

    /// SIGCONT after `freeze`.
    func thaw() {
        if let process { _ = Glibc.kill(process.processIdentifier, SIGCONT) }
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
