import ContractExchange
import ContractInterpreter
import ContractJSON
import ContractMock
import ContractModel
import ContractRuntime
import Foundation
import Testing

@Suite("The mock's answers")
struct MockAnswersTests {
    private static let document = """
        openapi: 3.1.0
        info: {title: things, version: "1"}
        security: [{token: []}, {key: []}]
        paths:
          /things/{id}:
            get:
              operationId: readThing
              parameters:
                - {name: id, in: path, required: true, schema: {type: integer, minimum: 1}}
                - {name: fields, in: query, explode: false, schema: {type: array, maxItems: 2, items: {enum: [a, b]}}}
                - {name: filter, in: query, style: deepObject, schema: {type: object, properties: {age: {type: integer}}}}
                - {name: X-Trace, in: header, required: true, schema: {type: string, minLength: 3}}
                - {name: session, in: cookie, schema: {type: string, maxLength: 4}}
              responses:
                '200':
                  description: Done.
                  headers: {X-Left: {required: true, schema: {type: integer, minimum: 3, maximum: 3}}}
                  content:
                    application/json:
                      schema: {$ref: '#/components/schemas/Thing'}
                '404': {description: None., content: {application/json: {schema: {const: nothing}}}}
                '503':
                  description: Busy.
                  content:
                    application/problem+json:
                      schema: {type: object, required: [status], properties: {status: {type: integer, minimum: 100, maximum: 599}}}
          /things/mine:
            get:
              operationId: readMine
              security: []
              responses: {'200': {description: Done., content: {application/json: {schema: {const: mine}}}}}
          /things:
            post:
              operationId: makeThing
              security: []
              requestBody:
                required: true
                x-max-bytes: 200
                content:
                  application/json: {schema: {$ref: '#/components/schemas/Thing'}}
                  application/x-www-form-urlencoded: {schema: {$ref: '#/components/schemas/Thing'}}
                  multipart/form-data: {schema: {$ref: '#/components/schemas/Thing'}}
              responses:
                '201':
                  description: Made.
                  content: {application/json: {schema: {type: string}, example: made}}
        components:
          securitySchemes:
            token: {type: http, scheme: bearer}
            key: {type: apiKey, in: cookie, name: key}
          schemas:
            Thing:
              type: object
              additionalProperties: false
              required: [name, size]
              properties:
                name: {type: string, pattern: '^[a-z]{3,5}$'}
                size: {type: integer, minimum: 1, maximum: 9}
                flags: {type: array, items: {type: boolean}}
        """

    private static func world(seed: UInt64 = 1) throws -> (MockAnswers, ContractSet) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "mock-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(document.utf8).write(to: folder.appending(path: "api.yaml"))
        let (set, found) = ContractSetLoader.loadDocument("api.yaml", root: folder.path, attitude: .open)
        try #require(!found.contains { $0.severity == .error }, "\(found.map(\.text))")
        return (MockAnswers(set, seed: seed), set)
    }

    private static let good: [(name: String, value: String)] = [("Authorization", "Bearer x"), ("X-Trace", "abc")]

    private static func json(_ response: ContractResponse) throws -> JSONValue {
        guard case .bytes(let bytes) = response.body else { return .null }
        return try JSONValue(parsing: bytes)
    }

    private static func get(
        _ path: String, query: String = "", _ headers: [(name: String, value: String)] = good, seed: UInt64 = 1
    ) throws -> ContractResponse {
        try world(seed: seed).0.answer(WireRequest(method: "GET", path: path, query: query, headers: headers))
    }

    @Test("an answer satisfies its schema, has its header, and is the same for the same request and seed")
    func instances() throws {
        let response = try Self.get("/things/7")
        #expect(response.status == 200)
        #expect(response.headers[.contentType] == "application/json")
        #expect(response.headers.first { $0.name.rawName == "X-Left" }?.value == "3")
        let (_, set) = try Self.world()
        let thing = try #require(set.graph.byURI.first { $0.key.hasSuffix("#/components/schemas/Thing") }?.value)
        #expect(SchemaInterpreter(graph: set.graph).isValid(try Self.json(response), against: thing))
        #expect(try Self.json(Self.get("/things/7")) == Self.json(response))
        let others = try (2...6).map { try Self.json(Self.get("/things/7", seed: UInt64($0))) }
        #expect(others.contains { (try? Self.json(response)) != $0 })
    }

    @Test("an example comes before anything made up")
    func example() throws {
        let body = Array(#"{"name": "abc", "size": 3}"#.utf8)
        let response = try Self.world().0.answer(
            WireRequest(
                method: "POST", path: "/things", headers: [("Content-Type", "application/json; charset=utf-8")],
                body: body))
        #expect(response.status == 201)
        #expect(try Self.json(response) == "made")
    }

    struct Refusal: CustomTestStringConvertible {
        var title: String
        var path = "/things/7"
        var query = ""
        var headers: [(name: String, value: String)] = MockAnswersTests.good
        var pointer: String
        var keyword: String
        var testDescription: String { title }
    }

    static let refusals = [
        Refusal(title: "a path parameter of another type", path: "/things/x", pointer: "/path/id", keyword: "type"),
        Refusal(
            title: "a path parameter below its minimum", path: "/things/0", pointer: "/path/id", keyword: "minimum"),
        Refusal(
            title: "a list with too many elements", query: "fields=a,b,a", pointer: "/query/fields", keyword: "maxItems"
        ),
        Refusal(
            title: "an element that is not listed", query: "fields=a,c", pointer: "/query/fields/1", keyword: "enum"),
        Refusal(
            title: "a member of a deep object", query: "filter%5Bage%5D=old", pointer: "/query/filter/age",
            keyword: "type"),
        Refusal(
            title: "a header that is missing", headers: [("Authorization", "Bearer x")], pointer: "/headers",
            keyword: "required"),
        Refusal(
            title: "a header that is too short", headers: [("Authorization", "Bearer x"), ("x-trace", "a")],
            pointer: "/headers/x-trace", keyword: "minLength"),
        Refusal(
            title: "a cookie that is too long", headers: good + [("Cookie", "session=12345")],
            pointer: "/cookies/session", keyword: "maxLength"),
    ]

    @Test("a request that breaks the contract gets a problem document with the place", arguments: refusals)
    func refused(_ refusal: Refusal) throws {
        let response = try Self.get(refusal.path, query: refusal.query, refusal.headers)
        #expect(response.status == 400)
        #expect(response.headers[.contentType] == "application/problem+json")
        let violations = try #require(try Self.json(response)["violations"]?.array)
        #expect(
            violations.contains {
                $0["pointer"]?.string == refusal.pointer && $0["keyword"]?.string == refusal.keyword
            },
            "\(violations)")
    }

    @Test("good parameters of every place pass")
    func accepted() throws {
        let headers = Self.good + [("Cookie", "a=b; session=1234")]
        #expect(try Self.get("/things/7", query: "fields=a,b&filter[age]=3&other=1", headers).status == 200)
    }

    @Test("credentials have to be there, one alternative is enough")
    func credentials() throws {
        let none = try Self.get("/things/7", [("X-Trace", "abc")])
        #expect(none.status == 401)
        #expect(none.headers[.wwwAuthenticate] == "Bearer")
        #expect(try Self.get("/things/7", [("X-Trace", "abc"), ("Authorization", "Bearer ")]).status == 401)
        #expect(try Self.get("/things/7", [("X-Trace", "abc"), ("Cookie", "key=1")]).status == 200)
    }

    @Test("fixed text of a path wins over a parameter; unknown paths and methods are told apart")
    func routes() throws {
        #expect(try Self.json(Self.get("/things/mine")) == "mine")
        #expect(try Self.get("/nothing").status == 404)
        let response = try Self.world().0.answer(WireRequest(method: "DELETE", path: "/things/7"))
        #expect(response.status == 405)
        #expect(response.headers[.allow] == "GET")
    }

    @Test("another documented response can be asked for")
    func preference() throws {
        let response = try Self.get("/things/7", Self.good + [("Prefer", "code=404")])
        #expect(response.status == 404)
        #expect(try Self.json(response) == "nothing")
        #expect(try Self.get("/things/7", Self.good + [("Prefer", "code=418")]).status == 501)
    }

    @Test("a problem document says the status of its answer", arguments: 1...5 as ClosedRange<UInt64>)
    func problemStatus(seed: UInt64) throws {
        let response = try Self.get("/things/7", Self.good + [("Prefer", "code=503")], seed: seed)
        #expect(response.status == 503)
        #expect(try Self.json(response)["status"] == 503)
    }

    @Test("what the caller does not accept is not sent")
    func negotiation() throws {
        #expect(try Self.get("/things/7", Self.good + [("Accept", "text/html")]).status == 406)
        #expect(try Self.get("/things/7", Self.good + [("Accept", "text/html, application/*;q=0.5")]).status == 200)
    }

    @Test(
        "bodies are judged in every documented form",
        arguments: [
            ("application/json", #"{"name": "abc", "size": 3, "flags": [true]}"#, 201),
            ("application/json", #"{"name": "abc", "size": "3"}"#, 400),
            ("application/json", #"{"name": "abc", "size": 3, "more": 1}"#, 400),
            ("application/json", "{", 400),
            ("application/json", "", 400),
            ("application/x-www-form-urlencoded", "name=abc&size=3&flags=true&flags=false", 201),
            ("application/x-www-form-urlencoded", "name=abc&size=many", 400),
            (
                "multipart/form-data; boundary=B",
                "--B\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nabc\r\n--B\r\nContent-Disposition: form-data; name=\"size\"\r\n\r\n3\r\n--B--\r\n",
                201
            ),
            (
                "multipart/form-data; boundary=B",
                "--B\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nABC\r\n--B--\r\n", 400
            ),
            ("multipart/form-data; boundary=C", "--B\r\n", 400),
            ("text/plain", "abc", 415),
        ])
    func bodies(_ type: String, _ text: String, _ status: Int) throws {
        let response = try Self.world().0.answer(
            WireRequest(method: "POST", path: "/things", headers: [("Content-Type", type)], body: Array(text.utf8)))
        let answer = try Self.json(response).jsonText
        #expect(response.status == status, "\(answer)")
    }

    @Test("the path of a server may stand before an operation's, with any value of its variables")
    func servers() throws {
        let text = """
            openapi: 3.1.0
            info: {title: orders, version: "1"}
            servers: [{url: 'https://example.com/{region}/v1', variables: {region: {default: eu}}}, {url: /plain}]
            paths:
              /orders:
                get:
                  operationId: listOrders
                  responses: {'200': {description: Done., content: {application/json: {schema: {const: orders}}}}}
            """
        let answers = try Self.answers(to: text)
        func status(_ method: String, _ path: String) -> Int {
            answers.answer(WireRequest(method: method, path: path, query: "", headers: [], body: [])).status
        }
        for path in ["/orders", "/eu/v1/orders", "/us/v1/orders", "/plain/orders"] {
            #expect(status("GET", path) == 200, "\(path)")
        }
        for path in ["/eu/v2/orders", "/v1/orders", "//v1/orders"] { #expect(status("GET", path) == 404, "\(path)") }
        #expect(status("PUT", "/eu/v1/orders") == 405)
    }

    @Test("a preference for something that is no status is refused by name", arguments: ["999", "abc", "-1"])
    func impossibleStatus(code: String) throws {
        let answers = try Self.answers(to: Self.document)
        let answer = answers.answer(
            WireRequest(
                method: "GET", path: "/things/mine", query: "", headers: [("Prefer", "code=\(code)")], body: []))
        #expect(answer.status == 400)
        guard case .bytes(let bytes) = answer.body else {
            Issue.record("no body")
            return
        }
        #expect(String(decoding: bytes, as: UTF8.self).contains("code=\(code)"))
    }

    private static func answers(to text: String) throws -> MockAnswers {
        let file = FileManager.default.temporaryDirectory.appending(path: "mock-\(UUID().uuidString).yaml")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let (set, found) = ContractSetLoader.loadDocument(file.path, root: "/", attitude: .open)
        try #require(!found.contains { $0.severity == .error }, "\(found.map(\.text))")
        return MockAnswers(set, seed: 1)
    }
}
