import ArgumentParser
import ContractInterpreter
import ContractJSON
import ContractModel
import SwiftEmitter

/// `contractgen lint`
struct LintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint",
        abstract: "Check the specs: that they can be read, and that they keep the house rules.",
        discussion: """
            House rules: descriptions everywhere, UpperCamelCase schemas, lowerCamelCase operations, closed and bounded \
            objects in our contracts, tolerant ones in contracts about others, defaults and examples that satisfy their \
            schema. What the generator would refuse or leave out is said too. Exit code: 0 if there is no error, 1 otherwise.

            Examples:
              contractgen lint
              contractgen lint --strict --format json
              contractgen lint --open ../someone/openapi.yaml
            """
    )

    @Argument(help: "Documents to check instead of the project's contracts.", completion: .file()) var files: [String] =
        []
    @Option(help: "The project's folder.") var root = "."
    @Flag(help: "The documents are others': say only what keeps them from being read.") var open = false
    @Option(help: "How findings are written.") var format = OutputFormat.text
    @Flag(help: "Let warnings fail too.") var strict = false

    /// Everything that can be made from a document of another.
    private static let allParts: Set = ["models", "client", "server", "publisher", "consumer", "topology"]

    func run() throws {
        var diagnostics: [Diagnostic] = []
        var count = 0
        let loaded =
            files.isEmpty
            ? [ContractSetLoader.load(root: root)]
            : files.map {
                ContractSetLoader.loadDocument(
                    $0, root: root, attitude: open ? .open : .closed, parts: Self.allParts)
            }
        for (set, found) in loaded {
            diagnostics += found
            count += set.contracts.count
            guard !found.contains(where: { $0.severity == .error }) else { continue }
            if !open { diagnostics += ContractLint.check(set) }
            // What the generator refuses or leaves out is found by generating.
            var emitter = ModuleEmitter(set: set)
            _ = emitter.files()
            diagnostics += emitter.diagnostics
        }
        switch format {
        case .text:
            for diagnostic in diagnostics { print(diagnostic.text(Output.style)) }
            let errors = diagnostics.count { $0.severity == .error }
            let counts = [
                Output.count(errors, "error", "errors"),
                Output.count(diagnostics.count - errors, "warning", "warnings"),
            ]
            print("\(Output.count(count, "contract", "contracts")): \(counts.joined(separator: ", "))")
        case .json:
            let report: JSONValue = ["diagnostics": .array(diagnostics.map(\.json))]
            print(report.jsonText)
        }
        if diagnostics.contains(where: { $0.severity == .error || strict }) { throw ExitCode(1) }
    }
}

extension Diagnostic {
    /// The diagnostic for programs.
    var json: JSONValue {
        [
            "severity": .string(severity.rawValue), "file": .string(location.file),
            "line": .number(JSONNumber(location.line)), "column": .number(JSONNumber(location.column)),
            "pointer": .string(location.pointer), "message": .string(message),
            "reason": reason.map { .string($0) } ?? .null, "remedy": remedy.map { .string($0) } ?? .null,
        ]
    }
}
