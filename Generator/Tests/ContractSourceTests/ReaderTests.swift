import ContractJSON
import ContractSource
import Testing

@Suite("Source documents")
struct ReaderTests {
    private func read(_ text: String, _ file: String = "a.yaml") throws -> SourceNode {
        try SourceStore.read(Array(text.utf8), file: file)
    }

    @Test("a document beyond the limit is refused before it is read")
    func size() {
        let bytes = [UInt8](repeating: 0x20, count: SourceStore.maximumBytes + 1)
        let error = #expect(throws: SourceError.self) { try SourceStore.read(bytes, file: "a.json") }
        #expect(error?.message == "The file has more than 64 MiB.")
    }

    @Test("plain scalars are typed by the core schema of YAML 1.2, quoted ones are strings")
    func typing() throws {
        let node = try read(
            """
            - ~
            - true
            - yes
            - 0017
            - +1.50
            - .5
            - 0x1F
            - 0o17
            - 1e400
            - 12345678901234567890123
            - 2026-01-31
            - "7"
            - !!str 7
            - |
              7
            -
            """
        )
        let expected: [JSONValue] = [
            .null, true, "yes", 17, .number(try #require(JSONNumber("1.50"))), .number(try #require(JSONNumber("0.5"))),
            31, 15, .number(try #require(JSONNumber("1e400"))),
            .number(try #require(JSONNumber("12345678901234567890123"))), "2026-01-31", "7", "7", "7\n", .null,
        ]
        #expect(node.value == .array(expected))
        #expect(node.elements?[4].number?.text == "1.50")
    }

    @Test("every node knows its line, column and pointer, in YAML and JSON alike")
    func positions() throws {
        let yaml = try read("a:\n  b/c: [1, {x~y: 2}]\n")
        let json = try read("{\"a\":\n  {\"b/c\": [1, {\"x~y\": 2}]}}", "a.json")
        for root in [yaml, json] {
            let inner = try #require(root["a"]?["b/c"]?.elements?[1]["x~y"])
            #expect(inner.pointer == "/a/b~1c/1/x~0y")
            #expect(inner.line == 2)
            #expect(try root.resolve(pointer: inner.pointer).get() === inner)
        }
        #expect(yaml["a"]?.member("b/c")?.column == 3)
        #expect(yaml["a"]?["b/c"]?.elements?[0].column == 9)
        #expect(json["a"]?["b/c"]?.elements?[0].column == 12)
    }

    @Test("an alias stands for its anchor's value, with the pointer of its own place")
    func aliases() throws {
        let node = try read("a: &x {k: 1}\nb: *x\n")
        #expect(node["b"]?.value == ["k": 1])
        #expect(node["b"]?["k"]?.pointer == "/b/k")
    }

    @Test("aliases that unfold without bound are refused")
    func bomb() throws {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let names = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(names)]\n"
        }
        #expect(throws: SourceError.self) { try read(text) }
    }

    @Test("a JSON file keeps escapes, numbers and order")
    func json() throws {
        let node = try read(#"{"b": "\u00e9\n\ud83d\ude00", "a": -0.10e+2}"#, "a.json")
        #expect(node["b"]?.string == "é\n😀")
        #expect(node["a"]?.number?.text == "-0.10e+2")
        #expect(node.members?.map(\.name) == ["b", "a"])
    }
}

@Suite("Addresses")
struct URIReferenceTests {
    @Test(
        "relative references resolve as in RFC 3986 §5.4",
        arguments: [
            ("g:h", "g:h"), ("g", "http://a/b/c/g"), ("./g", "http://a/b/c/g"), ("g/", "http://a/b/c/g/"),
            ("/g", "http://a/g"), ("//g", "http://g"), ("?y", "http://a/b/c/d;p?y"), ("g?y", "http://a/b/c/g?y"),
            ("#s", "http://a/b/c/d;p?q#s"), ("g#s", "http://a/b/c/g#s"), ("g?y#s", "http://a/b/c/g?y#s"),
            (";x", "http://a/b/c/;x"), ("", "http://a/b/c/d;p?q"), (".", "http://a/b/c/"), ("./", "http://a/b/c/"),
            ("..", "http://a/b/"), ("../", "http://a/b/"), ("../g", "http://a/b/g"), ("../..", "http://a/"),
            ("../../g", "http://a/g"), ("../../../g", "http://a/g"), ("/./g", "http://a/g"), ("/../g", "http://a/g"),
            ("g.", "http://a/b/c/g."), ("..g", "http://a/b/c/..g"), ("./../g", "http://a/b/g"),
            ("./g/.", "http://a/b/c/g/"), ("g/./h", "http://a/b/c/g/h"), ("g/../h", "http://a/b/c/h"),
            ("g;x=1/../y", "http://a/b/c/y"), ("g?y/../x", "http://a/b/c/g?y/../x"),
        ]
    )
    func resolution(reference: String, expected: String) {
        let base = URIReference("http://a/b/c/d;p?q")
        #expect(URIReference(reference).resolved(against: base).text == expected)
    }

    @Test("fragments are decoded, broken escapes are not")
    func fragments() {
        #expect(URIReference("#/a%25b%22").decodedFragment == "/a%b\"")
        #expect(URIReference("#/%zz").decodedFragment == nil)
        #expect(URIReference("#%ff").decodedFragment == nil)
    }
}

@Suite("Nearest names")
struct NearestNameTests {
    @Test("a typo is found, something else is not")
    func typos() {
        let names = ["properties", "required", "patternProperties", "items"]
        #expect(NearestName.of("propertes", among: names) == "properties")
        #expect(NearestName.of("requierd", among: names) == "required")
        #expect(NearestName.of("Items", among: names) == "items")
        #expect(NearestName.of("colour", among: names) == nil)
    }
}
