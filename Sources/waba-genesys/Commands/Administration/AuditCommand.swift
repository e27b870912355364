import ArgumentParser
import AuditLog
import ContractJSON
import ContractRuntime
import Database
import ServiceKit

/// `waba-genesys audit`
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Show what people, keys of the public API and commands changed, the latest first.",
        discussion: """
            Needs DATABASE_URL. A key stands by its fingerprint: printf %s "$ADMIN_API_KEY" | sha256sum | cut -c1-8. Examples:
              waba-genesys audit --way apiKey
              waba-genesys audit --about 10ea0903-a573-4f90-93a9-91acb364ca2c --format json
            """)

    @Option(help: "A user, `key` and a fingerprint, or `command line`.") var who: String?
    @Option(help: "person, apiKey or commandLine.") var way: Act.Way?
    @Option(help: "Part of an id or name that it is about.") var about: String?
    @Option(help: "Only entries before this number: `number` of the last one shown.") var before: Int?
    @Option(help: "The most to list, up to 1000.") var limit = 50
    @OptionGroup var report: ReportOptions

    func validate() throws {
        guard (1...1_000).contains(limit) else { throw ValidationError("--limit: a number from 1 to 1000") }
    }

    func run() async throws {
        let configuration: ServiceConfiguration
        do {
            configuration = try ServiceConfiguration(
                for: [], needs: [.databaseURL], environment: ProcessEnvironment.variables)
        } catch {
            CommandFailure.say("\(error)")
            throw ExitCode(78)  // EX_CONFIG of sysexits.h
        }
        let pool = try DatabasePool(url: configuration.databaseURL.reveal())
        let entries: [AuditEntry]
        do {
            entries = try await AuditLog(database: pool).entries(
                .init(actor: who?.lowercased(), way: way, about: about), before: before, limit: limit)
        } catch {
            await pool.close()
            CommandFailure.say("the log could not be read: \(error)")
            throw ExitCode(1)
        }
        await pool.close()
        report.write(.object(JSONObject([("items", .array(entries.map(\.jsonValue)))]))) {
            var table = TextTable(
                ["number", "time, UTC", "who", "what", "to what", "result", "detail"], maximumWidth: 60)
            for entry in entries {
                table.add([
                    String(entry.number), entry.at.forTable, entry.actor ?? "nobody", entry.operation,
                    entry.subject ?? "–", entry.status.map(String.init) ?? "unknown", entry.detail ?? "–",
                ])
            }
            return table.lines(orElse: "no entry is like that")
        }
    }
}

extension AuditEntry {
    fileprivate var jsonValue: JSONValue {
        var object = JSONObject([
            ("number", .number(.init(number))), ("at", .string(at.text)), ("way", .string(way.rawValue)),
            ("operation", .string(operation)),
        ])
        for (name, value) in [
            ("who", actor), ("subject", subject), ("detail", detail), ("address", address), ("traceId", traceID),
        ] {
            if let value { object[name] = .string(value) }
        }
        if let status { object["status"] = .number(.init(status)) }
        return .object(object)
    }
}

extension Act.Way: ExpressibleByArgument {}
