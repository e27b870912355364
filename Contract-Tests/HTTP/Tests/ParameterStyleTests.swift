import ContractJSON
import ContractRuntime
import HTTPTypes
import ShowcaseContract
import Testing

/// Every style of parameter from a generated client over TCP to a generated server.
@Suite("Parameters over HTTP", .timeLimit(.minutes(1)))
struct ParameterStyleTests {
    /// Characters that separate in some style, and some that are no ASCII.
    private static let texts = ["a,b", "c d", ".e;f=g", "h|i/j%2C", "é?&=+"]
    private static let quoted = #"["a,b","c d",".e;f=g","h|i/j%2C","é?&=+"]"#
    private static let point = Point(x: -5, label: "r,s=t;u.v w")
    private static let pointText = #"{"x":-5,"label":"r,s=t;u.v w"}"#

    @Test("arrive by path in style simple, whatever they hold")
    func simple() async throws {
        try await withShowcase { client, _ in
            let output = try await client.simplePath(
                SimplePath.Input(scalar: -42, list: Self.texts, object: Self.point, exploded: Self.point))
            guard case .ok(let echo) = output else { throw Unexpected(output) }
            #expect(echo.seen == ["-42", Self.quoted, Self.pointText, Self.pointText])
        }
    }

    @Test("arrive by path with text around them")
    func mixed() async throws {
        try await withShowcase { client, _ in
            let output = try await client.mixedPath(
                MixedPath.Input(base: "v1.0/é%41", head: "b.json", number: -7))
            guard case .ok(let echo) = output else { throw Unexpected(output) }
            #expect(echo.seen == ["v1.0/é%41", "b.json", "-7"])
        }
    }

    @Test("arrive by path in style label")
    func label() async throws {
        // A full stop separates exploded values; percent-encoding leaves it alone, so none stands in these.
        let plain = Point(x: 7, label: "r,s=t;u v")
        try await withShowcase { client, _ in
            let output = try await client.labelPath(
                LabelPath.Input(
                    scalar: 1.5, list: Self.texts, explodedList: [1, 2, 3], object: Self.point, exploded: plain))
            guard case .ok(let echo) = output else { throw Unexpected(output) }
            let plainText = #"{"x":7,"label":"r,s=t;u v"}"#
            #expect(echo.seen == ["1.5", Self.quoted, "[1,2,3]", Self.pointText, plainText])
        }
    }

    @Test("arrive by path in style matrix")
    func matrix() async throws {
        try await withShowcase { client, _ in
            let output = try await client.matrixPath(
                MatrixPath.Input(
                    scalar: true, list: Self.texts, explodedList: Self.texts, object: Self.point, exploded: Self.point))
            guard case .ok(let echo) = output else { throw Unexpected(output) }
            #expect(echo.seen == ["true", Self.quoted, Self.quoted, Self.pointText, Self.pointText])
        }
    }

    @Test("arrive by query in every style")
    func query() async throws {
        let filter = Filter(name: "a[b]=c&d", sizes: [1, 2], near: Self.point)
        let tree = Tree(name: "root", children: [Tree(name: "leaf", children: [])])
        try await withShowcase { client, _ in
            let output = try await client.queryStyles(
                QueryStyles.Input(
                    page: 3, list: Self.texts, joined: Self.texts, spaced: ["p,|", "q"], piped: ["r s", "t,"],
                    point: Self.point, spread: Spread(width: 4, colour: "light blue"), filter: filter,
                    link: "https://example.com/?a=1", choice: .integer(12), tree: tree))
            guard case .ok(let echo) = output else { throw Unexpected(output) }
            #expect(echo.seen[...4] == ["3", Self.quoted, Self.quoted, #"["p,|","q"]"#, #"["r s","t,"]"#])
            #expect(
                echo.seen[5...7] == [
                    Self.pointText, #"{"width":4,"colour":"light blue"}"#,
                    #"{"name":"a[b]=c&d","sizes":[1,2],"near":{"x":-5,"label":"r,s=t;u.v w"}}"#,
                ])
            #expect(
                echo.seen[8...] == [
                    #""https://example.com/?a=1""#, "12",
                    #"{"name":"root","children":[{"name":"leaf","children":[]}]}"#,
                ])
        }
    }

    @Test("that are absent are absent, or have their default")
    func absent() async throws {
        try await withShowcase { client, _ in
            let output = try await client.queryStyles(QueryStyles.Input(spaced: ["a", "b"], piped: ["c", "d"]))
            guard case .ok(let echo) = output else { throw Unexpected(output) }
            #expect(echo.seen == ["7", "-", "-", #"["a","b"]"#, #"["c","d"]"#, "-", "-", "-", "-", "-", "-"])
        }
    }

    @Test(
        "stand on the wire as OpenAPI has it",
        arguments: [
            ("spaced=a%20b", 3, #"["a","b"]"#), ("spaced=a+b", 3, #"["a","b"]"#), ("piped=a|b", 4, #"["a","b"]"#),
            ("piped=a%7Cb", 4, #"["a","b"]"#), ("list=a&list=b%26", 1, #"["a","b&"]"#),
            ("joined=a,b%2Cc", 2, #"["a","b,c"]"#),
            ("point=x,1,label,l", 5, #"{"x":1,"label":"l"}"#),
            ("width=2&colour=red", 6, #"{"width":2,"colour":"red"}"#),
            (
                "filter[name]=n&filter%5Bsizes%5D=1&filter[sizes]=2&filter[near][x]=3", 7,
                #"{"name":"n","sizes":[1,2],"near":{"x":3}}"#
            ),
            ("choice=abc", 9, #""abc""#), ("choice=5", 9, "5"),
            ("tree=%7B%22name%22%3A%22t%22%7D", 10, #"{"name":"t"}"#),
        ])
    func wire(query: String, position: Int, expected: String) async throws {
        try await withShowcase { _, transport in
            let response = try await transport.send(
                ContractRequest(method: .get, target: "/styles/query?\(query)"), options: RequestOptions())
            let echo = try Echo(json: try await response.body.collect(limit: 1 << 20))
            #expect(echo.seen[position] == expected)
        }
    }

    @Test(
        "that break their contract are refused together, each with its place",
        arguments: [
            (
                "/styles/query?page=x&joined=\(String(repeating: "y", count: 51))",
                ["/query/page type", "/query/joined/0 maxLength"]
            ),
            ("/styles/query?point=x,1,label", ["/query/point style"]),
            ("/styles/query?filter[other]=1", ["/query/filter/other additionalProperties"]),
            ("/styles/query?tree=%7B", ["/query/tree style"]),
            ("/styles/matrix/;scalar=true/;list=a/x/;object=x,1/;x=1", ["/path/explodedList style"]),
            ("/styles/simple/1/a/label,b/x=1001", ["/path/object required", "/path/exploded/x maximum"]),
        ])
    func refused(target: String, expected: [String]) async throws {
        try await withShowcase { _, transport in
            let response = try await transport.send(
                ContractRequest(method: .get, target: target), options: RequestOptions())
            #expect(response.status == 400)
            let problem = try JSONValue(parsing: try await response.body.collect(limit: 1 << 20))
            let found = (problem["violations"]?.array ?? []).map {
                "\($0["pointer"]?.string ?? "") \($0["keyword"]?.string ?? "")"
            }
            for text in expected { #expect(found.contains { $0.hasPrefix(text) || $0 == text }, "\(found)") }
        }
    }

    @Test("arrive by header and cookie, and come back as headers and cookies")
    func headers() async throws {
        try await withShowcase { client, _ in
            let point = Point(x: 2, label: "up")
            let output = try await client.headerStyles(
                HeaderStyles.Input(
                    xScalar: 9, xList: ["a", "b"], xPoint: point, xExploded: point, session: "a;b c=\"d\"é",
                    sizes: [1, 2],
                    joined: [3, 4]))
            guard case .ok(let echo, let total, let words, let place, let cookies) = output else {
                throw Unexpected(output)
            }
            let text = #"{"x":2,"label":"up"}"#
            #expect(echo.seen == ["9", #"["a","b"]"#, text, text, #""a;b c=\"d\"é""#, "[1,2]", "[3,4]"])
            #expect(total == 3 && words == ["a", "b c"] && place == Point(x: 4, label: "here"))
            #expect(cookies == ["a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "b=2"])
        }
    }
}

/// An outcome that a test does not expect.
struct Unexpected: Error {
    let outcome: String
    init(_ outcome: some Any) { self.outcome = "\(outcome)" }
}
