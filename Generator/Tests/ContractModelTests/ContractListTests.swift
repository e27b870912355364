import ContractModel
import Foundation
import Testing

/// Small projects, written to a folder of their own.
@Suite("The list of contracts")
struct ContractListTests {
    private func load(_ files: [String: String]) throws -> (ContractSet, [Diagnostic]) {
        let root = FileManager.default.temporaryDirectory.appending(path: "contracts-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        for (name, text) in files {
            let url = root.appending(path: name)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: url)
        }
        return ContractSetLoader.load(root: root.path)
    }

    private let person = """
        $defs:
          Person:
            type: object
            properties:
              address: {$ref: 'address.yaml#/$defs/Address'}
        """
    private let address = "$defs: {Address: {type: object}}"

    @Test("a glob takes every file in order of name, and references cross files")
    func glob() throws {
        let (set, found) = try load([
            "Specs/contracts.yaml": """
            contracts:
              - {module: Shared, spec: Specs/schemas/*.yaml, kind: schemas, attitude: closed, generate: [models]}
            """,
            "Specs/schemas/person.yaml": person, "Specs/schemas/address.yaml": address,
        ])
        #expect(found.isEmpty)
        let contract = try #require(set.contracts.first)
        #expect(contract.files == ["Specs/schemas/address.yaml", "Specs/schemas/person.yaml"])
        guard case .schemas(let named) = contract.document else { return #expect(Bool(false)) }
        #expect(named.map(\.name) == ["Address", "Person"])
        let person = set.graph[named[1].schema]
        let property = set.graph[try #require(person.properties.first).schema]
        #expect(property.reference == named[0].schema)
        #expect(person.location.file == "Specs/schemas/person.yaml")
        #expect(person.location.line == 3)
        #expect(person.location.pointer == "/$defs/Person")
    }

    @Test("a document finds another by its $id, whichever comes first, and beside its file where it has another name")
    func identifiers() throws {
        func list(_ files: [String]) -> String {
            "contracts:\n"
                + files.enumerated().map {
                    "  - {module: M\($0), spec: Specs/\($1), kind: schemas, attitude: open, generate: [models]}\n"
                }.joined()
        }
        let own = #"{"$id": "https://example.com/own", "$ref": "https://example.com/other#/$defs/Thing"}"#
        let other =
            #"{"$id": "https://example.com/other", "$defs": {"Thing": {"type": "object", "properties": {"a": {"$ref": "part-1.0.json"}}}}}"#
        let part = #"{"$id": "https://example.com/part", "type": "string"}"#
        for names in [["own.json", "other.json"], ["other.json", "own.json"]] {
            let (set, found) = try load([
                "Specs/contracts.yaml": list(names), "Specs/own.json": own, "Specs/other.json": other,
                "Specs/part-1.0.json": part,
            ])
            #expect(found.map(\.text) == [])
            let contract = try #require(set.contracts.first { $0.files == ["Specs/own.json"] })
            guard case .schemas(let named) = contract.document else { return #expect(Bool(false)) }
            let root = try #require(named.first)
            let thing = try #require(set.graph[root.schema].reference)
            let member = try #require(set.graph[thing].properties.first)
            let target = try #require(set.graph[member.schema].reference)
            #expect(set.graph[target].location.file == "Specs/part-1.0.json")
        }
    }

    @Test("entries of definitions have names as those of $defs have; a root of the same name stands back")
    func definitions() throws {
        let document = """
            {"$schema": "http://json-schema.org/schema#", "$ref": "#/definitions/thing", "$defs": {"Both": {}},
             "definitions": {"thing": {"type": "object"}, "Both": {"$ref": "#/$defs/Both"}}}
            """
        let (set, found) = try load([
            "Specs/contracts.yaml": """
            contracts:
              - {module: M, spec: Specs/thing.json, kind: schemas, attitude: open, generate: [models]}
            """, "Specs/thing.json": document,
        ])
        #expect(found.map(\.text) == [])
        guard case .schemas(let named) = set.contracts.first?.document else { return #expect(Bool(false)) }
        #expect(named.map(\.name) == ["ThingDocument", "Both", "thing"])
    }

    @Test("a missing list is one error that names the file")
    func missing() throws {
        let (set, found) = try load([:])
        #expect(set.contracts.isEmpty)
        #expect(found.map(\.message) == ["There is no file Specs/contracts.yaml."])
    }

    @Test("wrong words are refused with the nearest right one")
    func words() throws {
        let (_, found) = try load([
            "Specs/contracts.yaml": """
            contracts:
              - {module: A, spec: Specs/a.yaml, kind: schema, attitude: closed, generate: [models]}
              - {module: B, spec: Specs/b.yaml, kind: schemas, attitude: close, generate: [modles]}
              - {module: C, spec: Specs/none/*.yaml, kind: schemas, atitude: closed, generate: [models]}
            """
        ])
        let remedies = found.compactMap(\.remedy)
        #expect(remedies.contains("Did you mean schemas?"))
        #expect(remedies.contains("Did you mean closed?"))
        #expect(remedies.contains("Did you mean attitude?"))
    }

    @Test("an operation filter that names no operation is an error")
    func filter() throws {
        let (_, found) = try load([
            "Specs/contracts.yaml": """
            contracts:
              - module: A
                spec: Specs/a.yaml
                kind: openapi
                attitude: open
                generate: [client]
                operations: [getThings]
            """,
            "Specs/a.yaml": """
            openapi: 3.1.0
            info: {title: A, version: 1.0.0}
            paths:
              /thing:
                get: {operationId: getThing, responses: {'200': {description: It.}}}
            """,
        ])
        #expect(found.map(\.message) == ["Specs/a.yaml has no operation getThings."])
        #expect(found.first?.remedy == "Did you mean getThing?")
    }
}
