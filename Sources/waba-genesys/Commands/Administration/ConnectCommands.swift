import AgentPortal
import ArgumentParser
import ConnectionCheckContract
import ContractJSON
import ContractRuntime
import GenesysAPIServiceContract
import SharedContract
import TenantServiceContract
import WhatsAppAPIServiceContract

extension TenantCommand {
    /// `waba-genesys tenant integrations ID`
    struct Integrations: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the Open Messaging integrations of a tenant's Genesys Cloud organisation.")

        @Argument(help: "Id of the tenant.") var id: String
        @OptionGroup var report: ReportOptions

        func run() async throws {
            try await InternalServices.run(nil) { services in
                let output = try await InternalServices.ask("genesys-api-service") { () throws(ClientError) in
                    try await services.genesysAPI.listIntegrations(
                        .init(tenantId: id), options: InternalServices.patient)
                }
                guard case .ok(let list) = output else { throw CommandFailure.refused(output) }
                guard list.cause == nil else { throw CommandFailure(cause: list.cause, remedy: list.remedy) }
                report.write(list.jsonValue) {
                    var table = TextTable(["genesys integration id", "name", "sends to"], maximumWidth: 80)
                    for item in list.items { table.add([item.id, item.name, item.webhookUrl]) }
                    return table.lines(orElse: "no integration; `waba-genesys tenant connect ID` creates one")
                }
            }
        }
    }

    /// `waba-genesys tenant connect ID`
    struct Connect: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Connect an Open Messaging integration, or create one: the relay's address and secret are set in it.",
            discussion: """
                Needs the environment of the services (INTERNAL_API_TOKEN, DATABASE_URL). Safe to repeat. Examples:
                  waba-genesys tenant connect ID --name "WhatsApp Harbour Books"
                  waba-genesys tenant connect ID --genesys-integration-id 5d0c7b6a-1e2f-4a3b-9c8d-7e6f5a4b3c2d
                """)

        @Argument(help: "Id of the tenant.") var id: String
        @Option(help: "The integration; without it the one called --name, which is created where there is none.")
        var genesysIntegrationId: String?
        @Option(help: "Name of the integration.") var name = "WhatsApp"
        @Option(help: "A further number of the tenant, by the id of its channel.") var channel: String?
        @OptionGroup var report: ReportOptions

        func run() async throws {
            let about = [genesysIntegrationId ?? "name \(name)", channel.map { "channel \($0)" }]
            try await InternalServices.run(
                ("connectIntegration", id, about.compactMap(\.self).joined(separator: ", "))
            ) { services in
                let output = try await InternalServices.ask("genesys-api-service") { () throws(ClientError) in
                    try await services.genesysAPI.connectIntegration(
                        .init(tenantId: id, body: IntegrationChoice(id: genesysIntegrationId, name: name)),
                        options: InternalServices.patient)
                }
                guard case .ok(let connection) = output else { throw CommandFailure.refused(output) }
                guard let integration = connection.integration else {
                    throw CommandFailure(cause: connection.cause, remedy: connection.remedy)
                }
                try await note(integration.id, services)
                report.write(integration.jsonValue) { ["\(integration.name) is connected: \(integration.id)"] }
            }
        }

        /// Notes the integration at the tenant or the channel.
        private func note(_ integrationID: String, _ services: PortalServices) async throws {
            guard let channel else {
                let output = try await InternalServices.ask("tenant-service") { () throws(ClientError) in
                    try await services.tenants.updateTenant(
                        .init(tenantId: id, body: TenantPatch(genesysIntegrationId: .value(integrationID))))
                }
                switch output {
                case .ok: return
                case .conflict(let problem): throw CommandFailure.taken(problem)
                default: throw CommandFailure.refused(output)
                }
            }
            let output = try await InternalServices.ask("tenant-service") { () throws(ClientError) in
                try await services.tenants.updateChannel(
                    .init(
                        tenantId: id, channelId: channel,
                        body: ChannelPatch(genesysIntegrationId: .value(integrationID))))
            }
            switch output {
            case .ok: return
            case .conflict(let problem): throw CommandFailure.taken(problem)
            default: throw CommandFailure.refused(output)
            }
        }
    }

    /// `waba-genesys tenant subscribe ID`
    struct Subscribe: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Have Meta send the webhooks of a tenant's business account.",
            discussion: """
                Needs the environment of the services (INTERNAL_API_TOKEN, DATABASE_URL). Safe to repeat. Example:
                  waba-genesys tenant subscribe ID
                """)

        @Argument(help: "Id of the tenant.") var id: String
        @Option(help: "The business account, where it is another than the tenant's.") var wabaId: String?
        @OptionGroup var report: ReportOptions

        func run() async throws {
            try await InternalServices.run(("subscribeWebhooks", id, wabaId.map { "account \($0)" })) { services in
                let output = try await InternalServices.ask("whatsapp-api-service") { () throws(ClientError) in
                    try await services.whatsAppAPI.subscribeWebhooks(
                        .init(tenantId: id, wabaId: wabaId), options: InternalServices.patient)
                }
                guard case .ok(let subscription) = output else { throw CommandFailure.refused(output) }
                guard subscription.subscribed else {
                    throw CommandFailure(cause: subscription.cause, remedy: subscription.remedy)
                }
                report.write(subscription.jsonValue) {
                    ["subscribed" + (subscription.callbackUrl.map { " with callback \($0)" } ?? "")]
                }
            }
        }
    }

    /// `waba-genesys tenant send-test ID`
    struct SendTest: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send a text through the relay as a customer or as an agent would.",
            discussion: """
                Needs the environment of the services (INTERNAL_API_TOKEN, DATABASE_URL). `conversation show NUMBER` then \
                shows it arrive. Example:
                  waba-genesys tenant send-test ID --customer +4915112345678 --from customer
                """)

        /// Who writes.
        enum Sender: String, ExpressibleByArgument, CaseIterable { case customer, agent }

        @Argument(help: "Id of the tenant.") var id: String
        @Option(help: "Number of a phone with WhatsApp.") var customer: String
        @Option(help: "customer or agent.") var from: Sender
        @Option(help: "The text.") var text = "Hello! This is a test."
        @Option(help: "A further number of the tenant, by the id of its channel.") var channel: String?
        @OptionGroup var report: ReportOptions

        func run() async throws {
            try await InternalServices.run(("sendTestMessage", id, "from the \(from.rawValue)")) { services in
                let result = try await send(through: services)
                guard result.accepted else { throw CommandFailure(cause: result.cause, remedy: result.remedy) }
                report.write(result.jsonValue) { ["accepted; `waba-genesys conversation show \(customer)` follows it"] }
            }
        }
    }
}

extension TenantCommand.SendTest {
    private func send(through services: PortalServices) async throws -> TestMessageResult {
        let tenant = try await InternalServices.ask("tenant-service") { () throws(ClientError) in
            try await services.tenants.getTenant(.init(tenantId: id))
        }
        guard case .ok(let tenant) = tenant else { throw CommandFailure.refused(tenant) }
        let listed = try await InternalServices.ask("tenant-service") { () throws(ClientError) in
            try await services.tenants.listCredentials(.init(tenantId: id))
        }
        guard case .ok(let credentials) = listed else { throw CommandFailure.refused(listed) }
        var further: Channel?
        if let channel {
            let output = try await InternalServices.ask("tenant-service") { () throws(ClientError) in
                try await services.tenants.getChannel(.init(tenantId: id, channelId: channel))
            }
            guard case .ok(let found) = output else { throw CommandFailure.refused(output) }
            further = found
        }
        let account = credentials.items.first { $0.type == .whatsapp }?.members.first { $0.name == "wabaId" }?.value
        do throws(TestMessageSender.Silence) {
            return try await TestMessageSender(services: services, tenant: tenant, wabaID: account, channel: further)
                .send(
                    from == .customer ? .inbound : .outbound, to: customer, text, traceparent: TraceContext.make())
        } catch {
            throw CommandFailure("\(error.service) gives no answer; look at its health and its log")
        }
    }
}

extension CommandFailure {
    /// What a service found out, with what to do about it.
    fileprivate init(cause: String?, remedy: String?) {
        self.init([cause, remedy].compactMap(\.self).joined(separator: " "))
    }
}
