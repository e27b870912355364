import ArgumentParser
import ContractJSON
import Foundation
import RealSpecs

/// `contractgen real-specs`
struct RealSpecsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "real-specs",
        abstract: "Take a folder of documents through everything: read, generate, compile, round-trip.",
        discussion: """
            Every YAML and JSON file below FOLDER is read (OpenAPI 3.1, 3.0, Swagger 2.0, AsyncAPI 3.0, JSON Schema), generated into a \
            scratch package, compiled in Swift 6 mode with warnings as errors, and its types are tried on generated values: \
            valid ones have to come out as they went in, broken ones have to be refused. A row a document; what was refused \
            says why; with --format json they are the list `documents` of one object. Exit code: 0 if every document passes or was expected to be refused, 1 otherwise.

            Examples:
              contractgen real-specs ../documents
              contractgen real-specs ../documents --refused 'invalid/' --only petstore
              contractgen real-specs ../documents --operations getPet,listPets
            """
    )

    @Argument(help: "Folder of documents.") var folder: String
    @Option(help: "The project's folder.") var root = "."
    @Option(help: "Folder of the scratch package.") var scratch = ".build/real-specs"
    @Option(help: "Operation ids to keep, separated by commas; all if not given.") var operations = ""
    @Option(help: "Paths to take: beginnings, separated by commas; all if not given.") var only = ""
    @Option(help: "Paths that may be refused: beginnings, separated by commas.") var refused = ""
    @Option(help: "Values tried for each schema.") var seeds = 6
    @Flag(inversion: .prefixedNo, help: "Compile and try what is generated.") var compile = true
    @Option(help: "How the reports are written.") var format = OutputFormat.text
    @Option(help: "Reasons printed for each document.") var reasons = 5
    @Flag(help: "Print the warnings too.") var warnings = false

    func run() throws {
        var run = RealSpecRun(
            folder: URL(fileURLWithPath: folder).standardizedFileURL,
            project: URL(fileURLWithPath: root).standardizedFileURL,
            scratch: URL(fileURLWithPath: scratch).standardizedFileURL)
        run.operations = Set(operations.split(separator: ",").map(String.init))
        run.only = only.split(separator: ",").map(String.init)
        run.seeds = seeds
        run.compiles = compile
        run.progress = { Output.error($0) }
        let reports: [RealSpecReport]
        do { reports = try run.reports() } catch let error as RealSpecError {
            throw Failure.report(
                folder, error.reason, reason: "Nothing was tried.",
                remedy: "Name a folder with YAML or JSON documents.", as: format)
        }
        switch format {
        case .text: printText(reports)
        case .json:
            let report: JSONValue = ["documents": .array(reports.map(\.json))]
            print(report.jsonText)
        }
        if reports.contains(where: { !isAsExpected($0) }) { throw ExitCode(1) }
    }

    private func isAsExpected(_ report: RealSpecReport) -> Bool {
        switch report.outcome {
        case .passed: true
        case .generated: !compile
        case .notAskedFor, .part: true
        case .refused: refused.split(separator: ",").contains { report.document.hasPrefix($0) }
        default: false
        }
    }

    private func printText(_ reports: [RealSpecReport]) {
        print(RealSpecReport.table(reports))
        for report in reports
        where !report.reasons.isEmpty || !report.withoutInstance.isEmpty || warnings && !report.warnings.isEmpty {
            print("\n\(report.document): \(report.outcome.rawValue)")
            for reason in report.reasons.prefix(reasons) {
                print("  " + reason.split(separator: "\n").joined(separator: "\n  "))
            }
            if report.reasons.count > reasons { print("  and \(report.reasons.count - reasons) more") }
            for pointer in report.withoutInstance.prefix(reasons) { print("  no value found for \(pointer)") }
            if report.withoutInstance.count > reasons {
                print("  and \(report.withoutInstance.count - reasons) more without a value")
            }
            for warning in warnings ? report.warnings : [] {
                print("  " + warning.split(separator: "\n").joined(separator: "\n  "))
            }
        }
        let times = CompileTimes(reports)
        if !times.text.isEmpty { print("\n\(times.text)") }
        let passed = reports.count { $0.outcome == .passed }
        let refused = reports.count { $0.outcome == .refused }
        print(
            "\n\(reports.count) documents: \(passed) passed, \(refused) refused, \(reports.count - passed - refused) others"
        )
    }
}
