import ArgumentParser
import Foundation

/// The command line of the generator; one file a verb.
@main
struct Contractgen: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "contractgen",
        abstract: "Turns the contracts under Specs/ into Swift, and holds documents against them.",
        discussion: """
            Examples:
              contractgen generate
              contractgen check
              contractgen lint
              contractgen validate 'Specs/schemas/tenant.yaml#/$defs/Tenant' tenant.json
              contractgen diff ../release-1 .
              contractgen mock Specs/services/tenant-service.yaml
              contractgen --generate-completion-script bash > /etc/bash_completion.d/contractgen
            """,
        subcommands: [
            GenerateCommand.self, CheckCommand.self, LintCommand.self, ValidateCommand.self, DiffCommand.self,
            DocsCommand.self, MockCommand.self, FixturesCommand.self, ConformanceCommand.self, BowtieCommand.self,
            RealSpecsCommand.self,
        ]
    )

    /// Exit code where the command line or a spec is wrong, which is no verdict.
    static let wrongUse = ExitCode(2)

    /// Runs the verb. A wrong command line ends with 2, not with ArgumentParser's 64.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            let message = fullMessage(for: error)
            let advice = CommandLineAdvice(root: Self.self).advice(on: message, arguments: CommandLine.arguments)
            FileHandle.standardError.write(
                Data(([message, advice].compactMap(\.self).joined(separator: "\n") + "\n").utf8))
            exit(withError: wrongUse)
        }
    }
}
