import ContractRuntime
import HTTPServer
import HTTPTypes
import ServiceKit
import Synchronization
import Testing

/// Keeps what it is asked to carry and answers as told.
private final class RecordingTransport: ClientTransport {
    private let kept = Mutex<(request: ContractRequest, options: RequestOptions, body: [UInt8])?>(nil)
    private let answer: @Sendable () throws(TransportError) -> ContractResponse

    init(_ answer: @escaping @Sendable () throws(TransportError) -> ContractResponse) { self.answer = answer }

    var sent: (request: ContractRequest, options: RequestOptions, body: [UInt8])? { kept.withLock { $0 } }

    func send(_ request: ContractRequest, options: RequestOptions) async throws(TransportError) -> ContractResponse {
        let body: [UInt8]
        do { body = try await request.body.collect(limit: .max) } catch {
            throw TransportError(.outcomeUnknown, reason: "the body ended")
        }
        kept.withLock { $0 = (request, options, body) }
        return try answer()
    }
}

/// Stops reading the body before its end, as a transport does when its time is over.
private struct GivingUpTransport: ClientTransport {
    func send(_ request: ContractRequest, options: RequestOptions) async throws(TransportError) -> ContractResponse {
        let reading = Task { try await request.body.collect(limit: .max) }
        try? await Task.sleep(for: .milliseconds(100))
        reading.cancel()
        _ = await reading.result
        throw TransportError(.outcomeUnknown, reason: "the time is over")
    }
}

@Suite("Forwarding", .timeLimit(.minutes(1)))
struct ProxyRouteTests {
    private func forwarding(
        _ transport: any ClientTransport,
        timeout: Duration = .seconds(30),
        trustsForwarded: Bool = false
    ) -> [Route] {
        let proxy = ProxyRoute(to: transport, timeout: timeout, trustsForwarded: trustsForwarded)
        return [
            proxy.route(method: .post, template: "/webhooks/{name}", operationID: "receive", bodyLimit: 1 << 20),
            proxy.route(method: .get, template: "/api/v1/things", operationID: "list", bodyLimit: 0) { target in
                String(target.dropFirst(7))
            },
        ]
    }

    @Test("target, query, end-to-end fields and raw bytes arrive as they were sent")
    func request() async throws {
        let transport = RecordingTransport { ContractResponse(status: 202) }
        try await withServer(forwarding(transport)) { server async throws in
            let body = "{\"text\":\"\\u00e4\\/\"}"
            let answer = try await server.send(
                """
                POST /webhooks/a%2Fb?hub.mode=x&y=%20 HTTP/1.1\r
                Host: relay.example.com\r
                X-Hub-Signature-256: sha256=abc\r
                Connection: keep-alive, X-Private\r
                X-Private: 1\r
                TE: trailers\r
                X-Forwarded-For: 6.6.6.6\r
                X-Forwarded-Host: evil\r
                Content-Type: application/json\r
                Content-Length: \(body.utf8.count)\r
                \r
                \(body)
                """
            )
            #expect(answer.status == 202)
            let sent = try #require(transport.sent)
            #expect(sent.request.target == "/webhooks/a%2Fb?hub.mode=x&y=%20")
            #expect(sent.body == Array(body.utf8))
            #expect(sent.request.body.length == body.utf8.count)
            #expect(sent.options.streamsResponse)
            let names = Set(sent.request.headers.map(\.name.canonicalName))
            #expect(
                names == [
                    "x-hub-signature-256", "content-type", "traceparent", "x-forwarded-for", "x-forwarded-proto",
                    "x-forwarded-host",
                ]
            )
            func value(_ name: String) -> String? { HTTPField.Name(name).flatMap { sent.request.headers[$0] } }
            #expect(value("x-forwarded-for") == "127.0.0.1")
            #expect(value("x-forwarded-host") == "relay.example.com")
            #expect(value("x-forwarded-proto") == "http")
            #expect(
                value("traceparent")?.dropFirst(3).prefix(32) == answer.header("traceparent")?.dropFirst(3).prefix(32)
            )
        }
    }

    @Test("a short body that has arrived is forwarded in one piece, and its connection takes the next request")
    func shortBody() async throws {
        let transport = RecordingTransport { ContractResponse(status: 200) }
        try await withServer(forwarding(transport)) { server async throws in
            let connection = try await server.connect()
            for body in ["one", "another"] {
                try await connection.send(
                    "POST /webhooks/a HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
                #expect(try await connection.answer().status == 200)
                guard case .bytes(let bytes) = try #require(transport.sent).request.body else {
                    Issue.record("the body was passed on as a stream")
                    continue
                }
                #expect(bytes == Array(body.utf8))
            }
        }
    }

    @Test("a short body that comes piece by piece is forwarded whole")
    func pieces() async throws {
        let transport = RecordingTransport { ContractResponse(status: 200) }
        try await withServer(forwarding(transport)) { server async throws in
            let connection = try await server.connect()
            try await connection.send("POST /webhooks/a HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nabc")
            try await Task.sleep(for: .milliseconds(50))
            try await connection.send("def")
            #expect(try await connection.answer().status == 200)
            #expect(transport.sent?.body == Array("abcdef".utf8))
        }
    }

    @Test("behind a trusted load balancer the forwarded fields are kept and the peer is added")
    func trusted() async throws {
        let transport = RecordingTransport { ContractResponse(status: 200) }
        try await withServer(forwarding(transport, trustsForwarded: true)) { server async throws in
            _ = try await server.send(
                "GET /api/v1/things?limit=3 HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n\r\n"
            )
            let sent = try #require(transport.sent)
            #expect(sent.request.target == "/things?limit=3")
            #expect(sent.request.headers[try #require(HTTPField.Name("x-forwarded-for"))] == "203.0.113.9, 127.0.0.1")
            #expect(sent.request.headers[try #require(HTTPField.Name("x-forwarded-proto"))] == "https")
        }
    }

    @Test("a response passes as it is, redirects included, without the fields of its connection")
    func response() async throws {
        let transport = RecordingTransport {
            let (stream, continuation) = AsyncThrowingStream.makeStream(of: [UInt8].self, throwing: (any Error).self)
            for part in ["see ", "other"] { continuation.yield(Array(part.utf8)) }
            continuation.finish()
            return ContractResponse(
                status: 303,
                headers: [.location: "http://internal/", .connection: "close", .retryAfter: "3"],
                body: .stream(stream, length: 9)
            )
        }
        try await withServer(forwarding(transport)) { server async throws in
            let connection = try await server.connect()
            for _ in 0..<2 {
                try await connection.send("GET /api/v1/things HTTP/1.1\r\nHost: x\r\n\r\n")
                let answer = try await connection.answer()
                #expect(answer.status == 303)
                #expect(answer.body == "see other")
                #expect(answer.header("location") == "http://internal/")
                #expect(answer.header("retry-after") == "3")
                #expect(answer.header("content-length") == "9")
            }
        }
    }

    @Test(
        "a server that can't be used is 503, 502 or 504, without saying where it is",
        arguments: [
            (TransportError(.notConnected, reason: "10.0.0.1 refused"), 503),
            (TransportError(.outcomeUnknown, reason: "10.0.0.1 reset"), 502),
            (TransportError(.timedOutBeforeSending, reason: "10.0.0.1"), 504),
            (TransportError(.invalidRequest, reason: "10.0.0.1"), 502),
        ]
    )
    func failures(error: TransportError, status: Int) async throws {
        try await withServer(forwarding(RecordingTransport { () throws(TransportError) in throw error })) {
            server async throws in
            let answer = try await server.send("GET /api/v1/things HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(answer.status == status)
            #expect(answer.header("content-type") == "application/problem+json")
            #expect(!answer.body.contains("10.0.0.1"))
        }
    }

    @Test("a path that a client could shorten is refused", arguments: ["..", ".", "%2e%2E", ".%2e"])
    func dots(segment: String) async throws {
        let transport = RecordingTransport { ContractResponse(status: 200) }
        try await withServer(forwarding(transport)) { server async throws in
            let answer = try await server.send("POST /webhooks/\(segment) HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(answer.status == 400)
            #expect(transport.sent == nil)
        }
    }

    @Test("a client whose body is not there when the time is over is told that it was too slow, and no handler failed")
    func slowBody() async throws {
        let transport = GivingUpTransport()
        try await withServer(forwarding(transport, timeout: .zero)) { server async throws in
            let connection = try await server.connect()
            try await connection.send("POST /webhooks/a HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n01234")
            let answer = try await connection.rest()
            #expect(answer.hasPrefix("HTTP/1.1 408"), "\(answer)")
        }
    }

    @Test("an unknown outcome after the whole time is a time-out")
    func timeout() async throws {
        let transport = RecordingTransport { () throws(TransportError) in
            throw TransportError(.outcomeUnknown, reason: "")
        }
        try await withServer(forwarding(transport, timeout: .zero)) { server async throws in
            #expect(try await server.send("GET /api/v1/things HTTP/1.1\r\nHost: x\r\n\r\n").status == 504)
        }
    }

    @Test("a chunked body above the limit is refused with 413, not with the failure of the transport")
    func bodyTooLarge() async throws {
        let transport = RecordingTransport { ContractResponse(status: 200) }
        try await withServer(forwarding(transport)) { server async throws in
            let connection = try await server.connect()
            try await connection.send("POST /webhooks/a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
            let chunk = "40000\r\n" + String(repeating: "x", count: 0x40000) + "\r\n"
            for _ in 0..<5 { try? await connection.send(chunk) }
            #expect(try await connection.rest().hasPrefix("HTTP/1.1 413"))
        }
    }

    @Test("a body is forwarded while it arrives")
    func streaming() async throws {
        let upstream = route("POST", "/webhooks/{name}", id: "echo", bodyLimit: 1 << 20) { request in
            guard case .stream(let chunks, _) = request.request.body else { return text("no stream", status: 500) }
            return ContractResponse(status: 200, body: .stream(chunks, length: nil))
        }
        let table = RouteTable(routes: [upstream], authenticator: BearerAuthenticator([:]))
        try await withServer(forwarding(InProcessTransport { table })) { server async throws in
            let connection = try await server.connect()
            try await connection.send(
                "POST /webhooks/a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"
            )
            // The head of the answer comes before the body has ended.
            #expect(try await connection.answer(hasBody: false).status == 200)
            try await connection.send("3\r\ndef\r\n0\r\n\r\n")
            #expect(try await connection.rest().contains("def"))
        }
    }
}
