import ContractInterpreter
import ContractJSON
import ContractModel
import Testing

@Suite("The interpreter")
struct InterpreterTests {
    private func check(_ schema: JSONValue, _ value: JSONValue) throws -> [String] {
        let loader = SchemaLoader()
        loader.add(schema, at: "test:///s", file: "s")
        let id = try #require(loader.schema("test:///s"), "\(loader.diagnostics.map(\.text))")
        return SchemaInterpreter(graph: loader.graph).violations(of: value, against: id)
            .map { "\($0.instancePointer) \($0.keyword) \($0.schemaPointer): \($0.message)" }
    }

    @Test("names every violation with pointers of value and schema")
    func violations() throws {
        let schema: JSONValue = [
            "type": "object", "required": ["id", "a/b"], "additionalProperties": false,
            "properties": [
                "id": ["type": "string", "minLength": 3],
                "list": ["items": ["type": ["integer", "null"], "maximum": 2]],
                "name": ["$ref": "#/$defs/Name"],
            ], "$defs": ["Name": ["pattern": "^[a-z]+$"]],
        ]
        let found = try check(schema, ["id": "é", "list": [1, 3, "x", nil], "x~y": 1, "name": "A"])
        #expect(
            found == [
                " required s#/required: the member \"a/b\" is missing",
                "/id minLength s#/properties/id/minLength: expected at least 3 characters, found 1",
                "/list/1 maximum s#/properties/list/items/maximum: expected at most 2, found 3",
                "/list/2 type s#/properties/list/items/type: expected null or an integer, found a string",
                "/name pattern s#/$defs/Name/pattern: expected text that matches ^[a-z]+$, found \"A\"",
                "/x~0y additionalProperties s#/additionalProperties: the contract has no member of this name",
            ]
        )
    }

    @Test("explains the alternative that the tag of the value means")
    func alternatives() throws {
        let schema: JSONValue = [
            "oneOf": [
                ["properties": ["kind": ["const": "a"], "n": ["type": "integer"]], "required": ["kind"]],
                ["properties": ["kind": ["const": "b"], "n": ["type": "string"]], "required": ["kind"]],
            ]
        ]
        let found = try check(schema, ["kind": "b", "n": 1])
        #expect(
            found == [
                " oneOf s#/oneOf: none of the 2 alternatives is satisfied",
                "/n type s#/oneOf/1/properties/n/type: expected a string, found an integer",
            ]
        )
    }

    @Test("repeats at most 64 characters of a value")
    func length() throws {
        let text = String(repeating: "x", count: 500)
        let found = try check(["const": "y"], .string(text))
        #expect(found.count == 1 && found[0].utf8.count < 140)
    }

    @Test("tells composed and decomposed text apart, and number spellings not")
    func equality() throws {
        #expect(try check(["const": "\u{E9}"], "e\u{301}").count == 1)
        #expect(try check(["enum": ["K"]], "\u{212A}").count == 1)
        #expect(try check(["required": ["K"]], ["\u{212A}": 1]).count == 1)
        #expect(try check(["const": 100], .number(try #require(JSONNumber("1.00e2")))).isEmpty)
        #expect(try check(["uniqueItems": true], [1, .number(try #require(JSONNumber("1.0")))]).count == 1)
    }

    @Test("a dynamic reference that leads back to itself is refused, not followed for ever")
    func loop() throws {
        let schema: JSONValue = ["$dynamicAnchor": "a", "anyOf": [["$dynamicRef": "#a"]]]
        #expect(try check(schema, 1).isEmpty == false)
    }

    @Test(
        "follows the specification where the tests are silent",
        arguments: [
            // Annotations of a failed alternative do not count.
            (
                #"{"anyOf": [{"properties": {"a": {"type": "string"}}}, {"properties": {"b": true}}], "unevaluatedProperties": false}"#,
                #"{"a": 1, "b": 1}"#, false
            ),
            // `not` hands nothing on.
            (#"{"not": {"not": {"properties": {"a": true}}}, "unevaluatedProperties": false}"#, #"{"a": 1}"#, false),
            // `if` counts although `then` is missing.
            (#"{"if": {"properties": {"a": {"const": 1}}}, "unevaluatedProperties": false}"#, #"{"a": 1}"#, true),
            // `contains` marks what it matched.
            (#"{"contains": {"type": "string"}, "unevaluatedItems": false}"#, #"["a", 1]"#, false),
            (#"{"contains": {"type": "string"}, "unevaluatedItems": {"type": "number"}}"#, #"["a", 1]"#, true),
            (#"{"contains": {"const": 1}, "minContains": 0, "maxContains": 1}"#, "[1, 1]", false),
            // Items behind `prefixItems` only.
            (#"{"prefixItems": [true, true], "items": false}"#, "[1, 2]", true),
            (#"{"prefixItems": [true, true], "items": false}"#, "[1, 2, 3]", false),
            // `$ref` has siblings.
            (##"{"$ref": "#/$defs/a", "maxLength": 2, "$defs": {"a": {"type": "string"}}}"##, #""abc""#, false),
            // A dependent schema is applied to the whole object.
            (#"{"dependentSchemas": {"a": {"required": ["b"]}}, "unevaluatedProperties": true}"#, #"{"a": 1}"#, false),
            // A false schema refuses every name.
            (#"{"propertyNames": false}"#, "{}", true), (#"{"propertyNames": false}"#, #"{"a": 1}"#, false),
            // Exact numbers.
            (#"{"multipleOf": 0.01}"#, "19.99", true), (#"{"maximum": 9007199254740993}"#, "9007199254740994", false),
            (#"{"type": "integer"}"#, "1e3", true), (#"{"multipleOf": 1e-8}"#, "12391239123", true),
        ]
    )
    func specification(schema: String, value: String, expected: Bool) throws {
        let found = try check(try JSONValue(parsing: schema), try JSONValue(parsing: value))
        #expect(found.isEmpty == expected, "\(found)")
    }

    @Test("older drafts keep their meaning behind a reference")
    func drafts() throws {
        let loader = SchemaLoader()
        loader.add(
            [
                "$schema": "https://json-schema.org/draft/2019-09/schema", "prefixItems": [["type": "string"]],
                "items": [["type": "integer"]], "additionalItems": false,
            ],
            at: "http://example.com/old"
        )
        loader.add(["$ref": "http://example.com/old"], at: "test:///new")
        let id = try #require(loader.schema("test:///new"))
        let interpreter = SchemaInterpreter(graph: loader.graph)
        #expect(interpreter.isValid([1], against: id))
        #expect(!interpreter.isValid(["a"], against: id))
        #expect(!interpreter.isValid([1, 2], against: id))
    }
}

@Suite("Bowtie's protocol")
struct BowtieTests {
    @Test("is spoken from start to stop")
    func session() throws {
        var harness = BowtieHarness(assertsFormat: false)
        #expect(throws: BowtieHarness.ProtocolError.self) { try harness.answer(to: #"{"cmd": "stop"}"#) }
        let start = try harness.answer(to: #"{"cmd": "start", "version": 1}"#)
        #expect(start?["implementation"]?["dialects"]?[0] == "https://json-schema.org/draft/2020-12/schema")
        let dialect = #"{"cmd": "dialect", "dialect": "https://json-schema.org/draft/2020-12/schema"}"#
        #expect(try harness.answer(to: dialect) == ["ok": true])
        let run = try harness.answer(
            to: """
                {"cmd": "run", "seq": "x1", "case": {"description": "d", "schema": {"$ref": "http://a/b#/$defs/c"},
                "registry": {"http://a/b": {"$defs": {"c": {"type": "string"}}}},
                "tests": [{"description": "s", "instance": "a"}, {"description": "n", "instance": 1}]}}
                """
        )
        #expect(run == ["seq": "x1", "results": [["valid": true], ["valid": false]]])
        let broken = try harness.answer(
            to: #"{"cmd": "run", "seq": 2, "case": {"schema": {"type": "no"}, "tests": [{"instance": 1}]}}"#
        )
        #expect(broken?["seq"] == 2 && broken?["errored"] == true)
        #expect(try harness.answer(to: #"{"cmd": "stop"}"#) == nil)
    }
}
