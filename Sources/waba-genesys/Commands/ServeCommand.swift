import ArgumentParser
import Foundation
import ServiceKit

/// `waba-genesys serve ROLE`
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run one service, the portal, or all of them in one process.",
        discussion: """
            Configured by environment variables; `waba-genesys configuration` lists them. Ends on SIGTERM after the work in hand.

            Examples:
              waba-genesys serve tenant-service
              waba-genesys serve all
            """)

    @Argument(help: "A service's name, or `all`.") var role: String

    func run() async throws {
        try await Roles.run(try Roles.named(role), environment: ProcessEnvironment.variables)
    }
}

/// Roles by their names on the command line.
enum Roles {
    static func named(_ name: String) throws -> [ServiceName] {
        let real = ServiceName.allCases.filter { $0.isRelayService || $0 == .agentPortal }
        if name == "all" { return real }
        guard let role = real.first(where: { $0.rawValue == name }) else {
            throw ValidationError(
                "there is no service \(name): use all, \(real.map(\.rawValue).joined(separator: ", "))")
        }
        return [role]
    }

    static func run(
        _ roles: [ServiceName], environment: [String: String], simulation: SimulatorSettings = SimulatorSettings()
    ) async throws {
        do {
            let process = try RelayProcess(roles: roles, environment: environment, simulation: simulation)
            let code = try await process.run()
            if code != 0 { throw ExitCode(code) }
        } catch let error as ConfigurationError {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            throw ExitCode(78)  // EX_CONFIG of sysexits.h
        }
    }
}
