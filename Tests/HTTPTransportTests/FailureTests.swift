import ContractRuntime
import Foundation
import HTTPTransport
import HTTPTypes
import Testing

@Suite("When an exchange fails")
struct FailureTests {
    let server: TestServer
    let transport: CurlTransport

    init() async throws {
        server = try await TestServer()
        transport = try server.transport()
    }

    @Test("a refused connection is told apart: nothing was sent")
    func refused() async throws {
        let gone = try CurlTransport(baseURL: "http://127.0.0.1:1", engine: CurlEngine())
        #expect(await failure { try await gone.post("/", .bytes([1])) }?.code == .notConnected)
    }

    @Test("an unknown name is told apart: nothing was sent")
    func unresolved() async throws {
        let nowhere = try CurlTransport(baseURL: "http://no-such-host.invalid", engine: CurlEngine())
        #expect(await failure { try await nowhere.post("/", .bytes([1])) }?.code == .notConnected)
    }

    @Test("a hang-up or reset after the request leaves the outcome unknown", arguments: ["/hang-up", "/reset"])
    func noAnswer(path: String) async throws {
        let error = await failure { try await transport.post(path, .bytes(Array("pay".utf8))) }
        #expect(error?.code == .outcomeUnknown)
        #expect(error?.mayHaveBeenProcessed == true)
    }

    @Test("a hang-up or reset within the response is no response", arguments: ["/hang-up-within", "/reset-within"])
    func brokenOff(path: String) async throws {
        #expect(await failure { try await transport.get(path) }?.code == .outcomeUnknown)
    }

    @Test(
        "a POST on a kept-alive connection is never sent twice, whatever its body",
        arguments: ["/hang-up", "/reset"],
        [0, 10, 200_000]
    )
    func postOnce(path: String, size: Int) async throws {
        _ = try await transport.post("/echo", .bytes([1]))
        let error = await failure { try await transport.post(path, .bytes(Array(repeating: 1, count: size))) }
        #expect(error?.code == .outcomeUnknown)
        #expect(try await transport.hits(path) == 1)
    }

    @Test("a streamed POST on a kept-alive connection is never sent twice")
    func streamedPostOnce() async throws {
        _ = try await transport.post("/echo", .bytes([1]))
        let chunks = AsyncThrowingStream<[UInt8], any Error> {
            $0.yield([1, 2, 3]); $0.finish()
        }
        let error = await failure { try await transport.post("/hang-up", .stream(chunks, length: 3)) }
        #expect(error?.code == .outcomeUnknown)
        #expect(try await transport.hits("/hang-up") == 1)
    }

    @Test("a GET on a kept-alive connection that died is tried once more on a new one")
    func getAgain() async throws {
        _ = try await transport.post("/echo", .bytes([1]))
        #expect(await failure { try await transport.get("/hang-up") }?.code == .outcomeUnknown)
        #expect(try await transport.hits("/hang-up") == 2)
    }

    @Test("a time-out after sending leaves the outcome unknown")
    func slowAnswer() async throws {
        let options = RequestOptions(timeout: .milliseconds(200))
        let start = ContinuousClock.now
        let error = await failure { try await transport.post("/slow?seconds=30", .bytes([1]), options) }
        #expect(error?.code == .outcomeUnknown)
        #expect(.now - start < .seconds(10))
    }

    @Test("the time-out covers the last byte of a collected body")
    func slowBody() async throws {
        let options = RequestOptions(timeout: .milliseconds(300))
        #expect(await failure { try await transport.get("/slow-body?seconds=30", options) }?.code == .outcomeUnknown)
        #expect(try await transport.get("/slow-body?seconds=0.1").text() == "firstafter")
    }

    @Test("a time-out while waiting for its turn happens before anything was sent")
    func timeoutInLine() async throws {
        let narrow = try server.transport(TransportConfiguration(inFlightLimit: 1))
        let first = Task { try await narrow.get("/slow?seconds=2") }
        while try await transport.hits("/slow") == 0 { await Task.yield() }
        let error = await failure {
            try await narrow.post("/echo", .empty, RequestOptions(timeout: .milliseconds(100)))
        }
        #expect(error?.code == .timedOutBeforeSending)
        first.cancel()
        #expect(try await transport.hits("/echo") == 0)
    }

    @Test("a host that does not answer the connection is given up after the connection time-out")
    func connectTimeout() async throws {
        let listener = try FullListener()
        let configuration = TransportConfiguration(connectTimeout: .milliseconds(300))
        let silent = try CurlTransport(baseURL: listener.url, engine: CurlEngine(), configuration: configuration)
        let start = ContinuousClock.now
        #expect(await failure { try await silent.post("/", .bytes([1])) }?.code == .timedOutBeforeSending)
        #expect(.now - start < .seconds(10))
    }

    @Test("cancelling ends it at once and closes its connection")
    func cancellation() async throws {
        let task = Task { await failure { try await transport.post("/slow?seconds=30", .bytes([1])) } }
        while try await transport.hits("/slow") == 0 { await Task.yield() }
        let start = ContinuousClock.now
        task.cancel()
        #expect(await task.value?.code == .cancelled)
        #expect(.now - start < .seconds(5))
        #expect(try await transport.text("/echo") == "")
    }

    @Test("cancelling before the start sends nothing")
    func cancelledBefore() async throws {
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await failure { try await transport.post("/echo", .bytes([1])) }
        }
        #expect(await task.value?.code == .cancelled)
        #expect(try await transport.hits("/echo") == 0)
    }

    @Test("cancelling one that waits for its turn lets the others pass")
    func cancelledInLine() async throws {
        let narrow = try server.transport(TransportConfiguration(inFlightLimit: 1))
        let first = Task { try await narrow.text("/slow?seconds=0.5") }
        while try await transport.hits("/slow") == 0 { await Task.yield() }
        let second = Task { await failure { try await narrow.get("/status/200") } }
        let third = Task { try await narrow.text("/echo") }
        second.cancel()
        #expect(await second.value?.code == .cancelled)
        #expect(try await first.value == "late")
        #expect(try await third.value == "")
        #expect(try await transport.hits("/status/200") == 0)
    }

    @Test("no more than the in-flight limit are on the wire, and those that wait go in their order")
    func inFlightLimit() async throws {
        let narrow = try server.transport(TransportConfiguration(inFlightLimit: 3))
        try await withThrowingTaskGroup { group in
            for n in 0..<12 { group.addTask { _ = try await narrow.get("/busy?seconds=0.05&n=\(n)") } }
            try await group.waitForAll()
        }
        #expect(try await transport.text("/busiest").hasPrefix("3 "))
    }

    @Test("more than may wait are refused at once")
    func waitingLimit() async throws {
        let narrow = try server.transport(TransportConfiguration(inFlightLimit: 1, waitingLimit: 1))
        let tasks = (0..<5).map { _ in Task { await failure { try await narrow.get("/slow?seconds=0.3") }?.code } }
        var codes: [TransportError.Code?] = []
        for task in tasks { codes.append(await task.value) }
        #expect(codes.filter { $0 == .notConnected }.count == 3)
        #expect(codes.filter { $0 == nil }.count == 2)
    }

    @Test("a server that comes back is found again")
    func serverRestart() async throws {
        let engine = try CurlEngine()
        let first = try await TestServer()
        let transport = try CurlTransport(baseURL: first.url, engine: engine)
        #expect(try await transport.post("/echo", .bytes([1])).status == 200)
        first.stop()
        var gone: TransportError?
        while gone == nil { gone = await failure { try await transport.post("/echo", .bytes([1])) } }
        let second = try await TestServer(port: first.port)
        #expect(try await transport.post("/echo", .bytes([1])).status == 200)
        second.stop()
    }
}

/// Listens, accepts nothing and has no room left, so that further connections get no answer.
private final class FullListener: Sendable {
    private let sockets: [Int32]
    let url: String

    init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        var sockets = [listener]
        withUnsafeMutableBytes(of: &address) { bytes in
            let generic = bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self)
            bind(listener, generic, length)
            listen(listener, 0)
            getsockname(listener, generic, &length)
            for _ in 0..<4 {
                let filler = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
                connect(filler, generic, length)
                sockets.append(filler)
            }
        }
        self.sockets = sockets
        url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
    }

    deinit { for socket in sockets { close(socket) } }
}
