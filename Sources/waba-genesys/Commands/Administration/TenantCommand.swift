import ArgumentParser
import ContractJSON
import ContractRuntime
import Foundation
import SharedContract
import TenantServiceContract

/// `waba-genesys tenant …`
struct TenantCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tenant", abstract: "List, show, create and change tenants through the public API.",
        discussion: """
            Needs API_GATEWAY_URL and ADMIN_API_KEY. Examples:
              waba-genesys tenant create --name "Harbour Books" --phone-number-id 106540352242922
              waba-genesys tenant list --search harbour
              waba-genesys tenant suspend ID
            """,
        subcommands: [
            List.self, Show.self, Create.self, Change.self, Suspend.self, Resume.self, PutCredential.self,
            ChangeCredential.self, Integrations.self, Connect.self, Subscribe.self, SendTest.self, ChannelsCommand.self,
        ])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List tenants, the newest first.")

        @Option(help: "Part of a name, or a number, integration or tenant id.") var search: String?
        @Option(help: "active or suspended.") var status: TenantStatus?
        @Option(help: "The most to list, up to 100.") var limit = 50
        @OptionGroup var report: ReportOptions

        func run() async throws {
            try await PublicAPI.run { api in
                let output = try await api.ask { () throws(ClientError) in
                    try await api.tenants.listTenants(.init(status: status, q: search, limit: limit))
                }
                guard case .ok(let page) = output else { throw CommandFailure.refused(output) }
                report.write(page.jsonValue) {
                    var table = TextTable(["id", "name", "phone number id", "genesys integration id", "status"])
                    for tenant in page.items {
                        table.add([
                            tenant.id, tenant.name, tenant.phoneNumberId, tenant.genesysIntegrationId ?? "–",
                            tenant.status.rawValue,
                        ])
                    }
                    return table.lines(orElse: "no tenant")
                }
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a tenant with its masked credentials.")

        @Argument(help: "Id of the tenant.") var id: String
        @OptionGroup var report: ReportOptions

        func run() async throws {
            try await PublicAPI.run { api in
                let output = try await api.ask { () throws(ClientError) in
                    try await api.tenants.getTenant(.init(tenantId: id))
                }
                guard case .ok(let tenant) = output else { throw CommandFailure.refused(output) }
                let listed = try await api.ask { () throws(ClientError) in
                    try await api.tenants.listCredentials(.init(tenantId: id))
                }
                guard case .ok(let credentials) = listed else { throw CommandFailure.refused(listed) }
                report.write(["tenant": tenant.jsonValue, "credentials": credentials.jsonValue["items"] ?? .array([])])
                {
                    tenant.lines
                        + credentials.items.flatMap { credential in
                            var table = TextTable([])
                            for member in credential.members { table.add([member.name, member.value]) }
                            return ["\(credential.type.rawValue), key \(credential.keyId)"] + table.lines
                        }
                }
            }
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create a tenant.", discussion: "Its credentials follow with `tenant put-credential`.")

        @Option(help: "Name for people.") var name: String
        @Option(help: "The phone number id at Meta.") var phoneNumberId: String
        @Option(
            name: [.customLong("genesys-integration-id"), .customLong("integration")],
            help: "The Open Messaging integration in Genesys Cloud.") var integration: String?
        @OptionGroup var report: ReportOptions

        func run() async throws {
            try await PublicAPI.run { api in
                let draft = TenantDraft(
                    name: name, phoneNumberId: phoneNumberId, genesysIntegrationId: integration, status: .active)
                let output = try await api.ask { () throws(ClientError) in
                    try await api.tenants.createTenant(.init(body: draft))
                }
                switch output {
                case .created(let tenant, _): report.write(tenant.jsonValue) { tenant.lines }
                case .conflict(let problem):
                    throw CommandFailure("number or integration belong to the tenant \(problem.existingTenantId)")
                default: throw CommandFailure.refused(output)
                }
            }
        }
    }

    struct Change: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Change name, number or integration of a tenant.")

        @Argument(help: "Id of the tenant.") var id: String
        @Option(help: "Name for people.") var name: String?
        @Option(help: "The phone number id at Meta.") var phoneNumberId: String?
        @Option(
            name: [.customLong("genesys-integration-id"), .customLong("integration")],
            help: "The Open Messaging integration in Genesys Cloud.") var integration: String?
        @OptionGroup var report: ReportOptions

        func validate() throws {
            if name == nil, phoneNumberId == nil, integration == nil {
                throw ValidationError("nothing to change: give --name, --phone-number-id or --genesys-integration-id")
            }
        }

        func run() async throws {
            var patch = TenantPatch()
            patch.name = name
            patch.phoneNumberId = phoneNumberId
            if let integration { patch.genesysIntegrationId = .value(integration) }
            try await change(id, patch, report)
        }
    }

    struct Suspend: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Suspend a tenant: nothing is sent, and what arrives is set aside.")

        @Argument(help: "Id of the tenant.") var id: String
        @OptionGroup var report: ReportOptions

        func run() async throws {
            var patch = TenantPatch()
            patch.status = .suspended
            try await change(id, patch, report)
        }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Resume a suspended tenant.")

        @Argument(help: "Id of the tenant.") var id: String
        @OptionGroup var report: ReportOptions

        func run() async throws {
            var patch = TenantPatch()
            patch.status = .active
            try await change(id, patch, report)
        }
    }
}

private func change(_ id: String, _ patch: TenantPatch, _ report: ReportOptions) async throws {
    try await PublicAPI.run { api in
        let output = try await api.ask { () throws(ClientError) in
            try await api.tenants.updateTenant(.init(tenantId: id, body: patch))
        }
        guard case .ok(let tenant) = output else { throw CommandFailure.refused(output) }
        report.write(tenant.jsonValue) { tenant.lines }
    }
}

extension Tenant {
    /// A line a fact.
    fileprivate var lines: [String] {
        var table = TextTable([])
        table.add(["id", id])
        table.add(["name", name])
        table.add(["phone number id", phoneNumberId])
        table.add(["genesys integration id", genesysIntegrationId ?? "–"])
        table.add(["status", status.rawValue])
        table.add(["created", createdAt.forTable + " UTC"])
        return table.lines
    }
}

extension TenantStatus: ExpressibleByArgument {}
extension CredentialType: ExpressibleByArgument {}
