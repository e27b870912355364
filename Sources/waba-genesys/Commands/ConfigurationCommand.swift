import ArgumentParser
import ServiceKit

/// `waba-genesys configuration`
struct ConfigurationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "configuration", abstract: "List every environment variable with its form and default.")

    func run() { print(ConfigurationVariable.helpText) }
}
