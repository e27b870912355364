import ArgumentParser
import ContractJSON
import ContractRuntime

/// How a command writes its result.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
    /// For people.
    case table
    /// For programs: one JSON document as the contract of the API describes it.
    case json
}

/// The option that every command with a result has.
struct ReportOptions: ParsableArguments {
    @Option(help: "How the result is written.") var format: ReportFormat = .table

    /// Writes a result: the table for people, the value for programs.
    func write(_ value: JSONValue, _ lines: () -> [String]) {
        switch format {
        case .json: print(value.jsonText)
        case .table: for line in lines() { print(line.forTerminal) }
        }
    }
}

extension TextTable {
    /// The lines, or a sentence where there are none.
    func lines(orElse sentence: String) -> [String] { isEmpty ? [sentence] : lines }
}

extension DateTime {
    /// `2026-11-29 20:15:04`, in UTC.
    var forTable: String {
        var text = String(text.prefix(19))
        if let index = text.firstIndex(of: "T") { text.replaceSubrange(index...index, with: " ") }
        return text
    }
}

/// `1 attempt`, `2 attempts`.
func counted(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
