import ArgumentParser
import ContractJSON
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
                done = try await KeyRotation(
                    database: pool, cipher: EnvelopeCipher(try configuration.encryptionKeys)
                ).run()
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
    }
}
