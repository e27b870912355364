import ContractRuntime
import Foundation
import HTTPTransport

/// `server.py` as a process of its own; ends with this object.
final class TestServer: Sendable {
    let port: Int
    private let process: Process
    /// The server reads it until its end, so it goes away even if this process is killed.
    private let lifeline: Pipe

    var url: String { "http://127.0.0.1:\(port)" }

    /// - Parameters:
    ///   - port: A port of its own, or 0 for any.
    ///   - certificate: Certificate and key file for TLS.
    init(port: Int = 0, certificate: (file: String, key: String)? = nil) async throws {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "server.py").path
        process = Process()
        lifeline = Pipe()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", script, "\(port)"] + (certificate.map { [$0.file, $0.key] } ?? [])
        process.standardInput = lifeline
        process.standardOutput = output
        let lines = AsyncStream<String> { continuation in
            output.fileHandleForReading.readabilityHandler = { file in
                continuation.yield(String(decoding: file.availableData, as: UTF8.self))
                file.readabilityHandler = nil
            }
        }
        try process.run()
        let line = await lines.first { _ in true }
        guard let port = line.flatMap({ Int($0.dropLast()) }) else { throw ServerDidNotStart() }
        self.port = port
    }

    deinit { stop() }

    /// Kills the server; Foundation reaps it. (Its `waitUntilExit` spins a run loop, which an async test must not.)
    func stop() { kill(process.processIdentifier, SIGKILL) }

    /// Stops the server's threads where they are; the kernel goes on accepting and buffering for it.
    func pause() { kill(process.processIdentifier, SIGSTOP) }

    func transport(
        _ configuration: TransportConfiguration = TransportConfiguration(),
        engine: CurlEngine? = nil
    ) throws -> CurlTransport {
        try CurlTransport(baseURL: url, engine: engine ?? CurlEngine(), configuration: configuration)
    }
}

struct ServerDidNotStart: Error {}

extension ClientTransport {
    func get(_ target: String, _ options: RequestOptions = RequestOptions()) async throws -> ContractResponse {
        try await send(ContractRequest(method: .get, target: target), options: options)
    }

    func post(
        _ target: String,
        _ body: ContractBody,
        _ options: RequestOptions = RequestOptions()
    ) async throws -> ContractResponse {
        try await send(ContractRequest(method: .post, target: target, body: body), options: options)
    }

    /// The body of a GET as text.
    func text(_ target: String) async throws -> String { try await get(target).text() }

    func hits(_ path: String) async throws -> Int? { Int(try await text("/hits?path=\(path)")) }
}

extension ContractResponse {
    func text() async throws -> String {
        String(decoding: try await body.collect(limit: 1 << 20), as: UTF8.self)
    }
}

/// The error of a call that must fail.
func failure(_ body: () async throws -> some Any) async -> TransportError? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? TransportError
    }
}
