import AgentPortal
import ArgumentParser
import AuditLog
import ContractRuntime
import Database
import HTTPTransport
import ServiceKit

/// What commands do past the public API, as the portal does: with the environment of the services, and with an entry in the
/// audit log.
enum InternalServices {
    /// Services that ask a platform several times.
    static let patient = RequestOptions(timeout: .seconds(60))

    /// Reads the environment and runs a command; exit code 78 for the configuration, 1 for everything else.
    /// - Parameter act: What is recorded before it is done; nil: it only looks.
    static func run(
        _ act: (operation: String, subject: String, detail: String?)?, _ body: (PortalServices) async throws -> Void
    ) async throws {
        let configuration: ServiceConfiguration
        do {
            configuration = try ServiceConfiguration(
                for: [], needs: [.internalAPIToken] + (act == nil ? [] : [.databaseURL]),
                environment: ProcessEnvironment.variables)
        } catch {
            CommandFailure.say("\(error)")
            throw ExitCode(78)  // EX_CONFIG of sysexits.h
        }
        let directory = ServiceDirectory(hosted: [], configuration: configuration, engine: try CurlEngine())
        let services = try PortalClients(directory: directory, configuration: configuration).services()
        do {
            guard let act else { return try await body(services) }
            let pool = try DatabasePool(url: configuration.databaseURL.reveal())
            do {
                try await record(act, in: AuditLog(database: pool)) { try await body(services) }
            } catch {
                await pool.close()
                throw error
            }
            await pool.close()
        } catch let failure as CommandFailure {
            CommandFailure.say(failure.reason)
            throw ExitCode(1)
        } catch let error as DatabaseError {
            CommandFailure.say("nothing was done, because it could not be recorded: \(error)")
            throw ExitCode(1)
        }
    }

    /// Does something between the two halves of its entry in the audit log.
    private static func record(
        _ act: (operation: String, subject: String, detail: String?), in log: AuditLog,
        _ body: () async throws -> Void
    ) async throws {
        let entry = try await log.begin(
            Act(
                operation: act.operation, subject: act.subject, detail: act.detail, way: .commandLine,
                actor: Act.commandLine, traceID: TraceContext.traceID(of: TraceContext.make())))
        do {
            try await body()
        } catch {
            // What went wrong counts more than what could not be recorded of it; the entry is there, without an end.
            try? await log.end(entry, status: 400)
            throw error
        }
        try await log.end(entry, status: 200)
    }

    /// Calls an operation of a service; what keeps it from being answered becomes a sentence that names it.
    static func ask<Output>(
        _ service: String, _ call: () async throws(ClientError) -> Output
    ) async throws(CommandFailure) -> Output {
        do throws(ClientError) {
            return try await call()
        } catch .invalidRequest(let violations) {
            throw CommandFailure(ClientError.invalidRequest(violations), gatewayURL: service)
        } catch {
            throw CommandFailure("\(service) gives no answer; look at its health and its log, or set its address")
        }
    }
}
