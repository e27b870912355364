import ArgumentParser
import ContractInterpreter

/// `contractgen bowtie`
struct BowtieCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bowtie",
        abstract: "Answer Bowtie's JSON Schema test protocol on standard input and output.",
        discussion: """
            One JSON value a line: start, dialect, run, stop (version 1 of the protocol). Formats are annotations, as the \
            standard dialect has it.

            Example: echo '{"cmd": "start", "version": 1}' | contractgen bowtie
            """
    )

    @Flag(help: "Check the format keyword.") var assertFormats = false

    func run() throws {
        var harness = BowtieHarness(assertsFormat: assertFormats)
        while let line = readLine() {
            if line.allSatisfy(\.isWhitespace) { continue }
            guard let answer = try harness.answer(to: line) else { return }
            Output.line(answer.jsonText)
        }
    }
}
