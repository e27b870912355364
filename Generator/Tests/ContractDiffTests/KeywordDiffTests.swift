import ContractDiff
import ContractJSON
import Testing

/// One keyword, tightened: what a request of the old version may be, the new one refuses.
@Suite("Differences of schemas")
struct KeywordDiffTests {
    struct Case: CustomTestStringConvertible {
        var keyword: String
        /// The looser schema.
        var loose: String
        /// The tighter one.
        var tight: String
        var pointer = ""
        var testDescription: String { "\(keyword): \(loose) to \(tight)" }
    }

    static let cases: [Case] = [
        Case(keyword: "type", loose: "{type: [string, 'null']}", tight: "{type: string}"),
        Case(keyword: "type", loose: "{type: number}", tight: "{type: integer}"),
        Case(keyword: "enum", loose: "{enum: [a, b, c]}", tight: "{enum: [a, b]}"),
        Case(keyword: "enum", loose: "{type: string}", tight: "{type: string, enum: [a, b]}"),
        Case(keyword: "const", loose: "{enum: [1, 2]}", tight: "{const: 1}"),
        Case(keyword: "minimum", loose: "{type: integer, minimum: 1}", tight: "{type: integer, minimum: 5}"),
        Case(keyword: "maximum", loose: "{type: integer, maximum: 9}", tight: "{type: integer, maximum: 8}"),
        Case(
            keyword: "exclusiveMaximum", loose: "{type: number, maximum: 9}",
            tight: "{type: number, exclusiveMaximum: 9}"),
        Case(
            keyword: "exclusiveMinimum", loose: "{type: number, minimum: 0}",
            tight: "{type: number, exclusiveMinimum: 0}"),
        Case(keyword: "multipleOf", loose: "{type: integer}", tight: "{type: integer, multipleOf: 10}"),
        Case(keyword: "minLength", loose: "{type: string}", tight: "{type: string, minLength: 1}"),
        Case(keyword: "maxLength", loose: "{type: string, maxLength: 100}", tight: "{type: string, maxLength: 50}"),
        Case(
            keyword: "maxLength", loose: "{type: string, pattern: '^[0-9]{3,9}$'}",
            tight: "{type: string, pattern: '^[0-9]{3,9}$', maxLength: 5}"),
        Case(keyword: "pattern", loose: "{type: string}", tight: "{type: string, pattern: '^[a-z]+$'}"),
        Case(
            keyword: "pattern", loose: "{type: string, pattern: '^[a-f0-9]{8}$'}",
            tight: "{type: string, pattern: '^[0-9]{8}$'}"),
        Case(keyword: "format", loose: "{type: string}", tight: "{type: string, format: date-time}"),
        Case(keyword: "minItems", loose: "{type: array}", tight: "{type: array, minItems: 2}"),
        Case(
            keyword: "maxItems", loose: "{type: array, items: {type: string}}",
            tight: "{type: array, items: {type: string}, maxItems: 3}"),
        Case(
            keyword: "uniqueItems", loose: "{type: array, items: {type: string}}",
            tight: "{type: array, items: {type: string}, uniqueItems: true}"),
        Case(keyword: "contains", loose: "{type: array}", tight: "{type: array, contains: {const: 1}}"),
        Case(
            keyword: "type", loose: "{type: array, items: {type: [string, integer]}}",
            tight: "{type: array, items: {type: string}}", pointer: "/0"),
        Case(
            keyword: "maxLength", loose: "{type: array, prefixItems: [{type: string}]}",
            tight: "{type: array, prefixItems: [{type: string, maxLength: 3}]}", pointer: "/0"),
        Case(
            keyword: "required", loose: "{type: object, properties: {a: {type: string}}}",
            tight: "{type: object, required: [a], properties: {a: {type: string}}}", pointer: "/a"),
        Case(
            keyword: "additionalProperties", loose: "{type: object}",
            tight: "{type: object, additionalProperties: false}"),
        Case(
            keyword: "additionalProperties",
            loose: "{type: object, additionalProperties: false, properties: {a: {}, b: {}}}",
            tight: "{type: object, additionalProperties: false, properties: {a: {}}}", pointer: "/b"),
        Case(
            keyword: "unevaluatedProperties", loose: "{type: object, unevaluatedProperties: true}",
            tight: "{type: object, unevaluatedProperties: false}"),
        Case(
            keyword: "unevaluatedProperties", loose: "{type: object, properties: {a: {}}}",
            tight: "{type: object, properties: {a: {}}, unevaluatedProperties: {type: integer}}"),
        Case(
            keyword: "unevaluatedItems", loose: "{type: array, prefixItems: [{type: string}]}",
            tight: "{type: array, prefixItems: [{type: string}], unevaluatedItems: false}"),
        Case(keyword: "minProperties", loose: "{type: object}", tight: "{type: object, minProperties: 1}"),
        Case(keyword: "maxProperties", loose: "{type: object}", tight: "{type: object, maxProperties: 2}"),
        Case(
            keyword: "propertyNames", loose: "{type: object, additionalProperties: {type: string}}",
            tight: "{type: object, additionalProperties: {type: string}, propertyNames: {maxLength: 3}}"),
        Case(
            keyword: "dependentRequired", loose: "{type: object, properties: {a: {}, b: {}}}",
            tight: "{type: object, properties: {a: {}, b: {}}, dependentRequired: {a: [b]}}"),
        Case(
            keyword: "dependentSchemas", loose: "{type: object, properties: {a: {}, b: {}}}",
            tight: "{type: object, properties: {a: {}, b: {}}, dependentSchemas: {a: {required: [b]}}}"),
        Case(keyword: "not", loose: "{type: string}", tight: "{type: string, not: {const: text}}"),
        Case(
            keyword: "if", loose: "{type: object, properties: {a: {enum: [1, 2]}}}",
            tight: "{type: object, properties: {a: {enum: [1, 2]}}, if: {required: [a]}, then: {required: [b]}}"),
        Case(keyword: "oneOf", loose: "{oneOf: [{type: string}, {type: integer}]}", tight: "{oneOf: [{type: string}]}"),
        Case(keyword: "anyOf", loose: "{anyOf: [{const: a}, {const: b}]}", tight: "{anyOf: [{const: a}]}"),
        Case(
            keyword: "maxLength",
            loose:
                "{oneOf: [{type: object, required: [k, t], properties: {k: {const: x}, t: {type: string}}}, {type: object, required: [k], properties: {k: {const: y}}}]}",
            tight:
                "{oneOf: [{type: object, required: [k, t], properties: {k: {const: x}, t: {type: string, maxLength: 4}}}, {type: object, required: [k], properties: {k: {const: y}}}]}",
            pointer: "/t"),
        Case(
            keyword: "maxLength", loose: "{allOf: [{type: object, required: [a]}, {properties: {a: {type: string}}}]}",
            tight: "{type: object, required: [a], properties: {a: {type: string, maxLength: 2}}}", pointer: "/a"),
        Case(keyword: "false", loose: "{type: string}", tight: "false"),
    ]

    @Test("a tightened request breaks callers, with a witness at its place", arguments: cases)
    func narrowed(_ keyword: Case) throws {
        let world = try DiffWorld()
        let changes = try world.changes(DiffWorld.api(request: keyword.loose), DiffWorld.api(request: keyword.tight))
        let change = try #require(changes.first { $0.kind == .breaking && $0.keyword == keyword.keyword }, "\(changes)")
        #expect(change.direction == .narrowed)
        #expect(change.pointer == "/body/application~1json" + keyword.pointer)
        #expect(change.witness != nil)
    }

    @Test("a loosened request breaks nobody", arguments: cases)
    func widenedRequest(_ keyword: Case) throws {
        let world = try DiffWorld()
        let changes = try world.changes(DiffWorld.api(request: keyword.tight), DiffWorld.api(request: keyword.loose))
        #expect(!changes.contains { $0.kind == .breaking }, "\(changes)")
        #expect(changes.contains { $0.kind == .compatible && $0.direction == .widened }, "\(changes)")
    }

    @Test("a loosened response breaks readers, a tightened one nobody", arguments: cases)
    func response(_ keyword: Case) throws {
        let world = try DiffWorld()
        let loose = DiffWorld.api(request: "{}", response: keyword.loose)
        let tight = DiffWorld.api(request: "{}", response: keyword.tight)
        let widened = try world.changes(tight, loose)
        #expect(
            widened.contains { $0.kind == .breaking && $0.direction == .widened && $0.witness != nil }, "\(widened)")
        #expect(!(try world.changes(loose, tight)).contains { $0.kind == .breaking })
    }

    @Test("opening or closing what the parts leave over is one change, decided, in the document's words")
    func unevaluated() throws {
        let world = try DiffWorld()
        let closed = "{type: object, properties: {a: {type: string}}, unevaluatedProperties: false}"
        let open = closed.replacing("false", with: "true")
        let loosened = try world.changes(DiffWorld.api(request: closed), DiffWorld.api(request: open))
        #expect(loosened.map(\.kind) == [.compatible], "\(loosened.map(\.text))")
        #expect(loosened.map(\.keyword) == ["unevaluatedProperties"])
        let tightened = try world.changes(DiffWorld.api(request: open), DiffWorld.api(request: closed))
        #expect(tightened.map(\.kind) == [.breaking], "\(tightened.map(\.text))")
        let items = "{type: array, prefixItems: [{type: string}], unevaluatedItems: false}"
        let longer = try world.changes(
            DiffWorld.api(request: items), DiffWorld.api(request: items.replacing("false", with: "true")))
        #expect(longer.map(\.kind) == [.compatible], "\(longer.map(\.text))")
    }

    @Test("a witness is refused because of its own change, not of another one beside it")
    func causes() throws {
        let world = try DiffWorld()
        func breaks(_ old: String, _ new: String) throws -> [String] {
            try world.changes(DiffWorld.api(request: old), DiffWorld.api(request: new)).filter { $0.kind == .breaking }
                .map { "\($0.keyword ?? "") by \($0.witness?.violation.keyword ?? "")" }
        }
        let members = "type: object, properties: {a: {type: string}, b: {type: string}}"
        #expect(
            try breaks(
                "{\(members), unevaluatedProperties: false}", "{\(members), required: [a], unevaluatedProperties: true}"
            )
                == ["required by required"])
        #expect(
            try breaks("{\(members), minProperties: 0}", "{\(members), required: [a], propertyNames: {minLength: 0}}")
                == ["required by required"])
        let both = try world.changes(
            DiffWorld.api(request: "{\(members)}"), DiffWorld.api(request: "{\(members), required: [a, b]}"))
        for change in both {
            let name = change.pointer.split(separator: "/").last ?? ""
            #expect(change.witness?.violation.message.contains("\"\(name)\"") == true, "\(change)")
        }
        #expect(both.count == 2)
    }

    @Test("a witness has nothing that does not matter")
    func smallWitness() throws {
        let world = try DiffWorld()
        let members = (0..<30).map { "m\($0): {type: string, minLength: 200}" }.joined(separator: ", ")
        let values = (0..<30).map { "m\($0): \(String(repeating: "x", count: 200))" }.joined(separator: ", ")
        let loose =
            "{type: object, required: [id], examples: [{id: 1, \(values)}], properties: {id: {type: integer}, \(members)}}"
        let tight = loose.replacing("type: object,", with: "type: object, unevaluatedProperties: false,")
        let changes = try world.changes(DiffWorld.api(request: loose), DiffWorld.api(request: tight))
        let document = try #require(changes.first { $0.kind == .breaking }?.witness?.document)
        #expect(document.jsonText.utf8.count < 120, "\(document.jsonText)")
    }

    @Test("what only reads differently is no change")
    func sameMeaning() throws {
        let world = try DiffWorld()
        let first = "{type: object, required: [a, b], properties: {a: {enum: [x, y]}, b: {type: integer, minimum: 0}}}"
        let second =
            "{description: New words., properties: {b: {minimum: 0.0, type: [integer]}, a: {enum: [y, x]}}, required: [b, a], type: object}"
        #expect(try world.changes(DiffWorld.api(request: first), DiffWorld.api(request: second)) == [])
    }
}
