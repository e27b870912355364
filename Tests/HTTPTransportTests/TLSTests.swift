import ContractRuntime
import Foundation
import HTTPTransport
import Testing

@Suite("TLS")
struct TLSTests {
    /// A server with a certificate of its own making for `localhost`.
    private func secureServer() async throws -> (server: TestServer, certificate: String) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let certificate = folder.appending(path: "certificate.pem").path
        let key = folder.appending(path: "key.pem").path
        let openssl = Process()
        openssl.executableURL = URL(filePath: "/usr/bin/env")
        openssl.arguments = [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
            "2",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate,
        ]
        openssl.standardError = FileHandle.nullDevice
        let status = try await withCheckedThrowingContinuation {
            (continuation: CheckedContinuation<Int32, any Error>) in
            openssl.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try openssl.run() } catch { continuation.resume(throwing: error) }
        }
        try #require(status == 0)
        return (try await TestServer(certificate: (certificate, key)), certificate)
    }

    @Test("a certificate that nobody vouches for, or for another name, is refused before anything is sent")
    func refused() async throws {
        let (server, certificate) = try await secureServer()
        let engine = try CurlEngine()
        let trusting = TransportConfiguration(certificateAuthorities: certificate)
        let unknown = try CurlTransport(baseURL: "https://localhost:\(server.port)", engine: engine)
        let otherName = try CurlTransport(
            baseURL: "https://127.0.0.1:\(server.port)",
            engine: engine,
            configuration: trusting
        )
        let trusted = try CurlTransport(
            baseURL: "https://localhost:\(server.port)",
            engine: engine,
            configuration: trusting
        )
        #expect(try await trusted.post("/echo", .bytes([1])).status == 200)
        #expect(await failure { try await unknown.post("/echo", .bytes([1])) }?.code == .notConnected)
        #expect(await failure { try await otherName.post("/echo", .bytes([1])) }?.code == .notConnected)
        #expect(try await trusted.hits("/echo") == 1)
        for _ in 0..<3 {
            #expect(await failure { try await trusted.post("/reset", .bytes([1])) }?.code == .outcomeUnknown)
        }
        #expect(try await trusted.hits("/reset") == 3)
    }

    @Test("a server without TLS is refused")
    func noTLS() async throws {
        let server = try await TestServer()
        let secure = try CurlTransport(
            baseURL: "https://127.0.0.1:\(server.port)",
            engine: CurlEngine(),
            configuration: TransportConfiguration(connectTimeout: .seconds(1))
        )
        #expect(await failure { try await secure.post("/echo", .bytes([1])) }?.mayHaveBeenProcessed == false)
    }
}
