import ContractRuntime
import HTTPServer
import ServiceKit
import Testing

@Suite("Hostile clients", .timeLimit(.minutes(1)))
struct HostileClientTests {
    private let hello = route("GET", "/hello", id: "hello") { _ in text("hello") }

    /// The server still answers.
    private func survives(_ server: RunningServer) async throws -> Bool {
        try await server.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n").body == "hello"
    }

    @Test(
        "what is no HTTP gets 400 or nothing, and the server lives on",
        arguments: [
            "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}", "nonsense\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
            "GET / HTTP/1.1\r\nBad Name: x\r\n\r\n", "GET / HTTP/1.1\r\n: x\r\n\r\n", "\r\n\r\n\r\n\u{0}",
            "GET /\u{0} HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nX: a\u{0}b\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        ]
    )
    func malformed(bytes: String) async throws {
        try await withServer([hello], change: { $0.idleTimeout = .milliseconds(500) }) { server async throws in
            let connection = try await server.connect()
            try await connection.send(bytes)
            let rest = try await connection.rest()
            #expect(rest.isEmpty || rest.hasPrefix("HTTP/1.1 400"))
            #expect(try await survives(server))
        }
    }

    @Test(
        "requests whose length can be read in two ways are refused whole",
        arguments: [
            "Content-Length: 5\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 5",
            "Content-Length: 5\r\nContent-Length: 6", "Content-Length: 5, 5", "Content-Length: +5",
            "Content-Length: -1",
            "Content-Length: 0x5", "Content-Length: 99999999999999999999", "Transfer-Encoding: xchunked",
            "Transfer-Encoding: chunked, identity", "Transfer-Encoding : chunked", "Content-Length: 5\r\n folded: x",
        ]
    )
    func smuggling(fields: String) async throws {
        let body = "0\r\n\r\nGET /hello HTTP/1.1\r\nHost: x\r\n\r\n"
        try await withServer([counting, hello], change: { $0.idleTimeout = .milliseconds(500) }) {
            server async throws in
            let connection = try await server.connect()
            try await connection.send("POST /count HTTP/1.1\r\nHost: x\r\n\(fields)\r\n\r\n\(body)")
            let rest = try await connection.rest()
            #expect(!rest.contains("hello"))
            #expect(rest.isEmpty || rest.hasPrefix("HTTP/1.1 4"))
            #expect(try await survives(server))
        }
    }

    @Test(
        "a NUL character in the address is refused before anybody reads it", arguments: ["/hello?q=a%00b", "/hello%00"])
    func nullCharacter(target: String) async throws {
        try await withServer([hello]) { server async throws in
            let answer = try await server.send("GET \(target) HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(answer.status == 400 && answer.body.contains("NUL character"))
        }
    }

    @Test("an address with its share of half-sent requests gets no further connection until one ends; others do")
    func share() async throws {
        try await withServer([hello], change: { $0.maximumConnectionsPerAddress = 3 }) { server async throws in
            var halves: [RawConnection] = []
            for _ in 0..<3 {
                let half = try await server.connect()
                try await half.send("GET /hello HTTP/1.1\r\n")
                halves.append(half)
            }
            #expect(try await RawConnection(port: server.port).rest().isEmpty)
            #expect(try await RawConnection(port: server.port).rest().isEmpty)
            let other = try await RawConnection(port: server.port, from: "127.0.0.2")
            try await other.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await other.answer().body == "hello")
            #expect(server.logs.lines.filter { $0.contains("all the connections it may have") }.count == 1)
            try await halves.removeFirst().close()
            // The server learns of the end a moment later.
            var answered = false
            for _ in 0..<200 where !answered {
                answered = (try? await survives(server)) == true
                if !answered { try await Task.sleep(for: .milliseconds(20)) }
            }
            #expect(answered)
        }
    }

    @Test("trusted proxies may have any number of connections")
    func shareOfProxies() async throws {
        let change = { (configuration: inout HTTPServerConfiguration) in
            configuration.maximumConnectionsPerAddress = 1
            configuration.trustedProxies = ["127.0.0.0/8"].compactMap { AddressRange($0) }
        }
        try await withServer([hello], change: change) { server async throws in
            let kept = try await server.connect()
            #expect(try await survives(server))
            try await kept.close()
        }
    }

    @Test("header fields that are too long or too many are refused")
    func headers() async throws {
        let fields = [
            "X: \(String(repeating: "a", count: 20_000))",
            (0..<5).map { "X\($0): \(String(repeating: "a", count: 9_000))" }.joined(separator: "\r\n"),
            (0..<200).map { "X\($0): a" }.joined(separator: "\r\n"),
        ]
        try await withServer([hello]) { server async throws in
            for field in fields {
                let connection = try await server.connect()
                try await connection.send("GET /hello HTTP/1.1\r\nHost: x\r\n\(field)\r\n\r\n")
                let rest = try await connection.rest()
                #expect(rest.isEmpty || rest.hasPrefix("HTTP/1.1 400"))
            }
            #expect(try await survives(server))
        }
    }

    @Test("a client that never finishes its request is cut off when its time is over")
    func slowHead() async throws {
        try await withServer([hello], change: { $0.idleTimeout = .milliseconds(100) }) { server async throws in
            let connection = try await server.connect()
            try await connection.send("GET /hello HTTP/1.1\r\nHost")
            #expect(try await connection.rest() == "")
            let silent = try await server.connect()
            #expect(try await silent.rest() == "")
        }
    }

    @Test("a body that stops is never taken for a whole one")
    func slowBody() async throws {
        try await withServer([counting], change: { $0.idleTimeout = .milliseconds(100) }) { server async throws in
            for start in ["Content-Length: 10\r\n\r\n01234", "Transfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n"] {
                let connection = try await server.connect()
                try await connection.send("POST /count HTTP/1.1\r\nHost: x\r\n\(start)")
                let rest = try await connection.rest()
                #expect(!rest.contains("200"), "\(rest)")
            }
        }
    }

    @Test("a client that leaves in the middle of a body is not answered with success")
    func disconnect() async throws {
        try await withServer([counting, hello]) { server async throws in
            for start in ["Content-Length: 10\r\n\r\n01234", "Transfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n"] {
                let connection = try await server.connect()
                try await connection.send("POST /count HTTP/1.1\r\nHost: x\r\n\(start)")
                try await connection.close()
            }
            #expect(try await survives(server))
            #expect(server.metrics.value(.httpRequests, ["tenant-service", "count", "200"]) == nil)
        }
    }

    @Test("a body that trickles is refused once it had its time")
    func trickle() async throws {
        let patient = route("POST", "/patient", bodyLimit: 1_000) { request in
            text(String(try await request.request.body.collect(limit: 1_000).count))
        }
        try await withServer(
            [patient],
            change: {
                $0.idleTimeout = .milliseconds(500)
                $0.minimumBodyRate = 1_000_000
            }
        ) { server async throws in
            let connection = try await server.connect()
            try await connection.send("POST /patient HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
            let clock = ContinuousClock()
            for _ in 0..<40 {
                // Refused while it still sends, which may end in a broken pipe.
                try? await connection.send("x")
                try await clock.sleep(for: .milliseconds(20))
            }
            #expect(try await connection.rest().hasPrefix("HTTP/1.1 408"))
        }
    }

    @Test("a connection above the maximum waits until another one closes")
    func connections() async throws {
        try await withServer([hello], change: { $0.maximumConnections = 1 }) { server async throws in
            let first = try await server.connect()
            try await first.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = try await first.answer()
            let second = try await server.connect()
            try await second.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
            try await first.close()
            #expect(try await second.answer().body == "hello")
        }
    }
}
