import ContractRuntime
import Foundation
import HTTPTransport
import HTTPTypes
import Synchronization
import Testing

@Suite("A streamed body")
struct StreamingTests {
    static let large = 100 << 20
    let server: TestServer
    let transport: CurlTransport
    let options = RequestOptions(timeout: .seconds(60), streamsResponse: true)

    init() async throws {
        server = try await TestServer()
        transport = try server.transport()
    }

    @Test("waits for its reader: a server can't fill memory")
    func readerBackPressure() async throws {
        let response = try await transport.get("/stream?bytes=\(Self.large)", options)
        guard case .stream(let chunks, _) = response.body else { return }
        // The server goes on until socket buffers and ours are full, then stands still.
        var last = -1
        while let sent = try await transport.hits("streamed"), sent != last || sent == 0 {
            last = sent
            try await Task.sleep(for: .milliseconds(200))
        }
        #expect(last < 16 << 20)
        var size = 0
        for try await chunk in chunks { size += chunk.count }
        #expect(size == Self.large)
    }

    @Test("waits for the server: a fast source is held back")
    func sourceBackPressure() async throws {
        let produced = Mutex(0)
        let source = chunks(of: 64 << 10, count: 1 << 20) { produced.withLock { $0 += 64 << 10 } }
        server.pause()
        let upload = Task { await failure { try await transport.post("/sink", .stream(source, length: nil), options) } }
        var last = -1
        while true {
            let now = produced.withLock { $0 }
            if now == last, now > 0 { break }
            last = now
            try await Task.sleep(for: .milliseconds(200))
        }
        #expect(last < 16 << 20)
        upload.cancel()
        #expect(await upload.value?.code == .cancelled)
    }

    @Test("with fewer or more bytes than announced fails and is never taken for whole", arguments: [2, 4])
    func wrongLength(length: Int) async throws {
        let source = chunks(of: 3, count: 1) {}
        let error = await failure { try await transport.post("/sink", .stream(source, length: length)) }
        #expect(error?.code == .outcomeUnknown)
        #expect(error?.reason.contains("announced") == true)
    }

    @Test("whose source fails ends the exchange", arguments: [nil, 1000])
    func failingSource(length: Int?) async throws {
        struct Broken: Error {}
        let source = AsyncThrowingStream<[UInt8], any Error> { continuation in
            continuation.yield([1, 2, 3])
            continuation.finish(throwing: Broken())
        }
        let error = await failure { try await transport.post("/sink", .stream(source, length: length)) }
        #expect(error?.reason.contains("source") == true)
    }

    @Test("that nobody finishes reading lets its connection and its place go")
    func abandoned() async throws {
        let narrow = try server.transport(TransportConfiguration(inFlightLimit: 1))
        for _ in 0..<3 {
            let response = try await narrow.get("/stream?bytes=\(Self.large)", options)
            #expect(response.status == 200)
        }
        #expect(try await narrow.text("/echo") == "")
    }

    @Test("that breaks off gives what came, then the error", arguments: ["/hang-up-within", "/reset-within"])
    func brokenOff(path: String) async throws {
        let response = try await transport.get(path, options)
        guard case .stream(let chunks, _) = response.body else { return }
        var received: [UInt8] = []
        let error = await failure { for try await chunk in chunks { received += chunk } }
        #expect(error?.code == .outcomeUnknown)
        #expect(!received.isEmpty)
    }

    @Test("that falls silent is given up; the time-out of the head does not count")
    func silence() async throws {
        let patient = try await transport.get(
            "/slow-body?seconds=0.5",
            RequestOptions(timeout: .milliseconds(300), streamsResponse: true)
        )
        #expect(try await patient.text() == "firstafter")
        let hasty = try server.transport(TransportConfiguration(streamIdleTimeout: .milliseconds(200)))
        let response = try await hasty.get("/slow-body?seconds=30", options)
        #expect(await failure { try await response.text() }?.code == .outcomeUnknown)
    }

    @Test("can be cancelled while its reader waits")
    func cancelledReader() async throws {
        let response = try await transport.get("/slow-body?seconds=30", options)
        let task = Task { await failure { try await response.text() }?.code }
        try await Task.sleep(for: .milliseconds(100))
        let start = ContinuousClock.now
        task.cancel()
        #expect(await task.value == .cancelled)
        #expect(.now - start < .seconds(5))
    }

    @Test("that the server refuses before its end gives the server's answer")
    func refusedEarly() async throws {
        let source = chunks(of: 1000, count: 1_000_000) {}
        let response = try? await transport.post("/early", .stream(source, length: nil), options)
        // The answer can be lost in the reset that follows it, never the fact that there was trouble.
        #expect(response == nil || response?.status == 413)
    }

    @Test("without bytes is an empty body")
    func empty() async throws {
        let none = AsyncThrowingStream<[UInt8], any Error> { $0.finish() }
        let answer = try await transport.post("/sink", .stream(none, length: nil), options).text()
        #expect(answer.hasPrefix("0 "))
        #expect(try await transport.get("/stream?bytes=0", options).text() == "")
    }
}
