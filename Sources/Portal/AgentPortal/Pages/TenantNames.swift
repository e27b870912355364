import ContractRuntime
import ServiceKit
import SharedContract
import TenantServiceContract

/// Names of tenants for lists that know their ids only; a name is kept for a minute.
struct TenantNames: Sendable {
    private static let lifetime: Duration = .seconds(60)
    private static let capacity = 10_000

    private let tenants: TenantServiceClient
    private let names = ExpiringCache<String, String>(capacity: Self.capacity, lifetime: Self.lifetime)

    init(tenants: TenantServiceClient) { self.tenants = tenants }

    /// Names by id. A list is shown without a name rather than not at all: an id that can't be looked up is missing.
    func names(of ids: Set<String>, _ context: RequestContext) async -> [String: String] {
        await withTaskGroup(of: (String, String?).self) { group in
            for id in ids { group.addTask { (id, await name(of: id, context)) } }
            var found: [String: String] = [:]
            for await (id, name) in group { found[id] = name }
            return found
        }
    }

    /// The name of a channel behind that of its tenant, by id of the channel.
    func channelNames(
        of channels: Set<ChannelReference>, _ context: RequestContext
    ) async -> [String: String] {
        await withTaskGroup(of: (String, String?).self) { group in
            for channel in channels { group.addTask { (channel.id, await name(of: channel, context)) } }
            var found: [String: String] = [:]
            for await (id, name) in group { found[id] = name }
            return found
        }
    }

    private func name(of channel: ChannelReference, _ context: RequestContext) async -> String? {
        if let known = names.value(for: channel.id) { return known }
        guard
            case .ok(let found)? = try? await tenants.getChannel(
                .init(tenantId: channel.tenantID, channelId: channel.id), traceparent: context.traceparent)
        else { return nil }
        names.set(found.name, for: channel.id)
        return found.name
    }

    private func name(of id: String, _ context: RequestContext) async -> String? {
        if let known = names.value(for: id) { return known }
        guard
            case .ok(let tenant)? = try? await tenants.getTenant(
                .init(tenantId: id), traceparent: context.traceparent)
        else { return nil }
        names.set(tenant.name, for: id)
        return tenant.name
    }
}

/// A channel that is known by its ids only.
struct ChannelReference: Hashable, Sendable {
    let id: String
    let tenantID: String

    init?(_ mapping: ConversationMapping) {
        guard let id = mapping.channelId else { return nil }
        self.id = id
        tenantID = mapping.tenantId
    }
}

/// A tenant to filter by.
struct TenantChoice {
    let id: String
    let name: String
    let isChosen: Bool
}

extension AgentPortal {
    /// The latest tenants, and the one that is chosen. A list is shown without them rather than not at all.
    func tenantChoices(chosen: String?, _ context: RequestContext) async -> [TenantChoice] {
        let output = try? await services.tenants.listTenants(.init(limit: 100), traceparent: context.traceparent)
        var tenants: [Tenant] = []
        if case .ok(let page)? = output { tenants = page.items }
        var choices = tenants.map { TenantChoice(id: $0.id, name: $0.name, isChosen: $0.id == chosen) }
        if let chosen, !choices.contains(where: \.isChosen) {
            let name = await tenantNames.names(of: [chosen], context)[chosen] ?? chosen
            choices.append(TenantChoice(id: chosen, name: name, isChosen: true))
        }
        return choices
    }
}
