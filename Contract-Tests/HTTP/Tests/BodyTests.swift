import ContractJSON
import ContractRuntime
import HTTPTypes
import ShowcaseContract
import Synchronization
import Testing

/// Every kind of body from a generated client over TCP to a generated server.
@Suite("Bodies over HTTP", .timeLimit(.minutes(1)))
struct BodyTests {
    @Test("forms carry lists, objects and JSON as their encoding says")
    func form() async throws {
        try await withShowcase { client, transport in
            let form = Form(
                name: "a&b=c d+é", agreed: true, tags: ["x", "y,z"], codes: [1, 2], place: Point(x: 3, label: "l&m"),
                detail: Tree(name: "t", children: [Tree(name: "u", children: nil)]))
            guard case .ok(let echo) = try await client.sendForm(SendForm.Input(body: form)) else {
                throw Unexpected("no echo")
            }
            let seen = try Form(json: Array(echo.seen[0].utf8))
            #expect(seen == form)
            let response = try await transport.send(
                ContractRequest(
                    method: .post, target: "/bodies/form", headers: [.contentType: "application/x-www-form-urlencoded"],
                    body: .bytes(Array("name=n&codes=7%7C8&place[x]=1&tags=a&tags=b&other=1".utf8))),
                options: RequestOptions())
            #expect(response.status == 400)
            let problem = String(decoding: try await response.body.collect(limit: 1 << 20), as: UTF8.self)
            #expect(problem.contains("/other") && problem.contains("additionalProperties"))
        }
    }

    @Test("parts carry values, files and a stream that is larger than what is kept in memory")
    func parts() async throws {
        let chunk = (0..<65_536).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let count = 160
        var sum = 0
        for _ in 0..<count { sum = chunk.reduce(sum) { ($0 &* 31 &+ Int($1)) & 0xFFFF_FFFF } }
        let expected = sum
        try await withShowcase { client, _ in
            let sent = Mutex(0)
            let stream = AsyncThrowingStream<[UInt8], any Error> {
                sent.withLock { sent in
                    sent += 1
                    return sent <= count ? chunk : nil
                }
            }
            let parts = SendParts.Parts(
                title: "a \"title\"\r\nwith é", count: 3, tags: ["x", "y"], place: Point(x: 1, label: "--part"),
                thumbnails: [
                    MultipartFile(.bytes([1, 2, 3]), fileName: "one \"1\".png", contentType: "image/png"),
                    MultipartFile(.bytes([]), fileName: "none", contentType: "image/gif"),
                ],
                upload: MultipartFile(.stream(stream, length: nil), fileName: "large.bin"))
            let output = try await client.sendParts(
                SendParts.Input(body: parts), options: RequestOptions(timeout: .seconds(40)))
            guard case .ok(let echo) = output else { throw Unexpected(output) }
            #expect(
                echo.seen == [
                    "a \"title\"\r\nwith é", "3", #"["x","y"]"#, #"{"x":1,"label":"--part"}"#,
                    "one %221%22.png image/png 3, none image/gif 0",
                    "large.bin application/octet-stream \(count * 65_536) \(expected) true",
                ])
        }
    }

    @Test("parts that may be absent are, and a file is still streamed")
    func fewParts() async throws {
        try await withShowcase { client, _ in
            let parts = SendParts.Parts(
                title: "ab", place: Point(x: 1), upload: MultipartFile(.bytes([9]), contentType: "a/b"))
            guard case .ok(let echo) = try await client.sendParts(SendParts.Input(body: parts)) else {
                throw Unexpected("")
            }
            #expect(echo.seen == ["ab", "-", "-", #"{"x":1}"#, "", "upload a/b 1 9 true"])
        }
    }

    private static func multipart(_ parts: [(head: String, body: String)], end: String = "--b--\r\n") -> [UInt8] {
        Array((parts.map { "--b\r\n\($0.head)\r\n\r\n\($0.body)\r\n" }.joined() + end).utf8)
    }

    private static let title = ("Content-Disposition: form-data; name=\"title\"", "ab")
    private static let place = (
        "Content-Disposition: form-data; name=\"place\"\r\nContent-Type: application/json", "{\"x\":1}"
    )
    private static let upload = ("Content-Disposition: form-data; name=\"upload\"; filename=\"f\"", "data")

    @Test(
        "broken parts are refused",
        arguments: [
            ([title, place], "--b--\r\n", 400, "/upload"),
            ([("Content-Disposition: form-data; name=\"title\"", "a"), place, upload], "--b--\r\n", 400, "minLength"),
            ([title, ("Content-Disposition: form-data; name=\"place\"", "{"), upload], "--b--\r\n", 400, "/place"),
            ([title, place], "--b\r\n", 400, "ends within"),
            ([("Content-Type: text/plain", "x")], "--b--\r\n", 400, "no name"),
            (
                [
                    ("Content-Disposition: form-data; name=\"title\"", String(repeating: "t", count: 1_100_000)), place,
                    upload,
                ], "--b--\r\n", 413, "1048576"
            ),
        ])
    func brokenParts(parts: [(String, String)], end: String, status: Int, text: String) async throws {
        try await withShowcase { _, transport in
            let response = try await transport.send(
                ContractRequest(
                    method: .post, target: "/bodies/parts",
                    headers: [.contentType: "multipart/form-data; boundary=b"],
                    body: .bytes(Self.multipart(parts.map { (head: $0.0, body: $0.1) }, end: end))),
                options: RequestOptions())
            #expect(response.status == status)
            let problem = String(decoding: try await response.body.collect(limit: 1 << 20), as: UTF8.self)
            #expect(problem.contains(text), "\(problem)")
        }
    }

    @Test("a file before the values is kept in memory, within the limit")
    func fileFirst() async throws {
        try await withShowcase { _, transport in
            let response = try await transport.send(
                ContractRequest(
                    method: .post, target: "/bodies/parts",
                    headers: [.contentType: "multipart/form-data; boundary=\"b\""],
                    body: .bytes(
                        Self.multipart([Self.upload, Self.title, Self.place].map { (head: $0.0, body: $0.1) }))),
                options: RequestOptions())
            let echo = try Echo(json: try await response.body.collect(limit: 1 << 20))
            #expect(echo.seen.first == "ab" && echo.seen.last == "f application/octet-stream 0 0 false")
        }
    }

    @Test("raw bytes arrive as they are, of the content type that the contract names only")
    func raw() async throws {
        try await withShowcase { client, transport in
            let output = try await client.sendRaw(SendRaw.Input(body: Array("{ \"x\" :1 , broken".utf8)))
            guard case .ok(let echo) = output else { throw Unexpected(output) }
            #expect(echo.seen == ["{ \"x\" :1 , broken"])
            let response = try await transport.send(
                ContractRequest(
                    method: .post, target: "/bodies/raw", headers: [.contentType: "text/plain"], body: .bytes([1])),
                options: RequestOptions())
            #expect(response.status == 415)
        }
    }

    @Test("events arrive one by one, with their names, ids and lines")
    func events() async throws {
        try await withShowcase { client, _ in
            guard case .ok(let events) = try await client.watch(Watch.Input(count: 3)) else {
                throw Unexpected("no events")
            }
            var seen: [ServerSentEvent] = []
            var points: [Point] = []
            for try await event in events {
                seen.append(event)
                points.append(try event.value())
            }
            #expect(seen.map(\.event) == ["message", "even", "message"])
            #expect(seen.map(\.id) == ["1", "2", "3"])
            #expect(points == (1...3).map { Point(x: $0, label: "é") })
            guard case .badRequest(let echo) = try await client.watch(Watch.Input(count: -1)) else {
                throw Unexpected("")
            }
            #expect(echo.seen == ["negative"])
        }
    }

    @Test("events are read whatever ends their lines and wherever chunks end")
    func eventLines() async throws {
        let text =
            "\u{FEFF}: comment\r\nevent: a\r\ndata: 1\r\ndata:  2\r\rid: 7\ndata\n\nretry: 50\ndata: x\n\nevent: lost\n\ndata: cut"
        for size in [1, 2, 3, 7, 1_000] {
            let bytes = Array(text.utf8)
            let chunks = stride(from: 0, to: bytes.count, by: size).map {
                Array(bytes[$0..<min($0 + size, bytes.count)])
            }
            let stream = AsyncThrowingStream<[UInt8], any Error> { continuation in
                for chunk in chunks { continuation.yield(chunk) }
                continuation.finish()
            }
            var seen: [ServerSentEvent] = []
            for try await event in EventStream(.stream(stream, length: nil)) { seen.append(event) }
            #expect(
                seen == [
                    ServerSentEvent("1\n 2", event: "a"), ServerSentEvent("", id: "7"),
                    ServerSentEvent("x", id: "7", retry: .milliseconds(50)),
                ], "chunks of \(size)")
        }
    }
}
