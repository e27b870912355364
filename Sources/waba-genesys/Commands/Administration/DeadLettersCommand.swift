import AgentPortal
import ArgumentParser
import ContractJSON
import ContractRuntime
import SharedContract
import StateManagerContract

/// What dead letters are chosen by.
struct DeadLetterOptions: ParsableArguments {
    @Option(help: "Of this tenant.") var tenant: String?
    @Option(help: "Given up by this service.") var service: SharedContract.ServiceName?
    @Option(help: "inbound or outbound.") var direction: Direction?
    @Option(help: "throttled, transient, authentication, permanent or unknownOutcome.")
    var disposition: FailureDisposition?
    @Option(help: "With this error code.") var code: String?

    var filter: DeadLetterFilter {
        DeadLetterFilter(
            tenantId: tenant, service: service, direction: direction, disposition: disposition, code: code)
    }
}

/// `waba-genesys dead-letters …`
struct DeadLettersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead-letters", abstract: "List, show and discard what was given up, through the public API.",
        discussion: """
            Needs API_GATEWAY_URL and ADMIN_API_KEY. `waba-genesys replay` sends them on their way again. Examples:
              waba-genesys dead-letters causes
              waba-genesys dead-letters list --code 131009
              waba-genesys dead-letters discard ID --note "answered by telephone"
            """,
        subcommands: [List.self, Causes.self, Show.self, Discard.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List dead letters, the latest first.")

        @OptionGroup var choice: DeadLetterOptions
        @Option(help: "open, replayed or discarded.") var state: DeadLetterState = .open
        @Option(help: "The most to list, up to 100.") var limit = 50
        @OptionGroup var report: ReportOptions

        func run() async throws {
            try await PublicAPI.run { api in
                let output = try await api.ask { () throws(ClientError) in
                    try await api.state.listDeadLetters(
                        .init(
                            tenantId: choice.tenant, state: state, service: choice.service,
                            direction: choice.direction, disposition: choice.disposition, code: choice.code,
                            limit: limit))
                }
                guard case .ok(let page) = output else { throw CommandFailure.refused(output) }
                report.write(page.jsonValue) {
                    var table = TextTable(
                        ["id", "given up, UTC", "service", "failure", "code", "cause"], maximumWidth: 60)
                    for item in page.items {
                        table.add([
                            item.id, item.failedAt.forTable, item.service.rawValue, item.cause.disposition.words,
                            item.cause.code ?? "–", item.cause.reason,
                        ])
                    }
                    return table.lines(orElse: "no dead letter")
                }
            }
        }
    }

    struct Causes: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Count the open dead letters by cause.")

        @Option(help: "Of this tenant.") var tenant: String?
        @OptionGroup var report: ReportOptions

        func run() async throws {
            try await PublicAPI.run { api in
                let output = try await api.ask { () throws(ClientError) in
                    try await api.state.listDeadLetterCauses(.init(tenantId: tenant))
                }
                guard case .ok(let causes) = output else { throw CommandFailure.refused(output) }
                report.write(causes.jsonValue) {
                    var table = TextTable(["count", "service", "failure", "code", "latest, UTC"])
                    for item in causes.items {
                        table.add([
                            String(item.count), item.service.rawValue, item.disposition.words, item.code ?? "–",
                            item.latestFailedAt.forTable,
                        ])
                    }
                    return table.lines(orElse: "no open dead letter")
                }
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a dead letter with what a replay publishes.")

        @Argument(help: "Id of the dead letter.") var id: String
        @OptionGroup var report: ReportOptions

        func run() async throws {
            try await PublicAPI.run { api in
                let output = try await api.ask { () throws(ClientError) in
                    try await api.state.getDeadLetter(.init(deadLetterId: id))
                }
                guard case .ok(let details) = output else { throw CommandFailure.refused(output) }
                report.write(details.jsonValue) {
                    let record = details.record
                    var table = TextTable([], maximumWidth: 200)
                    table.add(["id", record.id])
                    table.add(["state", record.state.rawValue])
                    table.add(["service", "\(record.service.rawValue), \(counted(record.attempts, "attempt"))"])
                    table.add(["failure", "\(record.cause.disposition.words) \(record.cause.code ?? "")"])
                    table.add(["cause", record.cause.reason])
                    table.add(["given up", record.failedAt.forTable + " UTC"])
                    table.add(["tracking id", record.trackingId ?? "–"])
                    table.add(["trace id", record.traceId ?? "–"])
                    table.add(["goes to", "\(record.exchange) \(record.routingKey) (\(record.messageName))"])
                    for violation in details.violations { table.add([violation.pointer, violation.message]) }
                    return table.lines + ["", details.payload.jsonText]
                }
            }
        }
    }

    struct Discard: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give dead letters up for good; they stay visible, their messages become failed.")

        @Argument(help: "Ids of dead letters, at most 100.") var ids: [String] = []
        @Flag(help: "All open ones that the options choose, instead of ids.") var all = false
        @Option(help: "Why, for whoever looks at it later.") var note: String
        @OptionGroup var choice: DeadLetterOptions
        @OptionGroup var report: ReportOptions

        func validate() throws { try Selection.validate(ids, all) }

        func run() async throws {
            try await PublicAPI.run { api in
                try await Selection.change(
                    ids: all ? nil : ids, filter: choice.filter, report
                ) { ids, filter in
                    let output = try await api.ask { () throws(ClientError) in
                        try await api.state.discardDeadLetters(
                            .init(body: .init(ids: ids, filter: filter, note: note)))
                    }
                    guard case .ok(let changes) = output else { throw CommandFailure.refused(output) }
                    return changes
                }
            }
        }
    }
}

/// `waba-genesys replay …`
struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Replay dead letters; repeating it sends nothing twice.",
        discussion: """
            Needs API_GATEWAY_URL and ADMIN_API_KEY. Exit code 1 if one that was named could not be replayed.

            Examples:
              waba-genesys replay 0f2a5c1e-9c1b-4f0e-8a77-5b2f5d0f6a11
              waba-genesys replay --all --code 131047
            """)

    @Argument(help: "Ids of dead letters, at most 100.") var ids: [String] = []
    @Flag(help: "All open ones that the options choose, instead of ids.") var all = false
    @OptionGroup var choice: DeadLetterOptions
    @OptionGroup var report: ReportOptions

    func validate() throws { try Selection.validate(ids, all) }

    func run() async throws {
        try await PublicAPI.run { api in
            try await Selection.change(
                ids: all ? nil : ids, filter: choice.filter, report
            ) { ids, filter in
                let output = try await api.ask { () throws(ClientError) in
                    try await api.state.replayDeadLetters(.init(body: .init(ids: ids, filter: filter)))
                }
                guard case .ok(let changes) = output else { throw CommandFailure.refused(output) }
                return changes
            }
        }
    }
}

extension Direction: ExpressibleByArgument {}
extension FailureDisposition: ExpressibleByArgument {}
extension DeadLetterState: ExpressibleByArgument {}
extension SharedContract.ServiceName: ExpressibleByArgument {}
