import ArgumentParser

/// The command line: every role of the installation, and what whoever runs it needs.
@main
struct WabaGenesys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "waba-genesys",
        abstract: "Relays messages between WhatsApp and Genesys Cloud.",
        version: Build.version,
        subcommands: [
            ServeCommand.self, SimulateCommand.self, MigrateCommand.self, DemoCommand.self, ConfigurationCommand.self,
            PortalUserCommand.self, TenantCommand.self, ConversationCommand.self, MessageCommand.self,
            DeadLettersCommand.self, ReplayCommand.self, QuarantineCommand.self, HoldsCommand.self, KeysCommand.self,
            AuditCommand.self, DoctorCommand.self,
        ])
}

/// What this build is.
enum Build {
    /// Semantic version.
    static let version = "0.1.0"
}
