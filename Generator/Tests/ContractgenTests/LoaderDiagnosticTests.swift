import ContractJSON
import ContractModel
import Testing

/// Diagnostics that need more than one file: meta-schemas at addresses, a pointer on the command line.
@Suite("Diagnostics of single schemas")
struct LoaderDiagnosticTests {
    @Test("a dialect that needs an unknown vocabulary")
    func vocabulary() {
        let loader = SchemaLoader()
        let dialect: JSONValue = [
            "$id": "https://example.com/dialect", "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$vocabulary": ["https://example.com/vocabulary": true],
        ]
        loader.add(dialect, at: "https://example.com/dialect", file: "dialect.json")
        loader.add(["$schema": "https://example.com/dialect"], at: "test:///thing", file: "thing.json")
        _ = loader.schema("test:///thing")
        #expect(
            loader.diagnostics.map(\.message) == [
                "The dialect https://example.com/dialect needs the vocabulary https://example.com/vocabulary, which is not known here."
            ])
    }

    @Test("a folder instead of a file")
    func folder() {
        let loader = SchemaLoader(root: Program.project.path)
        #expect(loader.schema("Specs/services") == nil)
        #expect(loader.diagnostics.map(\.message) == ["Specs/services is a folder."])
    }

    @Test("a document that is no schema")
    func document() {
        let loader = SchemaLoader(root: Program.project.path)
        #expect(loader.schema("Specs/services/tenant-service.yaml") == nil)
        #expect(
            loader.diagnostics.map(\.message) == [
                "Specs/services/tenant-service.yaml is no schema but a document with openapi."
            ])
        #expect(loader.diagnostics.first?.remedy?.contains("#/components/schemas/") == true)
    }
}
