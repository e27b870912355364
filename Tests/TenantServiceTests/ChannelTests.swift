import ContractRuntime
import SharedContract
import TenantServiceContract
import Testing

@testable import TenantService

@Suite("Channels", .enabled(if: TestWorld.isAvailable, TestWorld.missing))
struct ChannelTests {
    private func channel(
        _ world: TestWorld, of tenant: Tenant, number: String = newNumber(), integration: String? = nil
    ) async throws -> Channel {
        let output = try await world.client.createChannel(
            .init(
                tenantId: tenant.id,
                body: ChannelDraft(
                    name: "Sales", phoneNumberId: number, displayPhoneNumber: "+49 30 1",
                    genesysIntegrationId: integration)))
        guard case .created(let channel, let location) = output else { throw Unexpected("\(output)") }
        #expect(location == "/api/v1/tenants/\(tenant.id)/channels/\(channel.id)")
        return channel
    }

    private func update(_ world: TestWorld, _ channel: Channel, _ patch: ChannelPatch) async throws -> Channel {
        let output = try await world.client.updateChannel(
            .init(tenantId: channel.tenantId, channelId: channel.id, body: patch))
        guard case .ok(let changed) = output else { throw Unexpected("\(output)") }
        return changed
    }

    private func route(_ world: TestWorld, number: String) async throws -> TenantRoute? {
        guard case .ok(let route) = try await world.client.resolvePhoneNumber(.init(phoneNumberId: number)) else {
            return nil
        }
        return route
    }

    private func route(_ world: TestWorld, integration: String) async throws -> TenantRoute? {
        guard case .ok(let route) = try await world.client.resolveIntegration(.init(integrationId: integration)) else {
            return nil
        }
        return route
    }

    @Test("Each number and integration leads to its own pair, the second time from the cache")
    func routes() async throws {
        try await TestWorld.run { world in
            let tenant = try await world.tenant(integration: newID())
            let channel = try await channel(world, of: tenant, integration: newID())
            let own = TenantRoute(
                tenantId: tenant.id, status: .active, channelId: channel.id, phoneNumberId: channel.phoneNumberId,
                genesysIntegrationId: channel.genesysIntegrationId)
            let first = TenantRoute(
                tenantId: tenant.id, status: .active, phoneNumberId: tenant.phoneNumberId,
                genesysIntegrationId: tenant.genesysIntegrationId)
            for _ in 1...2 {
                #expect(try await route(world, number: channel.phoneNumberId) == own)
                #expect(try await route(world, integration: try #require(channel.genesysIntegrationId)) == own)
                #expect(try await route(world, number: tenant.phoneNumberId) == first)
                #expect(try await route(world, integration: try #require(tenant.genesysIntegrationId)) == first)
            }
            guard case .ok(let byID) = try await world.client.resolveTenant(.init(tenantId: tenant.id)) else {
                throw Unexpected("not found")
            }
            #expect(byID == first)
            for key in ["phone:\(channel.phoneNumberId)", "integration:\(try #require(channel.genesysIntegrationId))"] {
                #expect(try await world.cache.timeToLive(of: key) != nil)
            }
        }
    }

    @Test("A channel is suspended alone; a suspended tenant takes its channels along, at once")
    func suspended() async throws {
        try await TestWorld.run { world in
            let tenant = try await world.tenant()
            let (one, two) = (try await channel(world, of: tenant), try await channel(world, of: tenant))
            func states() async throws -> [TenantStatus?] {
                var states: [TenantStatus?] = []
                for number in [tenant.phoneNumberId, one.phoneNumberId, two.phoneNumberId] {
                    states.append(try await route(world, number: number)?.status)
                }
                return states
            }
            #expect(try await states() == [.active, .active, .active])
            _ = try await update(world, one, ChannelPatch(status: .suspended))
            #expect(try await states() == [.active, .suspended, .active])
            _ = try await world.update(tenant, TenantPatch(status: .suspended))
            #expect(try await states() == [.suspended, .suspended, .suspended])
            _ = try await world.update(tenant, TenantPatch(status: .active))
            #expect(try await states() == [.active, .suspended, .active])
        }
    }

    @Test("No number or integration is had twice, whichever of tenant and channel comes first")
    func unique() async throws {
        try await TestWorld.run { world in
            let tenant = try await world.tenant(integration: newID())
            let other = try await world.tenant()
            let channel = try await channel(world, of: tenant, integration: newID())
            for (number, integration, field) in [
                (tenant.phoneNumberId, nil, UniqueTenantMember.phoneNumberId),
                (channel.phoneNumberId, nil, .phoneNumberId),
                (newNumber(), tenant.genesysIntegrationId, .genesysIntegrationId),
                (newNumber(), channel.genesysIntegrationId, .genesysIntegrationId),
            ] {
                let draft = ChannelDraft(name: "Twice", phoneNumberId: number, genesysIntegrationId: integration)
                let output = try await world.client.createChannel(.init(tenantId: other.id, body: draft))
                guard case .conflict(let problem) = output else { throw Unexpected("\(output)") }
                #expect(problem.existingTenantId == tenant.id && problem.field == field)
                let asTenant = try await world.client.createTenant(
                    .init(body: TenantDraft(name: "Twice", phoneNumberId: number, genesysIntegrationId: integration)))
                guard case .conflict(let problem) = asTenant else { throw Unexpected("\(asTenant)") }
                #expect(problem.existingTenantId == tenant.id && problem.field == field)
            }
            let moved = try await world.client.updateTenant(
                .init(tenantId: other.id, body: TenantPatch(phoneNumberId: channel.phoneNumberId)))
            guard case .conflict = moved else { throw Unexpected("\(moved)") }
            let patched = try await world.client.updateChannel(
                .init(
                    tenantId: tenant.id, channelId: channel.id,
                    body: ChannelPatch(phoneNumberId: tenant.phoneNumberId)))
            guard case .conflict = patched else { throw Unexpected("\(patched)") }
        }
    }

    @Test("Of a tenant and a channel that want the same number at once one gets it")
    func race() async throws {
        try await TestWorld.run { world in
            let tenant = try await world.tenant()
            for _ in 0..<5 {
                let number = newNumber()
                let got = try await withThrowingTaskGroup(of: Bool.self) { group in
                    group.addTask {
                        let output = try await world.client.createTenant(
                            .init(body: TenantDraft(name: "Race", phoneNumberId: number)))
                        if case .created = output { return true }
                        return false
                    }
                    group.addTask {
                        let output = try await world.client.createChannel(
                            .init(tenantId: tenant.id, body: ChannelDraft(name: "Race", phoneNumberId: number)))
                        if case .created = output { return true }
                        return false
                    }
                    return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
                }
                #expect(got == 1)
            }
        }
    }

    @Test("A patch keeps what is absent, removes what is null, and is seen under the old number and the new")
    func patch() async throws {
        try await TestWorld.run { world in
            let tenant = try await world.tenant()
            let channel = try await channel(world, of: tenant, integration: newID())
            _ = try await route(world, number: channel.phoneNumberId)
            let number = newNumber()
            let changed = try await update(
                world, channel,
                ChannelPatch(
                    phoneNumberId: number, displayPhoneNumber: .null, wabaId: .value("200300400500602"),
                    genesysIntegrationId: .null))
            #expect(changed.name == "Sales" && changed.phoneNumberId == number)
            #expect(changed.displayPhoneNumber == nil && changed.wabaId == "200300400500602")
            #expect(changed.genesysIntegrationId == nil && changed.createdAt == channel.createdAt)
            #expect(try await route(world, number: channel.phoneNumberId) == nil)
            #expect(try await route(world, number: number)?.channelId == channel.id)
            let again = try await update(world, channel, ChannelPatch(phoneNumberId: number))
            #expect(again == changed)
        }
    }

    @Test("A channel that is removed frees its number, and only its own tenant reaches it")
    func removed() async throws {
        try await TestWorld.run { world in
            let (tenant, other) = (try await world.tenant(), try await world.tenant())
            let channel = try await channel(world, of: tenant, integration: newID())
            _ = try await route(world, number: channel.phoneNumberId)
            let foreign = ChannelPatch(status: .suspended)
            guard case .notFound = try await world.client.getChannel(.init(tenantId: other.id, channelId: channel.id)),
                case .notFound = try await world.client.updateChannel(
                    .init(tenantId: other.id, channelId: channel.id, body: foreign)),
                case .notFound = try await world.client.deleteChannel(.init(tenantId: other.id, channelId: channel.id))
            else { throw Unexpected("another tenant's channel was reached") }
            guard case .ok(let list) = try await world.client.listChannels(.init(tenantId: tenant.id)) else {
                throw Unexpected("no list")
            }
            #expect(list.items == [channel])
            let own = DeleteChannel.Input(tenantId: tenant.id, channelId: channel.id)
            guard case .noContent = try await world.client.deleteChannel(own),
                case .notFound = try await world.client.deleteChannel(own),
                case .notFound = try await world.client.listChannels(.init(tenantId: newID()))
            else { throw Unexpected("not removed") }
            #expect(try await route(world, number: channel.phoneNumberId) == nil)
            _ = try await world.tenant(channel.phoneNumberId, integration: channel.genesysIntegrationId)
        }
    }

    @Test("A tenant is found by name, number and integration of a channel")
    func search() async throws {
        try await TestWorld.run { world in
            let tenant = try await world.tenant()
            _ = try await world.tenant()
            let channel = try await channel(world, of: tenant, integration: newID())
            for text in ["sale", channel.phoneNumberId, try #require(channel.genesysIntegrationId), channel.id] {
                guard case .ok(let page) = try await world.client.listTenants(.init(q: text)) else {
                    throw Unexpected("no list")
                }
                #expect(page.items.map(\.id) == [tenant.id], "\(text)")
            }
        }
    }

    @Test("What is stored is checked for the channel that is asked about")
    func checks() async throws {
        try await TestWorld.run { world in
            let tenant = try await world.tenant(integration: newID())
            let channel = try await channel(world, of: tenant)
            _ = try await update(world, channel, ChannelPatch(status: .suspended))
            func failures(_ channelID: String?) async throws -> Set<String> {
                let output = try await world.client.checkTenant(.init(tenantId: tenant.id, channelId: channelID))
                guard case .ok(let report) = output else { throw Unexpected("\(output)") }
                return Set(report.items.filter { $0.outcome == .failed }.map(\.check.rawValue))
            }
            #expect(try await failures(nil).isDisjoint(with: ["tenantActive", "integrationChosen"]))
            #expect(try await failures(channel.id).isSuperset(of: ["tenantActive", "integrationChosen"]))
            guard
                case .notFound = try await world.client.checkTenant(.init(tenantId: tenant.id, channelId: newID()))
            else { throw Unexpected("an unknown channel was checked") }
        }
    }
}
