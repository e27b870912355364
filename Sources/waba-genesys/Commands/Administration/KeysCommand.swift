import ArgumentParser
import AuditLog
import ContractJSON
import ContractRuntime
import Database
import ServiceKit
import TenantService

/// `waba-genesys keys …`
struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Keys that encrypt the tenants' credentials.", subcommands: [Rotate.self])

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Encrypt all credentials with the first key of ENCRYPTION_KEYS, while the services run.",
            discussion: """
                Needs DATABASE_URL and ENCRYPTION_KEYS. In this order, without interruption: put the new key behind the old
                one and restart tenant-service; put it first and restart again; run this; remove the old key. Safe to repeat.
                Example:
                  waba-genesys keys rotate
                """)

        @OptionGroup var report: ReportOptions

        func run() async throws {
            let configuration: ServiceConfiguration
            do {
                configuration = try ServiceConfiguration(
                    for: [], needs: [.databaseURL, .encryptionKeys], environment: ProcessEnvironment.variables)
            } catch {
                CommandFailure.say("\(error)")
                throw ExitCode(78)  // EX_CONFIG of sysexits.h
            }
            let pool = try DatabasePool(url: configuration.databaseURL.reveal())
            let done: KeyRotation.Report
            do {
                done = try await Self.rotate(pool, EnvelopeCipher(try configuration.encryptionKeys))
            } catch {
                await pool.close()
                CommandFailure.say("the rotation stopped and can be run again: \(error)")
                throw ExitCode(1)
            }
            await pool.close()
            report.write([
                "rotated": .number(.init(done.rotated)), "current": .number(.init(done.current)),
                "skipped": .number(.init(done.skipped)),
            ]) {
                [
                    "  \(done.rotated) encrypted with the current key, \(done.current) had it already"
                        + (done.skipped > 0 ? ", \(done.skipped) changed meanwhile: run it again" : "")
                ]
            }
            if done.skipped > 0 { throw ExitCode(1) }
        }

        /// Rotates between the two halves of its entry in the audit log.
        static func rotate(_ pool: DatabasePool, _ cipher: EnvelopeCipher) async throws -> KeyRotation.Report {
            let log = AuditLog(database: pool)
            let entry = try await log.begin(
                Act(
                    operation: "rotateKeys", subject: "all credentials", way: .commandLine, actor: Act.commandLine,
                    traceID: TraceContext.traceID(of: TraceContext.make())))
            do {
                let done = try await KeyRotation(database: pool, cipher: cipher).run()
                try await log.end(
                    entry, status: done.skipped > 0 ? 409 : 200,
                    detail: "rotated \(done.rotated), current \(done.current), skipped \(done.skipped)")
                return done
            } catch {
                // What went wrong counts more than what could not be recorded of it; the entry is there, without an end.
                try? await log.end(entry, status: 500)
                throw error
            }
        }
    }
}
