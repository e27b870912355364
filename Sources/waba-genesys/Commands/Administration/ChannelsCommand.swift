import ArgumentParser
import ContractJSON
import ContractRuntime
import SharedContract
import TenantServiceContract

/// `waba-genesys tenant channels …`
struct ChannelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "channels", abstract: "List and change the further numbers of a tenant.",
        discussion: """
            Needs API_GATEWAY_URL and ADMIN_API_KEY. Example:
              waba-genesys tenant channels add TENANT --name Sales --phone-number-id 106540352242923
            """,
        subcommands: [List.self, Add.self, Change.self, Suspend.self, Resume.self, Remove.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the further numbers, the oldest first.")

        @Argument(help: "Id of the tenant.") var tenant: String
        @OptionGroup var report: ReportOptions

        func run() async throws {
            try await PublicAPI.run { api in
                let output = try await api.ask { () throws(ClientError) in
                    try await api.tenants.listChannels(.init(tenantId: tenant))
                }
                guard case .ok(let list) = output else { throw CommandFailure.refused(output) }
                report.write(list.jsonValue) {
                    var table = TextTable(["id", "name", "phone number id", "genesys integration id", "status"])
                    for channel in list.items {
                        table.add([
                            channel.id, channel.name, channel.phoneNumberId, channel.genesysIntegrationId ?? "–",
                            channel.status.rawValue,
                        ])
                    }
                    return table.lines(orElse: "no further number")
                }
            }
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a tenant a further number; it uses the tenant's credentials.")

        @Argument(help: "Id of the tenant.") var tenant: String
        @Option(help: "Name for people.") var name: String
        @Option(help: "The phone number id at Meta.") var phoneNumberId: String
        @Option(
            name: [.customLong("display-phone-number"), .customLong("display-number")],
            help: "The number as people write it.") var displayNumber: String?
        @Option(
            name: [.customLong("waba-id"), .customLong("waba")],
            help: "The business account, where it is another than the tenant's.")
        var waba: String?
        @Option(
            name: [.customLong("genesys-integration-id"), .customLong("integration")],
            help: "The Open Messaging integration in Genesys Cloud.") var integration: String?
        @OptionGroup var report: ReportOptions

        func run() async throws {
            try await PublicAPI.run { api in
                let draft = ChannelDraft(
                    name: name, phoneNumberId: phoneNumberId, displayPhoneNumber: displayNumber, wabaId: waba,
                    genesysIntegrationId: integration)
                let output = try await api.ask { () throws(ClientError) in
                    try await api.tenants.createChannel(.init(tenantId: tenant, body: draft))
                }
                switch output {
                case .created(let channel, _): report.write(channel.jsonValue) { channel.lines }
                case .conflict(let problem): throw CommandFailure.taken(problem)
                default: throw CommandFailure.refused(output)
                }
            }
        }
    }

    struct Change: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change name, number, account or integration of a further number.",
            discussion: "An empty text removes display number, account or integration.")

        @OptionGroup var subject: ChannelArguments
        @Option(help: "Name for people.") var name: String?
        @Option(help: "The phone number id at Meta.") var phoneNumberId: String?
        @Option(
            name: [.customLong("display-phone-number"), .customLong("display-number")],
            help: "The number as people write it.") var displayNumber: String?
        @Option(
            name: [.customLong("waba-id"), .customLong("waba")],
            help: "The business account, where it is another than the tenant's.")
        var waba: String?
        @Option(
            name: [.customLong("genesys-integration-id"), .customLong("integration")],
            help: "The Open Messaging integration in Genesys Cloud.") var integration: String?
        @OptionGroup var report: ReportOptions

        func validate() throws {
            if patch == ChannelPatch() { throw ValidationError("nothing to change: give at least one option") }
        }

        func run() async throws { try await change(subject, patch, report) }

        private var patch: ChannelPatch {
            func presence(_ text: String?) -> Presence<String> {
                text.map { $0.isEmpty ? .null : .value($0) } ?? .absent
            }
            return ChannelPatch(
                name: name, phoneNumberId: phoneNumberId, displayPhoneNumber: presence(displayNumber),
                wabaId: presence(waba), genesysIntegrationId: presence(integration))
        }
    }

    struct Suspend: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Suspend a further number alone: nothing is sent, and what arrives is set aside.")

        @OptionGroup var subject: ChannelArguments
        @OptionGroup var report: ReportOptions

        func run() async throws { try await change(subject, ChannelPatch(status: .suspended), report) }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Resume a suspended number.")

        @OptionGroup var subject: ChannelArguments
        @OptionGroup var report: ReportOptions

        func run() async throws { try await change(subject, ChannelPatch(status: .active), report) }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove a further number; number and integration are free again.",
            discussion: "Its conversations stay to be read. What still arrives for it is set aside.")

        @OptionGroup var subject: ChannelArguments
        @OptionGroup var report: ReportOptions

        func run() async throws {
            try await PublicAPI.run { api in
                let output = try await api.ask { () throws(ClientError) in
                    try await api.tenants.deleteChannel(.init(tenantId: subject.tenant, channelId: subject.id))
                }
                guard case .noContent = output else { throw CommandFailure.refused(output) }
                report.write(["removed": .string(subject.id)]) { ["removed"] }
            }
        }
    }
}

/// Which channel.
struct ChannelArguments: ParsableArguments {
    @Argument(help: "Id of the tenant.") var tenant: String
    @Argument(help: "Id of the channel.") var id: String
}

private func change(_ subject: ChannelArguments, _ patch: ChannelPatch, _ report: ReportOptions) async throws {
    try await PublicAPI.run { api in
        let output = try await api.ask { () throws(ClientError) in
            try await api.tenants.updateChannel(
                .init(tenantId: subject.tenant, channelId: subject.id, body: patch))
        }
        switch output {
        case .ok(let channel): report.write(channel.jsonValue) { channel.lines }
        case .conflict(let problem): throw CommandFailure.taken(problem)
        default: throw CommandFailure.refused(output)
        }
    }
}

extension CommandFailure {
    /// A number or integration belongs to somebody already.
    static func taken(_ problem: TenantExistsProblem) -> CommandFailure {
        CommandFailure("\(problem.field.rawValue) belongs to the tenant \(problem.existingTenantId)")
    }
}

extension Channel {
    /// A line a fact.
    fileprivate var lines: [String] {
        var table = TextTable([])
        table.add(["id", id])
        table.add(["name", name])
        table.add(["phone number id", phoneNumberId])
        table.add(["display phone number", displayPhoneNumber ?? "–"])
        table.add(["business account", wabaId ?? "the tenant's"])
        table.add(["genesys integration id", genesysIntegrationId ?? "–"])
        table.add(["status", status.rawValue])
        table.add(["created", createdAt.forTable])
        return table.lines
    }
}
