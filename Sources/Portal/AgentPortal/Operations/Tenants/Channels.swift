import AgentPortalContract
import ContractRuntime
import GenesysAPIServiceContract
import SharedContract
import TenantServiceContract

extension AgentPortal {
    /// Gives a tenant a further number.
    public func addChannelFromForm(
        _ input: AddChannelFromForm.Input, _ context: RequestContext
    ) async throws -> AddChannelFromForm.Output {
        let form = input.body
        let record = try await record(input.tenantId, context)
        func refused(_ error: String) throws -> AddChannelFromForm.Output {
            .badRequest(
                try tenantPage(
                    record, error: error,
                    channelForm: ChannelEntry(
                        name: form.name ?? "", phoneNumberID: form.phoneNumberId ?? "",
                        displayPhoneNumber: form.displayPhoneNumber ?? "", wabaID: form.wabaId ?? "", isOpen: true)))
        }
        guard let name = form.name?.entered, let number = form.phoneNumberId?.entered else {
            return try refused("Enter a name, and the phone number id: the digits under WhatsApp Manager, API setup.")
        }
        if let objection = EnteredField.objection(name: name, phoneNumberID: number, wabaID: form.wabaId?.entered) {
            return try refused(objection)
        }
        let draft = ChannelDraft(
            name: name, phoneNumberId: number, displayPhoneNumber: form.displayPhoneNumber?.entered,
            wabaId: form.wabaId?.entered)
        let output: CreateChannel.Output
        do throws(ClientError) {
            output = try await services.tenants.createChannel(
                .init(tenantId: input.tenantId, body: draft), traceparent: context.traceparent)
        } catch .invalidRequest(let violations) {
            return try refused(EnteredField.sentences(violations.map { ($0.instancePointer, $0.message) }))
        } catch {
            throw PortalRefusal.serviceAway("tenant-service")
        }
        switch output {
        case .created(let channel, _):
            AuditNote.add(detail: "added the number \(channel.name) (\(channel.phoneNumberId))")
            return .seeOther(location: "/tenants/\(input.tenantId)/channels/\(channel.id)")
        case .conflict: return try refused("This number belongs to a tenant already.")
        case .badRequest(let problem): return try refused(Self.words(problem))
        case .notFound: throw PortalRefusal.notFound("tenant")
        default: throw PortalRefusal.serviceAway("tenant-service")
        }
    }

    /// Connects an integration, notes it at the channel, and checks.
    public func connectChannelFromForm(
        _ input: ConnectChannelFromForm.Input, _ context: RequestContext
    ) async throws -> ConnectChannelFromForm.Output {
        let (record, channel) = try await channel(input.channelId, of: input.tenantId, context)
        func refused(_ error: String) async throws -> ConnectChannelFromForm.Output {
            .badRequest(try await channelPage(channel, record, context, error: error))
        }
        let isNew = input.body.integrationId == "new"
        let taken =
            [record.tenant.genesysIntegrationId]
            + record.channels.filter { $0.id != channel.id }.map(
                \.genesysIntegrationId)
        guard isNew || !taken.contains(input.body.integrationId) else {
            return try await refused("This integration is connected to another number; choose or create another one.")
        }
        let name = input.body.name?.entered ?? "WhatsApp \(record.tenant.name) \(channel.name)"
        let connected = try await ask("genesys-api-service") {
            try await services.genesysAPI.connectIntegration(
                .init(
                    tenantId: input.tenantId,
                    body: IntegrationChoice(
                        id: isNew ? nil : input.body.integrationId, name: String(name.prefix(200)))),
                traceparent: context.traceparent, options: Self.patient)
        }
        guard case .ok(let connection) = connected else { throw PortalRefusal.serviceAway("genesys-api-service") }
        guard let integration = connection.integration else {
            return try await refused([connection.cause, connection.remedy].compactMap(\.self).joined(separator: " "))
        }
        if let error = try await change(channel, ChannelPatch(genesysIntegrationId: .value(integration.id)), context) {
            return try await refused(error)
        }
        AuditNote.add(detail: "number \(channel.name): connected \(integration.name) (\(integration.id))")
        try await check(input.channelId, of: input.tenantId, context)
        return .seeOther(location: "/tenants/\(input.tenantId)/channels/\(input.channelId)#checks")
    }

    /// Subscribes the app to the business account of the channel, and checks.
    public func subscribeChannelFromForm(
        _ input: SubscribeChannelFromForm.Input, _ context: RequestContext
    ) async throws -> SubscribeChannelFromForm.Output {
        let (record, channel) = try await channel(input.channelId, of: input.tenantId, context)
        let output = try await ask("whatsapp-api-service") {
            try await services.whatsAppAPI.subscribeWebhooks(
                .init(tenantId: input.tenantId, wabaId: channel.wabaId), traceparent: context.traceparent,
                options: Self.patient)
        }
        guard case .ok(let subscription) = output else { throw PortalRefusal.serviceAway("whatsapp-api-service") }
        guard subscription.subscribed else {
            let error = [subscription.cause, subscription.remedy].compactMap(\.self).joined(separator: " ")
            return .badRequest(try await channelPage(channel, record, context, error: error))
        }
        AuditNote.add(detail: "number \(channel.name): subscribed \(channel.wabaId ?? "the tenant's account")")
        try await check(input.channelId, of: input.tenantId, context)
        return .seeOther(location: "/tenants/\(input.tenantId)/channels/\(input.channelId)#checks")
    }

    /// Runs the checks of a channel.
    public func checkChannelFromForm(
        _ input: CheckChannelFromForm.Input, _ context: RequestContext
    ) async throws -> CheckChannelFromForm.Output {
        try await check(input.channelId, of: input.tenantId, context)
        return .seeOther(location: "/tenants/\(input.tenantId)/channels/\(input.channelId)#checks")
    }

    /// Removes a channel.
    public func removeChannelFromForm(
        _ input: RemoveChannelFromForm.Input, _ context: RequestContext
    ) async throws -> RemoveChannelFromForm.Output {
        let (_, channel) = try await channel(input.channelId, of: input.tenantId, context)
        let output = try await ask("tenant-service") {
            try await services.tenants.deleteChannel(
                .init(tenantId: input.tenantId, channelId: input.channelId), traceparent: context.traceparent)
        }
        switch output {
        case .noContent, .notFound: break
        default: throw PortalRefusal.serviceAway("tenant-service")
        }
        AuditNote.add(detail: "removed the number \(channel.name) (\(channel.phoneNumberId))")
        return .seeOther(location: "/tenants/\(input.tenantId)#numbers")
    }

    /// Runs the checks of a channel as it is now and keeps what they found.
    private func check(_ channelID: String, of tenantID: String, _ context: RequestContext) async throws {
        let (record, channel) = try await channel(channelID, of: tenantID, context)
        let reports = await ConnectionChecker(services: services).run(
            ConnectionChecker.partsOfChannel, tenantID: tenantID, integrationID: record.tenant.genesysIntegrationId,
            channel: channel, traceparent: context.traceparent)
        try await store.keep(reports, ofChannel: channel.id)
    }
}
