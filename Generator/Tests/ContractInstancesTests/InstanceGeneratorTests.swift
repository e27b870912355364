import ContractInterpreter
import ContractJSON
import ContractModel
import Testing

@testable import ContractInstances

@Suite("The instance generator")
struct InstanceGeneratorTests {
    private func loaded(_ schema: JSONValue) throws -> (SchemaGraph, SchemaID) {
        let loader = SchemaLoader()
        loader.add(schema, at: "test:///s", file: "s")
        let id = try #require(loader.schema("test:///s"), "\(loader.diagnostics.map(\.text))")
        return (loader.graph, id)
    }

    static let satisfiable: [JSONValue] = [
        true,
        ["type": "integer", "minimum": 3, "exclusiveMaximum": 5],
        ["type": "integer", "multipleOf": 7, "minimum": 15],
        ["type": "number", "multipleOf": .number(JSONNumber("0.01")!), "minimum": 1],
        ["type": "number", "exclusiveMinimum": 0, "maximum": .number(JSONNumber("0.001")!)],
        ["type": "string", "minLength": 20, "maxLength": 20],
        ["type": "string", "pattern": "^[A-Z]{2}-\\d{3,5}(?:x|yy)?$"],
        ["type": "string", "pattern": "^(?!000)\\d{3}$"],
        ["type": "string", "pattern": "^[^a-z\\s]+$", "maxLength": 3],
        ["type": "string", "format": "date-time"],
        ["type": "string", "format": "uuid"],
        ["type": "number", "enum": [2]],
        ["enum": [1, "a", nil, ["b": true]], "type": ["string", "object"]],
        ["type": "array", "items": ["type": "boolean"], "uniqueItems": true, "minItems": 2],
        ["type": "array", "prefixItems": [["const": 1], ["type": "string"]], "items": false, "minItems": 2],
        ["type": "array", "contains": ["const": "needle"], "minContains": 2, "items": ["type": "string"]],
        [
            "type": "object", "required": ["a", "b"], "properties": ["a": ["type": "null"]],
            "additionalProperties": ["type": "integer"],
        ],
        ["type": "object", "minProperties": 3, "propertyNames": ["pattern": "^[a-z]{3}$"]],
        ["type": "object", "patternProperties": ["^n-": ["type": "number"]], "additionalProperties": false],
        [
            "type": "object", "properties": ["a": ["type": "string"], "b": ["type": "integer"]],
            "dependentRequired": ["a": ["b"]],
        ],
        ["oneOf": [["type": "string"], ["type": "object", "required": ["k"], "properties": ["k": ["const": 1]]]]],
        [
            "oneOf": [
                ["type": "object", "properties": ["key": ["type": "string"]]],
                ["$ref": "#/$defs/second"],
            ],
            "$defs": ["second": ["type": "object", "properties": ["other": ["type": "string"]]]],
        ],
        ["allOf": [["minimum": 3], ["maximum": 4]], "type": "number"],
        [
            "if": ["properties": ["k": ["const": "a"]], "required": ["k"]], "then": ["required": ["x"]],
            "type": "object",
        ],
        ["type": "integer", "not": ["multipleOf": 2]],
        [
            "$ref": "#/$defs/tree",
            "$defs": [
                "tree": [
                    "type": "object", "required": ["v"],
                    "properties": [
                        "v": ["type": "integer"], "next": ["$ref": "#/$defs/tree"],
                        "all": ["type": "array", "items": ["$ref": "#/$defs/tree"]],
                    ],
                ]
            ],
        ],
    ]

    @Test("makes values that the schema accepts, to every extent", arguments: satisfiable)
    func valid(schema: JSONValue) throws {
        let (graph, id) = try loaded(schema)
        let generator = InstanceGenerator(graph: graph)
        let interpreter = SchemaInterpreter(graph: graph)
        for extent in InstanceGenerator.Extent.allCases {
            for seed in 0..<20 as Range<UInt64> {
                let value = try #require(
                    generator.generate(id, seed: seed, extent: extent), "\(schema.jsonText) \(seed)")
                #expect(interpreter.isValid(value, against: id))
                #expect(generator.generate(id, seed: seed, extent: extent)?.jsonText == value.jsonText)
            }
        }
    }

    @Test("makes values that the schema refuses", arguments: satisfiable.dropFirst())
    func invalid(schema: JSONValue) throws {
        let (graph, id) = try loaded(schema)
        let value = try #require(InstanceGenerator(graph: graph).generateInvalid(id, seed: 1), "\(schema.jsonText)")
        #expect(!SchemaInterpreter(graph: graph).isValid(value, against: id))
    }

    @Test("finds nothing where there is nothing")
    func unsatisfiable() throws {
        let (graph, id) = try loaded(["type": "string", "minLength": 3, "maxLength": 2])
        #expect(InstanceGenerator(graph: graph).generate(id) == nil)
        let (openGraph, all) = try loaded(true)
        #expect(InstanceGenerator(graph: openGraph).generateInvalid(all) == nil)
    }

    @Test("leaves out what may be absent, or fills everything in")
    func extents() throws {
        let (graph, id) = try loaded([
            "type": "object", "required": ["a"],
            "properties": ["a": true, "b": ["type": "string"], "c": ["type": "null"]],
        ])
        let generator = InstanceGenerator(graph: graph)
        #expect(generator.generate(id, extent: .minimal)?.object?.names == ["a"])
        #expect(Set(generator.generate(id, extent: .full)?.object?.names.prefix(3) ?? []) == ["a", "b", "c"])
        let values = try (0..<20 as Range<UInt64>).map { try #require(generator.generate(id, seed: $0)).jsonText }
        #expect(Set(values).count > 10)
    }

    /// `levels` objects inside one another, each with a member that is listed by itself and one of `listed` values by reference.
    private func tagged(levels: Int, listed: Int) -> JSONValue {
        var schema: JSONValue = ["type": "string"]
        for level in 0..<levels {
            schema = [
                "type": "object", "required": ["type", "inner"],
                "properties": [
                    "type": ["enum": [.number(JSONNumber(level % listed))], "allOf": [["$ref": "#/$defs/types"]]],
                    "inner": schema,
                ],
            ]
        }
        let types = (0..<listed).map { ["const": .number(JSONNumber($0))] as JSONValue }
        return [
            "$ref": "#/$defs/root", "$defs": ["root": schema, "types": ["type": "integer", "oneOf": .array(types)]],
        ]
    }

    @Test("builds no more values where more is listed or nested", arguments: [(1, 2), (1, 200), (6, 14), (12, 40)])
    func attempts(levels: Int, listed: Int) throws {
        let (graph, id) = try loaded(tagged(levels: levels, listed: listed))
        let generator = InstanceGenerator(graph: graph)
        for seed in 0..<20 as Range<UInt64> {
            let (value, attempts) = generator.search(id, seed: seed, extent: .full)
            #expect(value != nil)
            #expect(attempts == 1)
        }
    }

    @Test("takes the branch that the member beside it asks for")
    func discriminated() throws {
        let branches = (0..<50).map { index -> JSONValue in
            [
                "type": "object", "required": ["kind", "size"],
                "properties": ["kind": ["const": .string("k\(index)")], "size": ["type": "integer"]],
            ]
        }
        let (graph, id) = try loaded([
            "type": "object", "required": ["kind"], "properties": ["kind": ["enum": ["k7"]]], "oneOf": .array(branches),
        ])
        let (value, attempts) = InstanceGenerator(graph: graph).search(id, seed: 3, extent: .minimal)
        #expect(value?["kind"] == "k7")
        #expect(attempts == 1)
    }
}
