import ArgumentParser
import ContractJSON
import ContractModel

/// Why a verb has nothing to answer: its input cannot be read. Each verb says it in the same way.
enum Failure {
    /// Says what is wrong: to standard error for people; as one JSON object `{"diagnostics": […]}` to standard output for programs.
    /// - Returns: The exit code to throw.
    static func report(
        _ diagnostics: [Diagnostic], as format: OutputFormat, code: ExitCode = Contractgen.wrongUse
    ) -> ExitCode {
        switch format {
        case .text: for diagnostic in diagnostics { Output.error(diagnostic.text(Output.errorStyle)) }
        case .json:
            let report: JSONValue = ["diagnostics": .array(diagnostics.map(\.json))]
            Output.line(report.jsonText)
        }
        return code
    }

    /// The same for something about a whole file or folder.
    static func report(
        _ path: String, line: Int = 1, column: Int = 1, _ message: String, reason: String, remedy: String,
        as format: OutputFormat
    ) -> ExitCode {
        let location = SourceLocation(file: path, line: line, column: column, pointer: "")
        return report([Diagnostic(.error, at: location, message, reason: reason, remedy: remedy)], as: format)
    }

    /// A file that is not there or cannot be read.
    static func unreadable(_ path: String, as format: OutputFormat) -> ExitCode {
        report(
            path, "The file cannot be read.", reason: "It is not there, is a folder, or its permissions forbid it.",
            remedy: "Correct the path; it counts from the current folder.", as: format)
    }
}
