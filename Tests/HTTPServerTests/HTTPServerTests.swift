import ContractRuntime
import Foundation
import HTTPServer
import ServiceKit
import Testing

@Suite("HTTP server", .timeLimit(.minutes(1)))
struct HTTPServerTests {
    private let hello = route("GET", "/hello/{name}", id: "hello") { request in
        text("hello \(request.pathParameters["name"] ?? "")")
    }

    @Test("a request is answered by its route, on a connection that stays open")
    func keepAlive() async throws {
        try await withServer([hello]) { server async throws in
            let connection = try await server.connect()
            for name in ["a", "b", "c%20d"] {
                try await connection.send("GET /hello/\(name)?q=1 HTTP/1.1\r\nHost: x\r\n\r\n")
                let answer = try await connection.answer()
                #expect(answer.status == 200)
                #expect(answer.body == "hello \(name.removingPercentEncoding ?? "")")
            }
        }
    }

    @Test("pipelined requests are answered in order")
    func pipelining() async throws {
        try await withServer([hello]) { server async throws in
            let connection = try await server.connect()
            try await connection.send((0..<20).map { "GET /hello/\($0) HTTP/1.1\r\nHost: x\r\n\r\n" }.joined())
            for index in 0..<20 { #expect(try await connection.answer().body == "hello \(index)") }
        }
    }

    @Test("unknown paths and methods are problem documents with the trace id")
    func problems() async throws {
        try await withServer([hello]) { server async throws in
            let answer = try await server.send(
                "GET /nothing HTTP/1.1\r\nHost: x\r\ntraceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n\r\n"
            )
            #expect(answer.status == 404)
            #expect(answer.header("content-type") == "application/problem+json")
            #expect(answer.body.contains(#""traceId":"4bf92f3577b34da6a3ce929d0e0e4736"}"#))
            let other = try await server.send("DELETE /hello/x HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(other.status == 405 && other.header("allow") == "GET, HEAD")
        }
    }

    @Test("HEAD is answered as GET is, without the body, where there is a GET")
    func head() async throws {
        let posted = route("POST", "/posted", id: "posted") { _ in text("posted") }
        try await withServer([hello, posted]) { server async throws in
            let connection = try await server.connect()
            try await connection.send("HEAD /hello/x HTTP/1.1\r\nHost: x\r\n\r\n")
            let head = try await connection.answer(hasBody: false)
            #expect(head.status == 200 && head.header("content-length") == "7")
            // The next answer begins where a body would be.
            try await connection.send("GET /hello/x HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await connection.answer().body == "hello x")
            for (path, status) in [("/healthz", 200), ("/posted", 405), ("/nothing", 404)] {
                let answer = try await server.send("HEAD \(path) HTTP/1.1\r\nHost: x\r\n\r\n", hasBody: false)
                #expect(answer.status == status, "\(path)")
                if status == 405 { #expect(answer.header("allow") == "POST") }
            }
        }
    }

    @Test("a trace is continued with a new span, or begun, and handed to handler, log and caller")
    func traces() async throws {
        let traced = route("GET", "/", id: "traced") { request in
            #expect(LogContext.current.traceparent == request.context.traceparent)
            return text(request.context.traceparent)
        }
        try await withServer([traced]) { server async throws in
            let given = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
            let continued = try await server.send("GET / HTTP/1.1\r\nHost: x\r\ntraceparent: \(given)\r\n\r\n")
            #expect(continued.body.hasPrefix("00-4bf92f3577b34da6a3ce929d0e0e4736-"))
            #expect(continued.body != given)
            #expect(continued.header("traceparent") == continued.body)
            let begun = try await server.send("GET / HTTP/1.1\r\nHost: x\r\ntraceparent: nonsense\r\n\r\n")
            #expect(TraceContext.isValid(begun.body))
            #expect(
                server.logs.lines.contains {
                    $0.contains("4bf92f3577b34da6a3ce929d0e0e4736") && $0.contains("\"message\":\"request\"")
                }
            )
        }
    }

    @Test("a request is counted by operation and status, and its log line has neither query nor header")
    func records() async throws {
        try await withServer([hello]) { server async throws in
            _ = try await server.send(
                "GET /hello/someone?token=hunter2 HTTP/1.1\r\nHost: x\r\nX-Secret: hunter3\r\n\r\n"
            )
            _ = try await server.send("GET /hunter4 HTTP/1.1\r\nHost: x\r\n\r\n")
            // The line is written after the response.
            while server.metrics.value(.httpRequestSeconds, ["tenant-service", "none"]) == nil { await Task.yield() }
            #expect(server.metrics.value(.httpRequests, ["tenant-service", "hello", "200"]) == 1)
            #expect(server.metrics.value(.httpRequests, ["tenant-service", "none", "404"]) == 1)
            let line = server.logs.lines.first { $0.contains("\"route\":\"/hello/{name}\"") }
            #expect(line?.contains("\"status\":200") == true && line?.contains("duration_ms") == true)
            #expect(!server.logs.lines.joined().contains("hunter") && !server.logs.lines.joined().contains("someone"))
        }
    }

    @Test("the operations endpoints are there, and readiness follows the registry")
    func operations() async throws {
        try await withServer([hello]) { server async throws in
            let alive = try await server.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(alive.status == 200)
            #expect(
                alive.body.hasPrefix(#"{"status":"alive","service":"tenant-service","version":"1.2.3","startedAt":""#)
            )
            server.health.register("postgres") { throw DependencyProblem.down("no answer") }
            let notReady = try await server.send("GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(notReady.status == 503)
            #expect(
                notReady.body.hasPrefix(
                    #"{"status":"notReady","service":"tenant-service","dependencies":[{"name":"postgres","status":"down","required":true,"latencyMilliseconds":"#
                )
            )
            server.health.beginDraining()
            #expect(try await server.send("GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n").body.contains("draining"))
            let metrics = try await server.send("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(metrics.header("content-type")?.hasPrefix("text/plain; version=0.0.4") == true)
            #expect(
                metrics.body.contains(
                    "waba_http_server_requests_total{service=\"tenant-service\",operation=\"getReadiness\",status=\"503\"} 2"
                )
            )
        }
    }

    @Test("a route of the table wins over the operations endpoint of the server")
    func ownOperations() async throws {
        try await withServer([route("GET", "/healthz", id: "own") { _ in text("own") }]) { server async throws in
            #expect(try await server.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").body == "own")
        }
    }

    @Test("a body arrives whole, with length or in chunks")
    func bodies() async throws {
        try await withServer([counting]) { server async throws in
            #expect(
                try await server.send("POST /count HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n0123456789").body
                    == "10"
            )
            let chunked =
                "POST /count HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n0123\r\n3\r\n456\r\n0\r\n\r\n"
            #expect(try await server.send(chunked).body == "7")
            #expect(try await server.send("POST /count HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n").body == "0")
        }
    }

    @Test("a length above the limit is refused before anything is read, and the connection closes")
    func tooLarge() async throws {
        try await withServer([counting]) { server async throws in
            let connection = try await server.connect()
            try await connection.send("POST /count HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n")
            let answer = try await connection.answer()
            #expect(answer.status == 413)
            #expect(answer.header("connection") == "close")
            #expect(answer.body.contains("at most 10 bytes"))
            try await connection.close()
            let sent = try await server.connect()
            try await sent.send("POST /count HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n01234567890")
            #expect(try await sent.rest().hasPrefix("HTTP/1.1 413"))
        }
    }

    @Test("chunks above the limit are refused, and the connection closes")
    func chunksTooLarge() async throws {
        try await withServer([counting]) { server async throws in
            let connection = try await server.connect()
            try await connection.send(
                "POST /count HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n01234567890\r\n0\r\n\r\n"
            )
            #expect(try await connection.rest().hasPrefix("HTTP/1.1 413"))
        }
    }

    @Test("a client that asks before sending is told to go on, or refused")
    func expectation() async throws {
        try await withServer([counting]) { server async throws in
            let connection = try await server.connect()
            try await connection.send(
                "POST /count HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
            )
            #expect(try await connection.answer().status == 100)
            try await connection.send("abc")
            #expect(try await connection.answer().body == "3")
            let refused = try await server.send(
                "POST /count HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 30\r\n\r\n"
            )
            #expect(refused.status == 413)
        }
    }

    @Test("a handler that answers without reading leaves no bytes for the next request")
    func unread() async throws {
        let ignoring = route("POST", "/ignore", id: "ignore", bodyLimit: 1_000) { _ in text("ignored") }
        try await withServer([ignoring]) { server async throws in
            let connection = try await server.connect()
            try await connection.send(
                "POST /ignore HTTP/1.1\r\nHost: x\r\nContent-Length: 40\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n..GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
            )
            let rest = try await connection.rest()
            #expect(rest.hasSuffix("ignored"))
            #expect(!rest.contains("404"))
        }
    }

    @Test("a missing credential is 401 before the body is read")
    func credentials() async throws {
        let guarded = route(
            "POST",
            "/guarded",
            security: [[SecurityRequirement(scheme: "internalToken", kind: .bearer)]],
            bodyLimit: 10
        ) { request in text(request.context.principal?.name ?? "") }
        let authenticator = BearerAuthenticator(["internalToken": [Secret("token")]])
        try await withServer([guarded], authenticator: authenticator) { server async throws in
            #expect(
                try await server.send("POST /guarded HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n").status == 401
            )
            let allowed = try await server.send(
                "POST /guarded HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer token\r\n\r\n"
            )
            #expect(allowed.body == "internalToken")
        }
    }

    @Test("a streamed response arrives in chunks, and one that breaks ends the connection without the last chunk")
    func streams() async throws {
        struct Broken: Error {}
        let streaming = route("GET", "/{ending}", id: "stream") { request in
            let fails = request.pathParameters["ending"] == "broken"
            let (stream, continuation) = AsyncThrowingStream.makeStream(of: [UInt8].self, throwing: (any Error).self)
            continuation.yield(Array("one,".utf8))
            continuation.yield(Array("two".utf8))
            continuation.finish(throwing: fails ? Broken() : nil)
            return ContractResponse(status: 200, body: .stream(stream, length: nil))
        }
        try await withServer([streaming]) { server async throws in
            let whole = try await server.send("GET /whole HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(whole.body == "one,two" && whole.header("transfer-encoding") == "chunked")
            let connection = try await server.connect()
            try await connection.send("GET /broken HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await !connection.rest().hasSuffix("0\r\n\r\n"))
        }
    }

    @Test("shutdown lets a request in hand finish, closes idle connections and takes no new ones")
    func shutdown() async throws {
        let (entered, enter) = AsyncStream.makeStream(of: Void.self)
        let (released, release) = AsyncStream.makeStream(of: Void.self)
        let slow = route("GET", "/slow", id: "slow") { _ in
            enter.yield()
            for await _ in released { break }
            return text("done")
        }
        try await withServer([slow, hello]) { server async throws in
            let idle = try await server.connect()
            try await idle.send("GET /hello/x HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = try await idle.answer()
            let busy = try await server.connect()
            try await busy.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
            for await _ in entered { break }
            await server.shutDown()
            #expect(try await idle.rest() == "")
            release.yield()
            #expect(try await busy.rest().hasSuffix("done"))
            await #expect(throws: (any Error).self) { try await server.connect() }
        }
    }

    @Test("a port that is taken is an error that names itself to whoever waits for the port")
    func takenPort() async throws {
        try await withServer([hello]) { server async throws in
            await #expect(throws: (any Error).self) {
                try await withServer([], change: { $0.port = server.port }) { _ in }
            }
        }
    }
}
