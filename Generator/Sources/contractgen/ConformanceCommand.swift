import ArgumentParser
import ContractConformance
import ContractJSON
import Foundation

/// `contractgen conformance`
struct ConformanceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conformance",
        abstract: "Run JSON Schema tests through the interpreter and through generated, compiled Swift.",
        discussion: """
            SUITE is a folder in the layout of the official JSON Schema test suite of draft 2020-12: tests/**/*.json, and \
            remotes/ for what is addressed as http://localhost:1234/. Formats are asserted below tests/optional/format and \
            annotations elsewhere. Prints each case that is not decided as the suite does and the totals. Exit code: 0 if there \
            is none, 1 otherwise, 2 if a suite cannot be read.

            Examples:
              contractgen conformance ../JSON-Schema-Test-Suite
              contractgen conformance suite --exceptions Contract-Tests/Conformance/exceptions.json --format json
            """)

    @Argument(help: "Folders with tests and remotes.") var suites: [String]
    @Option(help: "Cases that may fail: a JSON list of objects with name and reason.") var exceptions: String?
    @Option(help: "Where the code is generated and built.") var scratch = ".build/conformance/command"
    @Option(help: "The project's folder.") var root = "."
    @Option(help: "How results are written.") var format: OutputFormat = .text

    func run() throws {
        let report: ConformanceReport
        do {
            let conformance = Conformance(
                suites: try suites.map { try ConformanceSuite(folder: $0) },
                exceptions: try exceptions.map { try ConformanceException.list(file: $0) } ?? [], scratch: scratch,
                root: root, progress: { Output.error($0) })
            report = try conformance.run()
        } catch let failure as ConformanceSuite.Failure {
            throw Failure.report(
                suites.joined(separator: ", "), failure.description,
                reason: "A suite has tests/**/*.json in the layout of the official JSON Schema test suite.",
                remedy: "Name a folder with tests, or correct the file.", as: format)
        }
        switch format {
        case .text: for line in report.lines { print(line) }
        case .json:
            let summary: JSONValue = [
                "cases": .number(JSONNumber(report.outcomes.count)),
                "interpreter": .number(JSONNumber(report.interpretedRight)),
                "generated": .number(JSONNumber(report.generatedRight)),
                "disagreements": .array(report.disagreements.map { .string($0.name) }),
                "unexpected": .array(report.unexpected.map { .string($0.name) }),
            ]
            print(summary.jsonText)
        }
        if !report.unexpected.isEmpty { throw ExitCode(1) }
    }
}
