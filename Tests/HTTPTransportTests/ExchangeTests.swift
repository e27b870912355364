import ContractRuntime
import HTTPTransport
import HTTPTypes
import Testing

@Suite("An exchange")
struct ExchangeTests {
    let server: TestServer
    let transport: CurlTransport

    init() async throws {
        server = try await TestServer()
        transport = try server.transport()
    }

    @Test("carries method, target, headers and body both ways")
    func roundTrip() async throws {
        var request = ContractRequest(method: .patch, target: "/echo?a=%20b", body: .bytes(Array("héllo".utf8)))
        request.headers[.contentType] = "text/plain; charset=utf-8"
        let response = try await transport.send(request, options: RequestOptions())
        #expect(response.status == 200)
        #expect(response.headers[HTTPField.Name("X-Method")!] == "PATCH")
        #expect(response.headers[HTTPField.Name("x-type")!] == "text/plain; charset=utf-8")
        #expect(try await response.text() == "héllo")
    }

    @Test(
        "arrives with every method",
        arguments: [HTTPRequest.Method.get, .head, .post, .put, .patch, .delete, .options],
        [0, 10, 300_000]
    )
    func methods(method: HTTPRequest.Method, size: Int) async throws {
        let body: ContractBody = size == 0 || method == .head ? .empty : .bytes(Array(repeating: 7, count: size))
        let request = ContractRequest(method: method, target: "/echo", body: body)
        let response = try await transport.send(request, options: RequestOptions())
        #expect(response.headers[HTTPField.Name("X-Method")!] == method.rawValue)
        #expect(try await response.body.collect(limit: 1 << 20).count == body.length)
    }

    @Test("says who sends, adds no content type, waits for no 100 and keeps the path as it is")
    func ownHeaders() async throws {
        var request = ContractRequest(method: .post, target: "/headers/../headers", body: .bytes(Array("x".utf8)))
        request.target = "/headers"
        request.headers[HTTPField.Name("X-Empty")!] = ""
        request.headers[.contentLength] = "999"
        let lines = try await transport.send(request, options: RequestOptions()).text().split(separator: "\n")
        #expect(lines.contains { $0.hasPrefix("User-Agent: waba-genesys/") })
        #expect(lines.contains("X-Empty:"))
        #expect(lines.contains("Content-Length: 1"))
        #expect(!lines.contains { $0.lowercased().hasPrefix("content-type") || $0.lowercased().hasPrefix("expect") })
        let dotted = try await transport.get("/a/../headers")
        #expect(dotted.status == 404)
    }

    @Test("puts the base URL's path before the target")
    func basePath() async throws {
        let below = try CurlTransport(baseURL: server.url + "/status/", engine: CurlEngine())
        #expect(try await below.get("/202").status == 202)
    }

    @Test("gives a status to the caller whatever it is", arguments: [201, 301, 404, 429, 500, 503])
    func statuses(status: Int) async throws {
        #expect(try await transport.get("/status/\(status)").status == status)
    }

    @Test("passes over announcements before the final head")
    func earlyHints() async throws {
        let response = try await transport.get("/early-hints")
        #expect(response.status == 200)
        #expect(response.headers[HTTPField.Name("Link")!] == nil)
        #expect(try await response.text() == "final")
    }

    @Test("refuses a response that passes its limit, announced or not", arguments: ["", "&chunked"])
    func responseLimit(framing: String) async throws {
        let options = RequestOptions(responseBodyLimit: 1000)
        #expect(try await transport.get("/stream?bytes=1000\(framing)", options).body.length == 1000)
        let error = await failure { try await transport.get("/stream?bytes=1001\(framing)", options) }
        #expect(error?.code == .responseTooLarge)
    }

    @Test("refuses a head without end")
    func headLimit() async throws {
        #expect(await failure { try await transport.get("/huge-head") }?.code == .outcomeUnknown)
    }

    @Test("is never formed from a broken target", arguments: ["", "no-slash", "/a b", "/a#b", "/a\r\nX: y", "/ü"])
    func brokenTargets(target: String) async throws {
        #expect(await failure { try await transport.get(target) }?.code == .invalidRequest)
    }

    @Test(
        "needs a base URL that is one",
        arguments: [
            "", "ftp://host", "file:///etc/passwd", "http://", "http://u:p@host/", "http://h/?q", "http://h/#f",
        ]
    )
    func brokenBases(url: String) async throws {
        let engine = try CurlEngine()
        #expect(throws: TransportError.self) { try CurlTransport(baseURL: url, engine: engine) }
    }

    @Test("reuses a connection that is still open")
    func keepAlive() async throws {
        for _ in 0..<20 { _ = try await transport.post("/echo", .bytes([1, 2, 3])) }
        #expect(try await transport.text("/connections") == "1")
    }

    @Test("shares its engine's connections with the other transports of the same origin")
    func sharedConnections() async throws {
        let engine = try CurlEngine()
        for _ in 0..<3 { _ = try await server.transport(engine: engine).get("/echo") }
        #expect(try await server.transport(engine: engine).text("/connections") == "1")
    }

    @Test("fails before anything is sent once the engine is shut down")
    func shutdown() async throws {
        let engine = try CurlEngine()
        let transport = try server.transport(engine: engine)
        let running = Task { await failure { try await transport.get("/slow?seconds=10") } }
        while try await self.transport.hits("/slow") == 0 { await Task.yield() }
        await engine.shutdown()
        #expect(await running.value?.code == .outcomeUnknown)
        #expect(await failure { try await transport.get("/echo") }?.code == .notConnected)
    }
}
