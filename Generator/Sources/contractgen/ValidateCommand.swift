import ArgumentParser
import ContractInterpreter
import ContractJSON
import ContractModel
import ContractSource
import Foundation

/// `contractgen validate`
struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Say for JSON files whether they satisfy a schema, and why not.",
        discussion: """
            SPEC is a JSON Schema, OpenAPI or AsyncAPI document with a JSON Pointer behind #; a plain schema file needs \
            none. Exit code: 0 if every file is valid, 1 if one is refused, 2 if the command line or SPEC is wrong.

            Examples:
              contractgen validate 'Specs/whatsapp/webhook.yaml#/components/schemas/Webhook' webhook.json
              contractgen validate Specs/schemas/problem.yaml problem.json other.json --format json
              curl -s http://localhost:8101/readyz | contractgen validate 'Specs/schemas/health.yaml#/$defs/Readiness' -
            """
    )

    @Argument(help: "The schema: a file with a pointer behind #.") var spec: String
    @Argument(help: "JSON files; - for standard input.", completion: .file()) var files: [String]
    @Option(help: "How results are written.") var format = OutputFormat.text
    @Flag(inversion: .prefixedNo, help: "Check the format keyword.") var assertFormats = true

    /// Deepest nesting of a file; more than any contract has.
    private static let limits = JSONLimits(maximumBytes: 256 << 20, maximumDepth: 128)

    func run() throws {
        let loader = SchemaLoader(assertsFormat: assertFormats)
        let schema = loader.schema(spec)
        guard let schema, !loader.hasErrors else {
            throw Failure.report(loader.diagnostics.filter { $0.severity == .error }, as: format)
        }
        let interpreter = SchemaInterpreter(graph: loader.graph)
        let results = try files.map { try result(of: $0, against: schema, interpreter) }
        switch format {
        case .text: for result in results { print(result.text) }
        case .json:
            let report: JSONValue = ["schema": .string(spec), "files": .array(results.map(\.json))]
            print(report.jsonText)
        }
        if results.contains(where: { !$0.isValid }) { throw ExitCode(1) }
    }

    private func result(
        of file: String,
        against schema: SchemaID,
        _ interpreter: SchemaInterpreter
    ) throws -> ValidationResult {
        let data: Data
        do {
            data =
                file == "-"
                ? FileHandle.standardInput.readDataToEndOfFile() : try Data(contentsOf: URL(fileURLWithPath: file))
        } catch {
            throw Failure.unreadable(file, as: format)
        }
        let bytes = [UInt8](data)
        do throws(JSONSyntaxError) {
            let value = try JSONValue(parsing: bytes, limits: Self.limits)
            return ValidationResult(file: file, violations: interpreter.violations(of: value, against: schema))
        } catch {
            return ValidationResult(file: file, syntax: (error, TextPosition(of: error.offset, in: bytes)))
        }
    }
}
