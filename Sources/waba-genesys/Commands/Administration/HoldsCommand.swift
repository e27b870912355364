import ArgumentParser
import ContractJSON
import ContractRuntime
import SharedContract
import StateManagerContract

/// `waba-genesys holds …`
struct HoldsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "holds",
        abstract: "List and release tenants and numbers that a platform does not serve, and their messages that wait.",
        discussion: """
            Needs API_GATEWAY_URL and ADMIN_API_KEY. Examples:
              waba-genesys holds list
              waba-genesys holds release TENANT --platform whatsapp
            """,
        subcommands: [List.self, Release.self, HeldMessagesCommand.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List tenants and numbers on hold, the oldest first.")

        @Option(help: "Of this tenant.") var tenant: String?
        @OptionGroup var report: ReportOptions

        func run() async throws {
            try await PublicAPI.run { api in
                let output = try await api.ask { () throws(ClientError) in
                    try await api.state.listHolds(.init(tenantId: tenant))
                }
                guard case .ok(let list) = output else { throw CommandFailure.refused(output) }
                report.write(list.jsonValue) {
                    var table = TextTable(
                        ["tenant", "at", "stops", "state", "messages", "since, UTC", "next trial, UTC", "cause"],
                        maximumWidth: 60
                    )
                    for hold in list.items {
                        table.add([
                            hold.tenantId, hold.platform.rawValue, Self.stopped(hold), hold.state.rawValue,
                            String(hold.heldMessages),
                            hold.since?.forTable ?? "–", hold.nextTrialAt?.forTable ?? "–", hold.cause?.reason ?? "–",
                        ])
                    }
                    return table.lines(orElse: "both platforms serve every tenant")
                }
            }
        }

        /// Whom a hold stops.
        private static func stopped(_ hold: TenantHold) -> String {
            guard let scope = hold.scope else { return "–" }
            return scope == .tenant ? "all" : hold.channelId.map { "channel \($0)" } ?? "first number"
        }
    }

    struct Release: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End the hold of a tenant; its messages follow at once, in order.",
            discussion: "If the platform still refuses the tenant, the first of them puts it on hold again.")

        @Argument(help: "Id of the tenant.") var tenant: String
        @Option(help: "whatsapp or genesys; both without it.") var platform: Platform?
        @OptionGroup var report: ReportOptions

        func run() async throws {
            try await PublicAPI.run { api in
                let output = try await api.ask { () throws(ClientError) in
                    try await api.state.releaseHold(
                        .init(body: ReleaseRequest(tenantId: tenant, platform: platform)))
                }
                guard case .ok(let result) = output else { throw CommandFailure.refused(output) }
                // state-manager knows holds only; that there is such a tenant is for tenant-service to say.
                if result.released == 0 { try await Self.requireTenant(tenant, api) }
                report.write(result.jsonValue) {
                    [result.released == 0 ? "the tenant was not on hold" : "\(result.released) ended"]
                }
            }
        }
    }
}

extension HoldsCommand.Release {
    private static func requireTenant(_ id: String, _ api: PublicAPI) async throws(CommandFailure) {
        let output = try await api.ask { () throws(ClientError) in
            try await api.tenants.getTenant(.init(tenantId: id))
        }
        switch output {
        case .ok: return
        case .notFound: throw CommandFailure("there is no tenant \(id); `waba-genesys tenant list` shows them")
        default: throw CommandFailure.refused(output)
        }
    }
}

extension Platform: ExpressibleByArgument {}
