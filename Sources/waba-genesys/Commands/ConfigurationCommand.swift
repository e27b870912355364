import ArgumentParser
import ServiceKit

/// `waba-genesys configuration`
struct ConfigurationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "configuration", abstract: "List every environment variable with its form and default.",
        discussion:
            "With --check: say what of the environment is wrong or missing for all services; exit code 78 if anything is."
    )

    @Flag(help: "Check the environment instead.") var check = false
    @Flag(help: "The addresses of PostgreSQL, Redis, RabbitMQ and S3 will be set later.") var withoutServers = false

    func run() throws {
        guard check else { return print(ConfigurationVariable.helpText) }
        do {
            try Self.check(ProcessEnvironment.variables, withoutServers: withoutServers)
        } catch {
            CommandFailure.say("\(error)")
            throw ExitCode(78)  // EX_CONFIG of sysexits.h
        }
    }

    /// Checks what all services need.
    static func check(_ environment: [String: String], withoutServers: Bool) throws(ConfigurationError) {
        var environment = environment
        if withoutServers { environment.merge(servers) { given, _ in given } }
        _ = try ServiceConfiguration(
            for: ServiceName.allCases.filter { ![.metaSimulator, .genesysSimulator].contains($0) },
            environment: environment)
    }

    /// Any values of the right form.
    private static let servers = [
        "DATABASE_URL": "postgres://user@127.0.0.1/later", "REDIS_URL": "redis://127.0.0.1",
        "AMQP_URL": "amqp://127.0.0.1",
        "S3_ENDPOINT": "http://127.0.0.1:9000", "S3_ACCESS_KEY_ID": "later", "S3_SECRET_ACCESS_KEY": "set-later",
    ]
}
