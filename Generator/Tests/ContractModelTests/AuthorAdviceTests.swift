import ContractInterpreter
import ContractModel
import Foundation
import Testing

/// What an author is told of things that are no errors by the letter, or whose cure is not plain.
@Suite("Advice to authors")
struct AuthorAdviceTests {
    private static func found(_ text: String) throws -> [Diagnostic] {
        let file = FileManager.default.temporaryDirectory.appending(path: "advice-\(UUID().uuidString).yaml")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let (set, found) = ContractSetLoader.loadDocument(file.path, root: "/", attitude: .open)
        return found.contains { $0.severity == .error } ? found : found + ContractLint.check(set)
    }

    private static func api(_ schemas: String, version: String = "3.1.0", paths: String = "") -> String {
        """
        openapi: \(version)
        info: {title: A, version: "1"}
        paths: {\(paths)}
        components:
          schemas:
        \(schemas.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n"))
        """
    }

    @Test("inheritance by discriminator is told, with what to write", arguments: ["3.0.3", "3.1.0"])
    func inheritance(version: String) throws {
        let found = try Self.found(
            Self.api(
                """
                Pet: {type: object, required: [kind], properties: {kind: {type: string}}, discriminator: {propertyName: kind}}
                Cat: {allOf: [{$ref: '#/components/schemas/Pet'}, {type: object, properties: {lives: {type: integer}}}]}
                Dog: {allOf: [{$ref: '#/components/schemas/Pet'}]}
                """, version: version))
        let note = try #require(found.first { $0.message.contains("discriminator") }, "\(found.map(\.text))")
        #expect(note.severity == .warning && note.message.contains("Pet is generated with its own members alone"))
        #expect(note.remedy?.contains("oneOf: [Cat, Dog]") == true)
    }

    @Test("a member of one direction that both require is told in 3.1")
    func directions() throws {
        let use = "content: {application/json: {schema: {$ref: '#/components/schemas/S'}}}"
        let paths =
            "/a: {post: {operationId: a, requestBody: {\(use)}, responses: {'200': {description: D., \(use)}}}}"
        let schema =
            "S: {type: object, required: [id, pin], properties: {id: {type: string, readOnly: true}, pin: {type: string, writeOnly: true}}}"
        let texts = try Self.found(Self.api(schema, paths: paths)).filter { $0.severity == .warning }.map(\.message)
        #expect(texts.contains("id is readOnly and required in requests."), "\(texts)")
        #expect(texts.contains("pin is writeOnly and required in responses."), "\(texts)")
    }

    @Test("a format of others passes, one that looks like a typo is told")
    func formats() throws {
        func found(_ format: String) throws -> [Diagnostic] {
            try Self.found(Self.api("S: {type: string, description: D., format: \(format)}"))
                .filter { $0.message.contains("is no format") }
        }
        #expect(try found("emial").map(\.remedy) == ["Did you mean email?"])
        #expect(try found("emial").map(\.severity) == [.warning])
        #expect(try found("licence-plate") == [])
        #expect(try found("int64") == [])
    }

    @Test(
        "limits that contradict each other are told, inclusive or not",
        arguments: [
            ("minimum: 10, exclusiveMaximum: 5", true), ("exclusiveMinimum: 5, maximum: 5", true),
            ("minimum: 5, maximum: 5", false), ("exclusiveMinimum: 4, exclusiveMaximum: 5", false),
        ])
    func limits(bounds: String, isWrong: Bool) throws {
        let found = try Self.found(Self.api("S: {type: number, description: D., \(bounds)}"))
        #expect(found.contains { $0.reason == "No value satisfies both." } == isWrong, "\(found.map(\.text))")
    }

    @Test("an object that has to hold itself is told, one that may end is not")
    func endless() throws {
        func isTold(_ schema: String) throws -> Bool {
            try Self.found(Self.api(schema)).contains { $0.message.contains("requires itself") }
        }
        #expect(try isTold("N: {type: object, required: [n], properties: {n: {$ref: '#/components/schemas/N'}}}"))
        #expect(
            try isTold(
                """
                A: {type: object, required: [b], properties: {b: {$ref: '#/components/schemas/B'}}}
                B: {type: object, required: [a], properties: {a: {allOf: [{$ref: '#/components/schemas/A'}]}}}
                """))
        #expect(try !isTold("N: {type: object, properties: {n: {$ref: '#/components/schemas/N'}}}"))
        #expect(
            try !isTold(
                "N: {type: object, required: [n], properties: {n: {anyOf: [{$ref: '#/components/schemas/N'}, {type: 'null'}]}}}"
            ))
    }

    @Test("a key that stands twice is named with its place and that of the first")
    func duplicates() throws {
        let found = try Self.found(
            """
            openapi: 3.1.0
            info: {title: A, version: "1"}
            servers:
              - url: /a
              - url: /b
                description: B.
                url: /c
            """)
        let first = try #require(found.first)
        #expect((first.location.line, first.location.pointer) == (7, "/servers/1/url"), "\(first.text)")
        #expect(first.reason?.contains("in line 5") == true, "\(first.text)")
    }

    @Test("references find their neighbours outside of the project, and lead no further")
    func outside() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "outside-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        for name in ["project", "theirs", "secret"] {
            try FileManager.default.createDirectory(
                at: folder.appending(path: name), withIntermediateDirectories: true)
        }
        func write(_ text: String, _ path: String) throws {
            try Data(text.utf8).write(to: folder.appending(path: path))
        }
        try write("{$defs: {B: {type: string}}}", "theirs/b.yaml")
        try write("{$defs: {C: {type: string}}}", "secret/c.yaml")
        try write("{$defs: {A: {$ref: 'b.yaml#/$defs/B'}}}", "theirs/a.yaml")
        func found(_ root: String, _ file: String) -> [Diagnostic] {
            ContractSetLoader.loadDocument(file, root: folder.appending(path: root).path, attitude: .open).1
        }
        #expect(found("project", "../theirs/a.yaml").map(\.text) == [])
        #expect(found("project", folder.appending(path: "theirs/a.yaml").path).map(\.text) == [])
        for reference in ["../secret/c.yaml", "%2e%2e/secret/c.yaml", "\(folder.path)/secret/c.yaml"] {
            try write("{$defs: {A: {$ref: '\(reference)#/$defs/C'}}}", "theirs/a.yaml")
            let refusal = found("project", "../theirs/a.yaml")
            #expect(
                refusal.count == 1
                    && refusal.allSatisfy { $0.message.hasSuffix("c.yaml stands outside of the project.") },
                "\(reference): \(refusal.map(\.text))")
        }
        // The folder that holds both lets it pass.
        try write("{$defs: {A: {$ref: '../secret/c.yaml#/$defs/C'}}}", "theirs/a.yaml")
        #expect(found(".", "theirs/a.yaml").map(\.text) == [])
    }
}
