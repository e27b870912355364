import ContractRuntime
import HTTPServer
import Logging
import ServiceKit

/// One process that plays one role, or all of them.
struct RelayProcess {
    let roles: [ServiceName]
    let configuration: ServiceConfiguration
    let simulation: SimulatorSettings
    let logger: Logger

    /// - Throws: `ConfigurationError` with everything that is missing or wrong.
    init(
        roles: [ServiceName], environment: [String: String], simulation: SimulatorSettings = SimulatorSettings()
    ) throws {
        var environment = environment
        // Of several roles in one process each has its own port.
        if roles.count > 1 { environment["PORT"] = nil }
        self.roles = roles
        self.simulation = simulation
        configuration = try ServiceConfiguration(for: roles, environment: environment)
        let name = roles.count == 1 ? roles[0].rawValue : "waba-genesys"
        logger = Logger.json(service: name, level: configuration.logLevel)
    }

    /// Runs until SIGTERM or SIGINT.
    /// - Returns: The exit code.
    func run() async throws -> Int32 {
        let parts = try SharedParts(hosted: Set(roles), configuration: configuration, logger: logger)
        let metrics = MetricRegistry()
        metrics.set(.processStart, to: Double(WallClock.millisecondsSinceEpoch) / 1_000)
        var intakes: [ServiceProcess.Part] = []
        var registries: [HealthRegistry] = []
        for role in roles {
            let health = HealthRegistry()
            registries.append(health)
            let operations = OperationsAnswers(service: role, version: Build.version, health: health, metrics: metrics)
            let assembly = try RelayServices(parts: parts, simulation: simulation)
                .assembly(of: role, operations: operations, logger: Logger.json(role, configuration))
            let table = RouteTable(
                routes: assembly.routes, authenticator: try authenticator(for: role), refusal: assembly.refusal
            ) { [logger] error, route in
                logger.error(
                    "a handler failed",
                    metadata: ["operation": .string(route.operationID), "error": .string("\(error)")])
            }
            parts.directory.register(table, for: role)
            let server = HTTPServer(
                table, operations: operations, configuration: HTTPServerConfiguration(role, configuration),
                logger: logger)
            intakes.append(.init("\(role.rawValue) http", server))
            for job in assembly.jobs { intakes.append(.cancellable("\(role.rawValue) \(job.name)", run: job.run)) }
        }
        return await ServiceProcess(
            resources: parts.resources, intakes: intakes, health: registries, drainLimit: .seconds(15), logger: logger
        )
        .run()
    }

    private func authenticator(for role: ServiceName) throws -> any Authenticator {
        switch role {
        case .metaSimulator, .genesysSimulator: JudgedByPlatform()
        default: try BearerAuthenticator(configuration)
        }
    }
}

/// Lets every request of a simulator through: its own front judges tokens, as the platform would, with the platform's errors.
private struct JudgedByPlatform: Authenticator {
    func principal(of request: ContractRequest, for requirement: SecurityRequirement) async -> Principal? {
        Principal(name: "platform")
    }
}
