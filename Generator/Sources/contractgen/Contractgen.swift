import ArgumentParser
import Foundation

/// The command line of the generator; one file a verb.
@main
struct Contractgen: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "contractgen",
        abstract: "Turns the contracts under Specs/ into Swift, and holds documents against them.",
        discussion: """
            Examples:
              contractgen generate
              contractgen check
              contractgen lint
              contractgen validate 'Specs/schemas/tenant.yaml#/$defs/Tenant' tenant.json
            """,
        subcommands: [
            GenerateCommand.self, CheckCommand.self, LintCommand.self, ValidateCommand.self, BowtieCommand.self,
            RealSpecsCommand.self,
        ]
    )

    /// Exit code where the command line or a spec is wrong, which is no verdict.
    static let wrongUse = ExitCode(2)

    /// Runs the verb. A wrong command line ends with 2, not with ArgumentParser's 64.
    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            FileHandle.standardError.write(Data((fullMessage(for: error) + "\n").utf8))
            exit(withError: wrongUse)
        }
    }
}
