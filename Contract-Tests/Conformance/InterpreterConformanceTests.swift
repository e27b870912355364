import ContractInterpreter
import ContractJSON
import ContractModel
import Testing

/// The interpreter on the official tests.
@Suite(
    "The interpreter and the official JSON Schema tests",
    .enabled(
        if: OfficialSuite.draft2020 != nil || OfficialSuite.isRequired,
        "conformance/json-schema-2020-12 is neither in WABA_SHARED_DIR nor in ../shared"
    )
)
struct InterpreterConformanceTests {
    private static let files = OfficialSuite.draft2020?.files ?? []

    @Test("decides every case of a file as the suite does", arguments: files)
    func decides(file: String) throws {
        let suite = try #require(OfficialSuite.draft2020)
        for group in try suite.groups(file) {
            let loader = suite.loader(for: file)
            let address = "test:///\(file)"
            loader.add(group.schema, at: address)
            let schema = loader.schema(address)
            let interpreter = SchemaInterpreter(graph: loader.graph)
            for test in group.cases {
                let name = "\(file): \(group.name): \(test.name)"
                let problems = loader.diagnostics.filter { $0.severity == .error }
                let found = schema.map { interpreter.violations(of: test.value, against: $0) } ?? []
                let isRight = problems.isEmpty && schema != nil && found.isEmpty == test.isValid
                if let exception = ConformanceException.of(name, in: suite) {
                    #expect(!isRight, "\(name) passes now; remove its exception (\(exception.reason))")
                } else {
                    let details = found.map { "\($0.instancePointer) \($0.keyword) \($0.schemaPointer) \($0.message)" }
                    #expect(isRight, "\(name): \(problems.map(\.text)) \(details)")
                }
                for violation in found {
                    #expect(!violation.keyword.isEmpty && violation.schemaPointer.contains("#"), "\(name)")
                }
            }
        }
    }

    @Test("finds at least as many cases as when the counts were written down")
    func totals() throws {
        let suite = try #require(OfficialSuite.draft2020, "the shared data is required but missing")
        var required = 0
        var optional = 0
        for (file, expected) in ConformanceCounts.cases {
            let count = try suite.groups(file).reduce(0) { $0 + $1.cases.count }
            #expect(count >= expected, "\(file) has \(count) cases")
            if file.hasPrefix("optional/") { optional += count } else { required += count }
        }
        #expect(required >= ConformanceCounts.required)
        #expect(optional >= ConformanceCounts.optional)
        #expect(Set(suite.files).isSuperset(of: ConformanceCounts.cases.keys))
    }
}
