import ContractRuntime
import Foundation
import Testing

@testable import ContractConformance

/// The official JSON Schema tests and our own cases in their layout, through the interpreter and through generated, compiled
/// Swift, side by side.
@Suite("JSON Schema conformance")
struct ConformanceTests {
    private static let project = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let folder = project.appendingPathComponent("Contract-Tests/Conformance").path

    /// The official suite of draft 2020-12; nil where it is not there.
    private static let official: String? = {
        let shared =
            ProcessInfo.processInfo.environment["WABA_SHARED_DIR"] ?? project.appendingPathComponent("../shared").path
        let suite = "\(shared)/conformance/json-schema-2020-12"
        return FileManager.default.fileExists(atPath: "\(suite)/tests") ? suite : nil
    }()

    private static let isRequired = ProcessInfo.processInfo.environment["REQUIRE_SHARED"] == "1"

    /// One program for all suites, built and run once for all tests.
    private static let report = Result {
        let suites = try (["\(folder)/Cases"] + [official].compactMap(\.self)).map { try ConformanceSuite(folder: $0) }
        return try Conformance(
            suites: suites, exceptions: try ConformanceException.list(file: "\(folder)/exceptions.json"),
            scratch: project.appendingPathComponent(".build/conformance/test").path, root: project.path
        ).run()
    }

    @Test("interpreter and generated Swift decide every case as the suites do and name places that exist")
    func everyCase() throws {
        let report = try Self.report.get()
        #expect(report.unexpected.isEmpty, "\(report.lines.joined(separator: "\n"))")
    }

    @Test("interpreter and generated Swift never disagree")
    func agreement() throws {
        #expect(try Self.report.get().disagreements.map(\.name) == [])
    }

    @Test("the suites have at least as many cases as when the counts were written down")
    func totals() throws {
        let outcomes = try Self.report.get().outcomes
        let counts = Dictionary(grouping: outcomes, by: \.file).mapValues(\.count)
        for (file, expected) in ConformanceCounts.own { #expect(counts[file, default: 0] >= expected, "\(file)") }
        // One that is not listed would be taken for an official one below.
        let cases = try ConformanceSuite(folder: "\(Self.folder)/Cases").files.map(\.name)
        #expect(Set(cases) == Set(ConformanceCounts.own.keys))
        guard Self.official != nil else {
            #expect(!Self.isRequired, "the shared data is required but missing")
            print("NOT RUN: the official JSON Schema tests, because there is no conformance/json-schema-2020-12 in")
            print("WABA_SHARED_DIR or ../shared")
            return
        }
        for (file, expected) in ConformanceCounts.cases { #expect(counts[file, default: 0] >= expected, "\(file)") }
        let official = counts.filter { ConformanceCounts.own[$0.key] == nil }
        let required = official.filter { !$0.key.hasPrefix("optional/") }.values.reduce(0, +)
        #expect(required >= ConformanceCounts.required)
        #expect(official.values.reduce(0, +) - required >= ConformanceCounts.optional)
    }

    @Test(
        "a wrong verdict, a disagreement and a place that does not exist are unexpected; an exception that passes is too"
    )
    func canFail() {
        let refused = ConformanceReport.Verdict.refused([
            ContractViolation(instancePointer: "", keyword: "type", schemaPointer: "a#/type", message: "")
        ])
        func outcome(
            _ interpreted: ConformanceReport.Verdict, _ generated: ConformanceReport.Verdict, flaws: [String] = [],
            exception: String? = nil
        ) -> ConformanceReport.Outcome {
            ConformanceReport.Outcome(
                name: "a: b: c", file: "a", isValid: true, interpreted: interpreted, generated: generated, flaws: flaws,
                exception: exception)
        }
        let outcomes = [
            outcome(.accepted, .accepted), outcome(refused, .accepted), outcome(.accepted, refused),
            outcome(.accepted, .failed("does not compile")), outcome(.accepted, .accepted, flaws: ["/x is no place"]),
            outcome(.accepted, .accepted, exception: "why"), outcome(refused, refused, exception: "why"),
        ]
        #expect(outcomes.map(\.isExpected) == [true, false, false, false, false, false, true])
        #expect(outcomes.map(\.isDisagreement) == [false, true, true, true, false, false, false])
        let report = ConformanceReport(outcomes: outcomes, generatedLines: 1)
        #expect(report.lines.contains { $0.contains("remove its exception") })
    }
}
