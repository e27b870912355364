import ContractJSON
import ContractRuntime
import Foundation
import HTTPTypes
import ShowcaseContract
import Testing

/// Parts with headers, styles and media types, and what a contract says of all parts together.
@Suite("Parts with headers and rules", .timeLimit(.minutes(1)))
struct HeadedPartsTests {
    private static let pdf = MultipartFile(.bytes([37, 80, 68, 70]), fileName: "a.pdf", contentType: "application/pdf")

    @Test("header fields, styles and parts without a name in the contract arrive as they were sent")
    func all() async throws {
        try await withShowcase { client, _ in
            let parts = SendHeadedParts.Parts(
                kind: .located, note: "a, b", place: Point(x: 1), places: [Point(x: 2), Point(x: 3, label: "c")],
                spaced: [7, 8], document: Self.pdf,
                documentHeaders: SendHeadedParts.DocumentHeaders(xPages: 3, xLevel: .secret, xWords: ["a", "b c"]))
            let first = try await seen(client, parts)
            #expect(
                first == [
                    "\"located\"", "\"a, b\"", "{\"x\":1}", "[{\"x\":2},{\"x\":3,\"label\":\"c\"}]", "-", "", "[7,8]",
                    "-", "-", "application/pdf 4 3 \"secret\" [\"a\",\"b c\"]", "",
                ])
            let others = SendHeadedParts.Parts(
                kind: .plain, choices: ["x", "y"],
                choicesHeaders: [.init(xWeight: 5), .init(xWeight: 6)], deep: Point(x: 4, label: "d&e"),
                link: .string("to"), otherParts: [MultipartPart(name: "n-1", content: .value(.number(JSONNumber(12))))])
            let second = try await seen(client, others)
            #expect(
                second == [
                    "\"plain\"", "-", "-", "-", "[\"x\",\"y\"]", "5,6", "-", "{\"x\":4,\"label\":\"d&e\"}", "\"to\"",
                    "-", "n-1=12",
                ])
        }
    }

    private func seen(_ client: ShowcaseClient, _ parts: SendHeadedParts.Parts) async throws -> [String] {
        guard case .ok(let echo) = try await client.sendHeadedParts(SendHeadedParts.Input(body: parts)) else {
            throw Unexpected("no echo")
        }
        return echo.seen
    }

    /// Parts that break the contract, with what is said of them.
    private static let broken: [(SendHeadedParts.Parts, String)] = [
        (.init(kind: .plain), "minProperties"),
        (.init(kind: .located, note: "n"), "required"),
        (.init(kind: .plain, document: pdf, documentHeaders: .init(xPages: 1)), "dependentRequired"),
        (.init(kind: .plain, note: "n", choices: []), "not"),
        (.init(kind: .plain, note: "n", link: .number(JSONNumber(5))), "oneOf"),
        (.init(kind: .plain, note: "n", document: pdf), "required"),
        (.init(kind: .plain, choices: ["a", "b"], choicesHeaders: [.init(xWeight: 1)]), "required"),
        (
            .init(
                kind: .plain, note: "n", document: MultipartFile(.bytes([1]), contentType: "text/plain"),
                documentHeaders: .init(xPages: 1)), "contentType"
        ),
        (
            .init(kind: .plain, note: "n", otherParts: [MultipartPart(name: "other", content: .value(.string("1")))]),
            "additionalProperties"
        ),
        (.init(kind: .plain, otherParts: [MultipartPart(name: "n-1", content: .value(.string("x")))]), "type"),
    ]

    @Test("a client sends nothing that breaks the rules", arguments: 0..<10)
    func refusedByClient(index: Int) async throws {
        let (parts, keyword) = Self.broken[index]
        try await withShowcase { client, _ in
            do {
                let output = try await client.sendHeadedParts(SendHeadedParts.Input(body: parts))
                Issue.record("\(keyword): \(output)")
            } catch ClientError.invalidRequest(let violations) {
                #expect(violations.map(\.keyword).contains(keyword), "\(violations)")
            }
        }
    }

    private static func part(_ name: String, _ value: String, _ head: String = "") -> String {
        "--b\r\nContent-Disposition: form-data; name=\"\(name)\"\(head)\r\n\r\n\(value)\r\n"
    }

    private static let document = part(
        "document", "data", "; filename=\"f\"\r\nContent-Type: image/png\r\nX-Pages: 2\r\nX-Words: a, b")

    /// Bodies that break the contract, with what is said of them.
    private static let brokenBodies: [(parts: [String], text: String)] = [
        ([part("kind", "plain")], "minProperties"),
        ([part("kind", "located"), part("note", "n")], "required"),
        ([part("kind", "plain"), document], "dependentRequired"),
        ([part("kind", "plain"), part("note", "n"), part("choices", "c", "\r\nX-Weight: 1")], "not"),
        ([part("kind", "plain"), part("note", "n"), part("link", "l"), document], "oneOf"),
        ([part("kind", "plain"), part("choices", "c")], "/choices/headers/X-Weight"),
        ([part("kind", "plain"), part("choices", "c", "\r\nX-Weight: 0")], "/choices/headers/X-Weight"),
        ([part("kind", "plain"), part("bogus", "1")], "additionalProperties"),
        ([part("kind", "plain"), part("n-2", "x")], "/n-2"),
        (
            [
                part("kind", "plain"), part("note", "n"),
                part("document", "d", "; filename=\"f\"\r\nContent-Type: text/plain\r\nX-Pages: 2"),
            ], "contentType"
        ),
        (
            [
                part("kind", "plain"), part("note", "n"),
                part("document", "d", "; filename=\"f\"\r\nContent-Type: image/png\r\nX-Pages: 200"),
            ], "/document/headers/X-Pages"
        ),
    ]

    @Test("a server refuses what breaks the rules, and names place and keyword", arguments: 0..<11)
    func refusedByServer(index: Int) async throws {
        let (parts, text) = Self.brokenBodies[index]
        try await withShowcase { _, transport in
            let (status, answer) = try await Self.post(parts.joined(), over: transport)
            #expect(status == 400 && answer.contains(text), "\(answer)")
        }
    }

    @Test("a server takes parts whatever the order of their headers, one JSON list for several parts, and file names")
    func accepted() async throws {
        let parts = [
            Self.part("kind", "located"), Self.part("note", "n"),
            Self.part("place", "{\"x\":1}", "; filename=\"p.json\""),
            Self.part("places", "[{\"x\":2}]"), Self.part("spaced", "1 2"), Self.document,
        ]
        try await withShowcase { _, transport in
            let (status, answer) = try await Self.post(parts.joined(), over: transport)
            try #require(status == 200, "\(answer)")
            let echo = try Echo(json: Array(answer.utf8))
            #expect(
                echo.seen == [
                    "\"located\"", "\"n\"", "{\"x\":1}", "[{\"x\":2}]", "-", "", "[1,2]", "-", "-",
                    "image/png 4 2 - [\"a\",\"b\"]", "",
                ])
        }
    }

    private static func post(_ parts: String, over transport: some ClientTransport) async throws -> (Int, String) {
        let response = try await transport.send(
            ContractRequest(
                method: .post, target: "/bodies/headed-parts",
                headers: [.contentType: "multipart/form-data; boundary=b"],
                body: .bytes(Array((parts + "--b--\r\n").utf8))),
            options: RequestOptions())
        return (response.status, String(decoding: try await response.body.collect(limit: 1 << 20), as: UTF8.self))
    }

    private static let python = ProcessInfo.processInfo.environment["TEST_PYTHON"]

    @Test(
        "an independent reader of MIME finds names, headers and texts in what a client writes",
        .enabled(if: python != nil))
    func independentReader() async throws {
        var fields = PartHeaders()
        fields.header("X-Pages", 3)
        fields.header("X-Words", ["a", "b c"] as [String])
        var writer = MultipartWriter()
        writer.value("point", Point(x: 4, label: "d"), ParameterForm(.deepObject, explodes: true))
        writer.value("list", [1, 2] as [Int], ParameterForm(.pipeDelimited))
        writer.file("document", Self.pdf, headers: fields)
        let script = """
            import sys, email.parser, email.policy
            text = b"Content-Type: " + sys.argv[1].encode() + b"\\r\\n\\r\\n" + sys.stdin.buffer.read()
            message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(text)
            for part in message.iter_parts():
                print(part.get_param("name", header="content-disposition"), part.get_filename(), part["x-pages"],
                      part["x-words"], part.get_payload(decode=True).decode())
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Self.python))
        process.arguments = ["-c", script, writer.contentType]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        input.fileHandleForWriting.write(Data(try await writer.finish().collect(limit: 1 << 20)))
        try input.fileHandleForWriting.close()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(
            text == """
                point[x] None None None 4
                point[label] None None None d
                list None None None 1|2
                document a.pdf 3 a,b c %PDF

                """)
    }

    @Test("an independent writer of multipart bodies is understood", .enabled(if: python != nil))
    func independentWriter() async throws {
        let script = """
            import sys, urllib3
            fields = [urllib3.fields.RequestField("kind", "plain"), urllib3.fields.RequestField("note", "é"),
                      urllib3.fields.RequestField("document", b"data", filename="ü.png",
                                                  headers={"X-Pages": "2", "X-Level": "open"})]
            fields[2].make_multipart(content_type="image/png")
            for field in fields[:2]: field.make_multipart()
            body, _ = urllib3.filepost.encode_multipart_formdata(fields, boundary="b")
            sys.stdout.buffer.write(body)
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Self.python))
        process.arguments = ["-c", script]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let body = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try await withShowcase { _, transport in
            let response = try await transport.send(
                ContractRequest(
                    method: .post, target: "/bodies/headed-parts",
                    headers: [.contentType: "multipart/form-data; boundary=b"], body: .bytes(Array(body))),
                options: RequestOptions())
            let answer = String(decoding: try await response.body.collect(limit: 1 << 20), as: UTF8.self)
            try #require(response.status == 200, "\(answer)")
            let seen = try Echo(json: Array(answer.utf8)).seen
            #expect(seen[1] == "\"é\"" && seen[9] == "image/png 4 2 \"open\" -")
        }
    }
}
