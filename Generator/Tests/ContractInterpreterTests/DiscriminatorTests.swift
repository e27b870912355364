import ContractInterpreter
import ContractJSON
import ContractModel
import Foundation
import Testing

@Suite("Discriminators")
struct DiscriminatorTests {
    /// The schema `Pet` of a document with these components.
    private func pet(_ components: String) throws -> (SchemaInterpreter, SchemaID, [Diagnostic]) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "pets-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let text = """
            openapi: 3.1.0
            info: {title: Pets, version: "1"}
            paths: {}
            components:
              schemas:

            """
        let lines = components.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n")
        try Data((text + lines).utf8).write(to: folder.appending(path: "pets.yaml"))
        let (set, found) = ContractSetLoader.loadDocument("pets.yaml", root: folder.path, attitude: .open)
        let schema = try #require(set.graph.byURI.first { $0.key.hasSuffix("#/components/schemas/Pet") }?.value)
        return (SchemaInterpreter(graph: set.graph), schema, found)
    }

    private static let animals = """
        Cat: {type: object, required: [kind], properties: {kind: {type: string}, claws: {type: integer}}}
        Fish: {type: object, required: [kind], properties: {kind: {type: string}, fins: {type: integer}}}
        """

    @Test("choose the branch by mapping or name, where the branches do not say what they are")
    func chooses() throws {
        let (interpreter, pet, found) = try pet(
            """
            Pet:
              oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Fish'}]
              discriminator: {propertyName: kind, mapping: {carp: '#/components/schemas/Fish', shark: Fish}}
            \(Self.animals)
            """)
        #expect(found.contains { $0.severity == .warning && $0.message.contains("do not say what kind is") })
        for valid in [["kind": "Cat", "claws": 3], ["kind": "shark", "fins": 2], ["kind": "carp"]] as [JSONValue] {
            #expect(interpreter.isValid(valid, against: pet), "\(valid.jsonText)")
        }
        let invalid: [JSONValue] = [
            ["kind": "Fish"], ["kind": "zebra"], ["claws": 3], ["kind": "Cat", "claws": "long"],
            ["kind": "carp", "fins": "red"],
        ]
        for value in invalid { #expect(!interpreter.isValid(value, against: pet), "\(value.jsonText)") }
    }

    @Test("change nothing where every branch says what it is, or another one than its name")
    func believesBranches() throws {
        let (interpreter, pet, found) = try pet(
            """
            Pet:
              anyOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Fish'}]
              discriminator: {propertyName: kind, mapping: {cat: Cat}}
            Cat: {type: object, required: [kind], properties: {kind: {const: cat}}}
            Fish: {type: object, required: [kind], properties: {kind: {enum: [carp, shark]}}}
            """)
        #expect(found.isEmpty)
        for kind in ["cat", "carp", "shark"] { #expect(interpreter.isValid(["kind": .string(kind)], against: pet)) }
        #expect(!interpreter.isValid(["kind": "Fish"], against: pet))
    }

    @Test("narrow what a common base lists for all branches")
    func narrows() throws {
        let (interpreter, pet, _) = try pet(
            """
            Pet:
              oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Fish'}]
              discriminator: {propertyName: kind, mapping: {cat: Cat, fish: Fish}}
            Base: {type: object, required: [kind], properties: {kind: {enum: [cat, fish]}}}
            Cat: {allOf: [{$ref: '#/components/schemas/Base'}, {properties: {claws: {type: integer}}}]}
            Fish: {allOf: [{$ref: '#/components/schemas/Base'}, {properties: {fins: {type: integer}}}]}
            """)
        #expect(interpreter.isValid(["kind": "fish", "fins": 1, "claws": "none"], against: pet))
        #expect(!interpreter.isValid(["kind": "fish", "fins": "red"], against: pet))
    }
}
