import ContractDiff
import ContractJSON
import Testing

@Suite("Differences of operations, messages and cache entries")
struct PlaceDiffTests {
    private func breaking(_ changes: [ContractChange]) -> [String] {
        changes.filter { $0.kind == .breaking }.map { "\($0.seams[0]) \($0.pointer) \($0.text)" }
    }

    @Test("an operation that is gone breaks its callers; the witness is one of their requests")
    func operationGone() throws {
        let world = try DiffWorld()
        let old = DiffWorld.api(request: "{type: object, required: [a], properties: {a: {const: 1}}}")
        let new = old.replacing("/things:", with: "/other-things:")
        let changes = try world.changes(old, new)
        #expect(breaking(changes) == ["things: POST /things, request  is gone"])
        #expect(changes.first?.witness?.document == ["body": ["application/json": ["a": 1]]])
        #expect(changes.contains { $0.kind == .compatible && $0.text == "is new" })
    }

    @Test("a path parameter may be renamed, a query parameter may not become required")
    func parameters() throws {
        let world = try DiffWorld()
        func api(_ name: String, required: Bool) -> String {
            """
            openapi: 3.1.0
            info: {title: things, version: "1"}
            paths:
              /things/{\(name)}:
                get:
                  operationId: readThing
                  parameters:
                    - {name: \(name), in: path, required: true, schema: {type: string}}
                    - {name: page, in: query, required: \(required), schema: {type: integer}}
                  responses: {'200': {description: Done.}}
            """
        }
        let changes = try world.changes(api("id", required: false), api("thing", required: true))
        // The query has to be there, and the parameter in it.
        let places = changes.filter { $0.kind == .breaking }.map(\.pointer)
        #expect(Set(places).isSubset(of: ["/query", "/query/page"]) && !places.isEmpty, "\(places)")
        #expect(try world.changes(api("id", required: true), api("thing", required: true)) == [])
    }

    @Test("credentials that are asked for now break callers without them")
    func security() throws {
        let world = try DiffWorld()
        let schemes = "\ncomponents: {securitySchemes: {token: {type: http, scheme: bearer}}}"
        let old = DiffWorld.api(request: "{}") + schemes
        let new = DiffWorld.api(request: "{}", operation: "security: [{token: []}]") + schemes
        let changes = try world.changes(old, new)
        #expect(
            breaking(changes) == ["things: POST /things, request /security required: unknown → required"]
                || breaking(changes).contains { $0.contains("/security") }, "\(changes)")
        #expect(breaking(try world.changes(new, old)) == [])
    }

    @Test("a status that readers don't know breaks them, one that falls under their default does not")
    func statuses() throws {
        let world = try DiffWorld()
        let old = DiffWorld.api(request: "{}")
        let new = old.replacing("'200':", with: "'202': {description: Later.}\n        '200':")
        #expect(breaking(try world.changes(old, new)) == ["things: POST /things, response 202  is new"])
        let tolerant = old.replacing("'200':", with: "default: {description: Else.}\n        '200':")
        let wider = new.replacing("'200':", with: "default: {description: Else.}\n        '200':")
        #expect(breaking(try world.changes(tolerant, wider)) == [])
        #expect(breaking(try world.changes(new, old)) == [])
    }

    @Test("what a channel receives may not be narrowed, what it sends not widened")
    func messages() throws {
        let world = try DiffWorld()
        let loose = "{type: object, additionalProperties: false, properties: {a: {type: string}, b: {type: string}}}"
        let tight = "{type: object, additionalProperties: false, properties: {a: {type: string}}}"
        for (action, breaks) in [("receive", "narrowed"), ("send", "widened")] {
            let narrowing = try world.changes(
                DiffWorld.messaging(payload: loose, action: action), DiffWorld.messaging(payload: tight, action: action)
            )
            let widening = try world.changes(
                DiffWorld.messaging(payload: tight, action: action), DiffWorld.messaging(payload: loose, action: action)
            )
            #expect((breaking(narrowing).count, breaking(widening).count) == (breaks == "narrowed" ? (1, 0) : (0, 1)))
        }
    }

    @Test("a queue that exists cannot be declared with other arguments")
    func declaration() throws {
        let world = try DiffWorld()
        let changes = try world.changes(
            DiffWorld.messaging(payload: "{}", action: "send"),
            DiffWorld.messaging(payload: "{}", action: "send", limit: 5))
        #expect(breaking(changes) == ["channel things, declaration /queue/deliveryLimit const: 20 → 5"])
    }

    @Test("every witness is accepted by one version and refused by the other, by the interpreter")
    func verdicts() throws {
        let world = try DiffWorld()
        let old = DiffWorld.api(request: "{type: object, properties: {a: {type: string}}}")
        let new = DiffWorld.api(request: "{type: object, properties: {a: {type: string, format: uuid}}}")
        let witness = try #require(try world.changes(old, new).first?.witness)
        let text = try #require(witness.document.value(at: "/body/application~1json/a")?.string)
        #expect(witness.violation.keyword == "format")
        #expect(witness.violation.instancePointer == "/body/application~1json/a")
        #expect(text.count != 36)
    }

    @Test("a difference without a document that proves it is called undecided, not a break")
    func undecided() throws {
        let world = try DiffWorld()
        // Both refuse everything: no text is shorter than nothing.
        let old = DiffWorld.api(
            request: "{type: object, required: [a], properties: {a: {type: string, maxLength: 5, not: {type: string}}}}"
        )
        let new = DiffWorld.api(
            request: "{type: object, required: [a], properties: {a: {type: string, maxLength: 4, not: {type: string}}}}"
        )
        let changes = try world.changes(old, new)
        #expect(changes.map(\.kind) == [.undecided])
        #expect(changes.first?.witness == nil)
    }

    @Test("what is allowed beside a break is told too, and a break is not told twice")
    func besideBreak() throws {
        let world = try DiffWorld()
        func told(_ old: String, _ new: String) throws -> [String] {
            try world.changes(DiffWorld.api(request: old), DiffWorld.api(request: new)).map {
                "\($0.kind.rawValue) \($0.pointer.split(separator: "/").last ?? "") \($0.text)"
            }
        }
        let bounds = try told(
            "{properties: {a: {type: integer, minimum: 5, maximum: 9}}}",
            "{properties: {a: {type: integer, minimum: 1, maximum: 8}}}")
        #expect(bounds == ["breaking a maximum: 9 → 8", "compatible a minimum: 5 → 1"])
        let members = try told(
            "{type: object, additionalProperties: false, properties: {a: {type: string}}}",
            "{type: object, additionalProperties: false, properties: {a: {type: string, maxLength: 3}, b: {}}}")
        #expect(
            members == ["breaking a maxLength: none → 3", "compatible b additionalProperties: unknown → has a place"])
        let values = try told("{properties: {a: {enum: [x, y]}}}", "{properties: {a: {const: z}}}")
        #expect(values == ["breaking a const: \"x\", \"y\" → \"z\""])
    }
}
