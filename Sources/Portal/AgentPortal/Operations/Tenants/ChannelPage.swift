import AgentPortalContract
import ContractRuntime
import GenesysAPIServiceContract
import SharedContract
import TenantServiceContract

/// What was entered of a channel.
struct ChannelEntry {
    var name = ""
    var phoneNumberID = ""
    var displayPhoneNumber = ""
    var wabaID = ""
    /// Whether something was entered, so that its form is shown open.
    var isOpen = false
}

private struct ChannelContent {
    let tenantID: String
    let tenantName: String
    let path: String
    let id: String
    let name: String
    let phoneNumberID: String
    let displayPhoneNumber: String?
    let wabaID: String?
    let isActive: Bool
    let isTenantActive: Bool
    let created: TimeText
    let integrationID: String?
    let integrations: [IntegrationOption]
    let integrationsCause: String?
    let integrationsRemedy: String?
    let checks: CheckView?
    var error: String?
}

/// An integration to choose.
struct IntegrationOption {
    let id: String
    let name: String
    let isChosen: Bool
    let isElsewhere: Bool
    /// Whether another number of the tenant has it.
    let isTaken: Bool
}

extension AgentPortal {
    /// A channel.
    public func getChannelPage(_ input: GetChannelPage.Input, _ context: RequestContext) async throws
        -> GetChannelPage.Output
    {
        let found = try await channel(input.channelId, of: input.tenantId, context)
        return .ok(try await channelPage(found.channel, found.record, context))
    }

    /// Changes, suspends or resumes a channel.
    public func changeChannelFromForm(
        _ input: ChangeChannelFromForm.Input, _ context: RequestContext
    ) async throws -> ChangeChannelFromForm.Output {
        let form = input.body
        let (record, channel) = try await channel(input.channelId, of: input.tenantId, context)
        var patch = ChannelPatch()
        patch.name = form.name?.entered
        patch.phoneNumberId = form.phoneNumberId?.entered
        patch.status = form.status.flatMap(TenantStatus.init(rawValue:))
        // An empty field of the form removes; a form without the field keeps.
        patch.displayPhoneNumber = form.displayPhoneNumber.map { $0.entered.map(Presence.value) ?? .null } ?? .absent
        patch.wabaId = form.wabaId.map { $0.entered.map(Presence.value) ?? .null } ?? .absent
        guard patch != ChannelPatch() else {
            return .badRequest(try await channelPage(channel, record, context, error: "Nothing was entered."))
        }
        if let error = try await change(channel, patch, context) {
            return .badRequest(try await channelPage(channel, record, context, error: error))
        }
        AuditNote.add(
            detail: "number \(channel.name): "
                + [
                    patch.name.map { "name \($0)" }, patch.phoneNumberId.map { "phone number id \($0)" },
                    patch.status.map { "status \($0.rawValue)" },
                ].compactMap(\.self).joined(separator: ", "))
        return .seeOther(location: "/tenants/\(input.tenantId)/channels/\(input.channelId)")
    }

    /// A channel with the record of its tenant.
    func channel(
        _ id: String, of tenantID: String, _ context: RequestContext
    ) async throws -> (record: TenantRecord, channel: Channel) {
        let record = try await record(tenantID, context)
        guard let channel = record.channels.first(where: { $0.id == id.lowercased() }) else {
            throw PortalRefusal.notFound("number")
        }
        return (record, channel)
    }

    /// Changes a channel.
    /// - Returns: What is wrong with what was entered; nil: changed.
    func change(_ channel: Channel, _ patch: ChannelPatch, _ context: RequestContext) async throws -> String? {
        let output: UpdateChannel.Output
        do throws(ClientError) {
            output = try await services.tenants.updateChannel(
                .init(tenantId: channel.tenantId, channelId: channel.id, body: patch),
                traceparent: context.traceparent)
        } catch .invalidRequest(_) {
            return "Name, phone number id or business account id is not of a valid form."
        } catch {
            throw PortalRefusal.serviceAway("tenant-service")
        }
        switch output {
        case .ok: return nil
        case .conflict(let problem):
            return problem.field == .phoneNumberId
                ? "This number belongs to a tenant already."
                : "This integration is connected to another number; choose or create another one."
        case .badRequest(let problem): return Self.words(problem)
        case .notFound: throw PortalRefusal.notFound("number")
        default: throw PortalRefusal.serviceAway("tenant-service")
        }
    }

    /// The page of a channel.
    func channelPage(
        _ channel: Channel, _ record: TenantRecord, _ context: RequestContext, error: String? = nil
    ) async throws -> String {
        let list = try await integrations(of: record, context)
        let others = Set(
            [record.tenant.genesysIntegrationId].compactMap(\.self)
                + record.channels.filter { $0.id != channel.id }.compactMap(\.genesysIntegrationId))
        let view = CheckView(
            try await store.reports(ofChannel: channel.id), of: ConnectionChecker.partsOfChannel)
        return try pages.page(
            "channel", title: "\(record.tenant.name): \(channel.name)", section: .tenants,
            ChannelContent(
                tenantID: channel.tenantId, tenantName: record.tenant.name,
                path: "/tenants/\(channel.tenantId)/channels/\(channel.id)", id: channel.id, name: channel.name,
                phoneNumberID: channel.phoneNumberId, displayPhoneNumber: channel.displayPhoneNumber,
                wabaID: channel.wabaId, isActive: channel.status == .active,
                isTenantActive: record.tenant.status == .active, created: TimeText(channel.createdAt),
                integrationID: channel.genesysIntegrationId,
                integrations: list.items.map {
                    .init(
                        id: $0.id, name: $0.name, isChosen: $0.id == channel.genesysIntegrationId,
                        isElsewhere: !$0.webhookUrl.hasPrefix(addresses.publicBaseURL),
                        isTaken: others.contains($0.id))
                },
                integrationsCause: list.cause, integrationsRemedy: list.remedy,
                checks: view.groups.isEmpty ? nil : view, error: error))
    }

    /// The integrations of the tenant's organisation; none, with the reason, where they can't be listed.
    private func integrations(of record: TenantRecord, _ context: RequestContext) async throws -> IntegrationList {
        guard record.credentials[.genesys] != nil else {
            return IntegrationList(
                items: [], cause: "The tenant has no Genesys credential.",
                remedy: "Finish the Genesys step of its onboarding first.")
        }
        let output = try await ask("genesys-api-service") {
            try await services.genesysAPI.listIntegrations(
                .init(tenantId: record.tenant.id), traceparent: context.traceparent,
                options: RequestOptions(timeout: .seconds(30)))
        }
        guard case .ok(let list) = output else { throw PortalRefusal.serviceAway("genesys-api-service") }
        return list
    }
}
