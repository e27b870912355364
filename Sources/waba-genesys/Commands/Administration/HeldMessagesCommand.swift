import ArgumentParser
import ContractJSON
import ContractRuntime
import SharedContract
import StateManagerContract

/// `waba-genesys holds messages …`: the single messages that wait.
struct HeldMessagesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "messages", abstract: "List, show, release and discard single messages that wait.",
        discussion: """
            Needs API_GATEWAY_URL and ADMIN_API_KEY. Examples:
              waba-genesys holds messages list --tenant TENANT
              waba-genesys holds messages discard 17 --note "no longer needed" --yes
            """,
        subcommands: [List.self, Show.self, Release.self, Discard.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List held messages, the oldest first.")

        @Option(help: "Of this tenant.") var tenant: String?
        @Option(help: "On their way to whatsapp or genesys.") var platform: Platform?
        @Option(help: "The most to list, up to 100.") var limit = 50
        @Option(help: "Go on from there: `nextCursor` of the page before.") var cursor: String?
        @OptionGroup var report: ReportOptions

        func run() async throws {
            try await PublicAPI.run { api in
                let output = try await api.ask { () throws(ClientError) in
                    try await api.state.listHeldMessages(
                        .init(tenantId: tenant, platform: platform, cursor: cursor, limit: limit))
                }
                guard case .ok(let page) = output else { throw CommandFailure.refused(output) }
                report.write(page.jsonValue) {
                    var table = TextTable(
                        ["id", "tenant", "to", "state", "since, UTC", "message", "cause"], maximumWidth: 60)
                    for item in page.items {
                        table.add([
                            String(item.heldId), item.tenantId, item.platform.rawValue, item.state.rawValue,
                            item.heldAt.forTable, item.trackingId ?? item.messageName,
                            item.behind.map { "behind \($0)" } ?? item.cause?.reason ?? "–",
                        ])
                    }
                    return table.lines(orElse: "no held message")
                        + (page.nextCursor.map { ["more: --cursor \($0)"] } ?? [])
                }
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a held message with what is published when it goes on.")

        @Argument(help: "Id of the held message, a number.") var id: Int
        @OptionGroup var report: ReportOptions

        func run() async throws {
            try await PublicAPI.run { api in
                let output = try await api.ask { () throws(ClientError) in
                    try await api.state.getHeldMessage(.init(heldId: id))
                }
                guard case .ok(let details) = output else { throw CommandFailure.refused(output) }
                report.write(details.jsonValue) {
                    let message = details.message
                    var table = TextTable([], maximumWidth: 200)
                    table.add(["id", String(message.heldId)])
                    table.add(["tenant", message.tenantId])
                    table.add(["channel", message.channelId ?? "–"])
                    table.add(["to", "\(message.platform.rawValue) by \(message.exchange) (\(message.messageName))"])
                    table.add(["state", message.state.rawValue])
                    table.add(["cause", message.cause?.reason ?? "–"])
                    table.add(["behind", message.behind.map(String.init) ?? "–"])
                    table.add(["since", message.heldAt.forTable])
                    table.add(["message", message.trackingId ?? "–"])
                    return table.lines + ["", details.payload.jsonText]
                }
            }
        }
    }

    struct Release: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send one held message now, although its tenant or number is on hold.",
            discussion: "If the platform still refuses, it waits again. Nothing overtakes in a conversation.")

        @Argument(help: "Id of the held message, a number.") var id: Int
        @OptionGroup var report: ReportOptions

        func run() async throws {
            try await PublicAPI.run { api in
                let output = try await api.ask { () throws(ClientError) in
                    try await api.state.releaseHeldMessage(.init(heldId: id))
                }
                guard case .accepted(let message) = output else { throw CommandFailure.refused(output) }
                report.write(message.jsonValue) { ["message \(message.heldId) is on its way"] }
            }
        }
    }

    struct Discard: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give one held message up for good; an agent who wrote it is told.")

        @Argument(help: "Id of the held message, a number.") var id: Int
        @Option(help: "Why, for whoever looks at it later.") var note: String
        @Flag(help: "Confirm that it is given up for good.") var yes = false
        @OptionGroup var report: ReportOptions

        func validate() throws {
            guard yes else { throw ValidationError("this gives the message up for good; confirm with --yes") }
        }

        func run() async throws {
            try await PublicAPI.run { api in
                let output = try await api.ask { () throws(ClientError) in
                    try await api.state.discardHeldMessage(.init(heldId: id, body: .init(note: note)))
                }
                guard case .ok(let letter) = output else { throw CommandFailure.refused(output) }
                report.write(letter.jsonValue) { ["discarded; kept as dead letter \(letter.id)"] }
            }
        }
    }
}
