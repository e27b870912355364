import ArgumentParser

/// The command line of the generator; one file a verb.
@main
struct Contractgen: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "contractgen",
        abstract: "Turns the contracts under Specs/ into Swift, and holds documents against them.",
        subcommands: [GenerateCommand.self, CheckCommand.self])
}
