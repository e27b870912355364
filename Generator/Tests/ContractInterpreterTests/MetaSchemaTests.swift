import ContractInterpreter
import ContractJSON
import ContractModel
import Testing

@Suite("Bundled meta-schemas")
struct MetaSchemaTests {
    private static let addresses = [
        "http://json-schema.org/draft-04/schema#", "http://json-schema.org/draft-06/schema#",
        "http://json-schema.org/draft-07/schema#", "https://json-schema.org/draft/2019-09/schema",
        "https://json-schema.org/draft/2020-12/schema",
    ]

    private func verdict(of value: JSONValue, by reference: String) throws -> Bool {
        let loader = SchemaLoader()
        loader.add(["$ref": .string(reference)], at: "test:///s", file: "s")
        let id = try #require(loader.schema("test:///s"))
        try #require(!loader.hasErrors, "\(loader.diagnostics.map(\.text))")
        return SchemaInterpreter(graph: loader.graph).isValid(value, against: id)
    }

    @Test("judge schemas, and schemas inside schemas, of every draft", arguments: addresses)
    func judge(address: String) throws {
        let inside: (JSONValue) -> JSONValue = { ["properties": ["a": ["items": $0]]] }
        #expect(try verdict(of: inside(["type": ["string", "null"], "minLength": 2, "default": [1]]), by: address))
        #expect(try !verdict(of: inside(["type": "text"]), by: address))
        #expect(try !verdict(of: inside(["minLength": -1]), by: address))
        #expect(try !verdict(of: inside(["allOf": []]), by: address))
        #expect(try !verdict(of: inside(["required": ["a", "a"]]), by: address))
    }

    @Test("know what each draft added and took away")
    func drafts() throws {
        let verdicts: (JSONValue) throws -> [Bool] = { value in
            try Self.addresses.map { try verdict(of: value, by: $0) }
        }
        #expect(try verdicts(["minimum": 1, "exclusiveMinimum": true]) == [true, false, false, false, false])
        #expect(try verdicts(["exclusiveMinimum": true]) == [false, false, false, false, false])
        #expect(try verdicts(["not": true]) == [false, true, true, true, true])
        #expect(try verdicts(["required": []]) == [false, true, true, true, true])
        #expect(try verdicts(["const": nil, "contains": 1]) == [true, false, false, false, false])
        #expect(try verdicts(["if": 1]) == [true, true, false, false, false])
        #expect(try verdicts(["items": [[:]]]) == [true, true, true, true, false])
        #expect(try verdicts(["dependentRequired": ["a": 1]]) == [true, true, true, false, false])
        #expect(try verdicts(["$recursiveAnchor": "x"]) == [true, true, true, false, true])
        #expect(try verdicts(["prefixItems": [1]]) == [true, true, true, true, false])
    }

    @Test("are found by parts, by both schemes, and judge themselves", arguments: addresses)
    func parts(address: String) throws {
        let secure = address.replacing("http://", with: "https://")
        #expect(try verdict(of: ["type": "string"], by: secure) && !verdict(of: ["type": 1], by: secure))
        if !address.contains("20") {
            #expect(try !verdict(of: "text", by: address + "/definitions/simpleTypes"))
            #expect(try verdict(of: "string", by: address + "/definitions/simpleTypes"))
        }
    }

    @Test("a dialect of one's own follows the draft of its meta-schema")
    func ownDialect() throws {
        let loader = SchemaLoader()
        loader.add(["$schema": "http://json-schema.org/draft-04/schema#"], at: "test:///meta", file: "meta")
        loader.add(
            ["$schema": "test:///meta", "minimum": 3, "exclusiveMinimum": true], at: "test:///s", file: "s")
        let id = try #require(loader.schema("test:///s"))
        #expect(!loader.hasErrors, "\(loader.diagnostics.map(\.text))")
        let interpreter = SchemaInterpreter(graph: loader.graph)
        #expect(!interpreter.isValid(3, against: id) && interpreter.isValid(4, against: id))
    }
}
