import ArgumentParser
import ContractJSON
import ContractRuntime
import SharedContract
import StateManagerContract

/// What quarantined updates are chosen by.
struct QuarantineOptions: ParsableArguments {
    @Option(help: "Of this tenant.") var tenant: String?
    @Option(
        help: """
            unknownPhoneNumber, unknownIntegration, tenantSuspended, tenantIncomplete, contractViolation, \
            reportedByPlatform or unhandledField.
            """) var reason: QuarantineReason?
    @Option(help: "Naming this phone number id, business account or integration.") var addressee: String?

    var filter: QuarantineFilter { QuarantineFilter(tenantId: tenant, reason: reason, addressee: addressee) }
}

/// `waba-genesys quarantine …`
struct QuarantineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine",
        abstract: "List, show, route again and discard updates that were set aside, through the public API.",
        discussion: """
            Needs API_GATEWAY_URL and ADMIN_API_KEY. Examples:
              waba-genesys quarantine list --addressee 106540352242922
              waba-genesys quarantine replay ID
            """,
        subcommands: [List.self, Show.self, Replay.self, Discard.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List quarantined updates, the latest first.")

        @OptionGroup var choice: QuarantineOptions
        @Option(help: "open, replayed or discarded.") var state: QuarantineState = .open
        @Option(help: "The most to list, up to 100.") var limit = 50
        @OptionGroup var report: ReportOptions

        func run() async throws {
            try await PublicAPI.run { api in
                let output = try await api.ask { () throws(ClientError) in
                    try await api.state.listQuarantinedUpdates(
                        .init(
                            tenantId: choice.tenant, reason: choice.reason, addressee: choice.addressee, state: state,
                            limit: limit))
                }
                guard case .ok(let page) = output else { throw CommandFailure.refused(output) }
                report.write(page.jsonValue) {
                    var table = TextTable(["id", "received", "platform", "reason", "addressee", "field"])
                    for item in page.items {
                        table.add([
                            item.id, item.receivedAt.forTable, item.platform.rawValue, item.reason.rawValue,
                            item.addressee ?? "–", item.field ?? "–",
                        ])
                    }
                    return table.lines(orElse: "no quarantined update")
                }
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a quarantined update with what the platform sent.")

        @Argument(help: "Id of the quarantined update.") var id: String
        @OptionGroup var report: ReportOptions

        func run() async throws {
            try await PublicAPI.run { api in
                let output = try await api.ask { () throws(ClientError) in
                    try await api.state.getQuarantinedUpdate(.init(quarantineId: id))
                }
                guard case .ok(let details) = output else { throw CommandFailure.refused(output) }
                report.write(details.jsonValue) { Self.lines(details) }
            }
        }

        private static func lines(_ details: QuarantineDetails) -> [String] {
            let record = details.record
            var table = TextTable([], maximumWidth: 200)
            table.add(["id", record.id])
            table.add(["state", record.state.rawValue])
            table.add(["from", record.platform.rawValue])
            table.add(["reason", record.reason.rawValue])
            table.add(["tenant", record.tenantId ?? "–"])
            table.add(["addressee", record.addressee ?? "–"])
            table.add(["field", record.field ?? "–"])
            table.add(["received", record.receivedAt.forTable])
            table.add(["can be routed again", record.isReplayable ? "yes" : "no"])
            table.add(["archived", record.archiveKey])
            if let note = record.note { table.add(["note", note]) }
            return table.lines + record.violations.map { "\($0.pointer): \($0.message)" }
                + (details.update.map { [$0.jsonText] } ?? [])
        }
    }

    struct Replay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Route updates again; what still goes nowhere is set aside again.",
            discussion: """
                Exit code 1 if one that was named could not be routed.

                Example:
                  waba-genesys quarantine replay --all --reason tenantSuspended
                """)

        @Argument(help: "Ids of quarantined updates, at most 100.") var ids: [String] = []
        @Flag(help: "All open ones that the options choose, instead of ids.") var all = false
        @OptionGroup var choice: QuarantineOptions
        @OptionGroup var report: ReportOptions

        func validate() throws { try Selection.validate(ids, all) }

        func run() async throws {
            try await PublicAPI.run { api in
                try await Selection.change(
                    ids: all ? nil : ids, filter: choice.filter, report
                ) { ids, filter in
                    let output = try await api.ask { () throws(ClientError) in
                        try await api.state.replayQuarantinedUpdates(.init(body: .init(ids: ids, filter: filter)))
                    }
                    guard case .ok(let changes) = output else { throw CommandFailure.refused(output) }
                    return changes
                }
            }
        }
    }

    struct Discard: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give updates up for good; they stay visible.")

        @Argument(help: "Ids of quarantined updates, at most 100.") var ids: [String] = []
        @Flag(help: "All open ones that the options choose, instead of ids.") var all = false
        @Option(help: "Why, for whoever looks at it later.") var note: String
        @OptionGroup var choice: QuarantineOptions
        @OptionGroup var report: ReportOptions

        func validate() throws { try Selection.validate(ids, all) }

        func run() async throws {
            try await PublicAPI.run { api in
                try await Selection.change(
                    ids: all ? nil : ids, filter: choice.filter, report
                ) { ids, filter in
                    let output = try await api.ask { () throws(ClientError) in
                        try await api.state.discardQuarantinedUpdates(
                            .init(body: .init(ids: ids, filter: filter, note: note)))
                    }
                    guard case .ok(let changes) = output else { throw CommandFailure.refused(output) }
                    return changes
                }
            }
        }
    }
}

extension QuarantineReason: ExpressibleByArgument {}
extension QuarantineState: ExpressibleByArgument {}
