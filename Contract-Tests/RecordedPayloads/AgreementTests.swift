import ContractInterpreter
import ContractJSON
import ContractModel
import ContractRuntime
import Foundation
import Testing

/// Interpreter and generated code side by side on our own contracts: every fixture, and each of them broken in many small ways.
@Suite("Interpreter and generated code agree")
struct AgreementTests {
    private static let contracts = ContractSetLoader.load(root: Documents.project.path).0
    private static let interpreter = SchemaInterpreter(graph: contracts.graph)

    /// Schemas by file and pointer, as violations and fixture maps name them.
    private static let schemas: [String: SchemaID] = {
        var found: [String: SchemaID] = [:]
        for index in contracts.graph.schemas.indices {
            let location = contracts.graph.schemas[index].location
            found["\(location.file)#\(location.pointer)"] = SchemaID(index: index)
        }
        return found
    }()

    /// Fixtures by schema.
    private static let fixtures = Dictionary(grouping: OwnFixtureTests.fixtures, by: \.schema)

    /// Most mutations of one fixture; they are spread over the whole value.
    private static let mutationCount = 24

    @Test("on every fixture and its mutations", arguments: fixtures.keys.sorted())
    func agree(schema: String) throws {
        let entry = try #require(SchemaRegistry.entries[schema], "\(schema) is generated")
        let id = try #require(Self.schemas[schema], "\(schema) is loaded")
        for fixture in Self.fixtures[schema] ?? [] {
            let file = Documents.project.appendingPathComponent("Contract-Tests/Fixtures/\(fixture.path)")
            guard let value = try? JSONValue(parsing: Array(try Data(contentsOf: file))) else { continue }
            for (number, instance) in ([value] + Mutations.of(value, atMost: Self.mutationCount)).enumerated() {
                let interpreted = Self.interpreter.violations(of: instance, against: id)
                let generated = try Self.violations(of: instance, entry)
                #expect(
                    interpreted.isEmpty == generated.isEmpty,
                    """
                    \(fixture.path), mutation \(number): the interpreter says \(interpreted.map(Self.text)), generated code \
                    \(generated.map(Self.text)) about \(instance.jsonText)
                    """)
            }
        }
    }

    @Test("and the mutations are many and of both kinds")
    func mutationsMatter() throws {
        var counts = (accepted: 0, refused: 0)
        for (schema, fixtures) in Self.fixtures {
            guard let id = Self.schemas[schema], let first = fixtures.first(where: \.isValid) else { continue }
            let file = Documents.project.appendingPathComponent("Contract-Tests/Fixtures/\(first.path)")
            let value = try JSONValue(parsing: Array(try Data(contentsOf: file)))
            for instance in Mutations.of(value, atMost: Self.mutationCount) {
                if Self.interpreter.isValid(instance, against: id) { counts.accepted += 1 } else { counts.refused += 1 }
            }
        }
        #expect(counts.accepted >= 100)
        #expect(counts.refused >= 500)
    }

    private static func violations(of value: JSONValue, _ entry: ContractSchemaEntry) throws -> [ContractViolation] {
        do {
            _ = try entry.roundTrip(JSONDocument(parsing: value.jsonBytes))
            return []
        } catch let error as ContractDecodingError {
            guard case .violations(let violations) = error else { throw error }
            return violations
        }
    }

    private static func text(_ violation: ContractViolation) -> String {
        "\(violation.instancePointer) \(violation.keyword) \(violation.schemaPointer)"
    }
}

/// Small changes of a value, the same each time.
enum Mutations {
    /// Values with one place changed: removed, null, of another kind, at a limit, doubled, or with a member too many.
    static func of(_ value: JSONValue, atMost count: Int) -> [JSONValue] {
        let all = changes(of: value)
        guard all.count > count else { return all }
        return (0..<count).map { all[$0 * all.count / count] }
    }

    private static func changes(of value: JSONValue) -> [JSONValue] {
        var results = replacements(of: value)
        switch value {
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                for change in changes(of: element) {
                    var changed = elements
                    changed[index] = change
                    results.append(.array(changed))
                }
            }
        case .object(let object):
            for member in object {
                for change in changes(of: member.value) {
                    var changed = object
                    changed[member.name] = change
                    results.append(.object(changed))
                }
            }
        default: break
        }
        return results
    }

    /// What may stand in place of a value.
    private static func replacements(of value: JSONValue) -> [JSONValue] {
        let kinds: [JSONValue] = [nil, true, -1, "", [], [:]]
        switch value {
        case .object(let object):
            var extended = object
            extended["notInTheContract"] = 1
            let shortened = object.names.map { name in
                var shortened = object
                shortened[name] = nil
                return JSONValue.object(shortened)
            }
            return kinds + shortened + [.object(extended)]
        case .array(let elements): return kinds + [.array(elements + elements)]
        case .string(let text): return kinds + [.string(text + text), .string(text + "\u{0}"), .string("\u{212A}")]
        case .number(let number):
            let larger = JSONNumber(number.text + "0").map(JSONValue.number)
            let huge = JSONNumber("1e400").map(JSONValue.number)
            return kinds + [larger, huge, JSONNumber("1.5").map(JSONValue.number)].compactMap(\.self)
        default: return kinds
        }
    }
}
