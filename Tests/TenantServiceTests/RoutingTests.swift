import ContractRuntime
import Database
import RelayCacheContract
import SharedContract
import TenantServiceContract
import Testing

@testable import TenantService

@Suite("Routing", .enabled(if: TestWorld.isAvailable, TestWorld.missing))
struct RoutingTests {
    private func route(_ world: TestWorld, number: String) async throws -> TenantRoute? {
        switch try await world.client.resolvePhoneNumber(.init(phoneNumberId: number)) {
        case .ok(let route): route
        case .notFound: nil
        case let output: throw Unexpected("\(output)")
        }
    }

    private func route(_ world: TestWorld, integration: String) async throws -> TenantRoute? {
        switch try await world.client.resolveIntegration(.init(integrationId: integration)) {
        case .ok(let route): route
        case .notFound: nil
        case let output: throw Unexpected("\(output)")
        }
    }

    @Test("A number and an integration lead to the tenant, the second time from the cache")
    func cached() async throws {
        try await TestWorld.run { world in
            let tenant = try await world.tenant(integration: newID())
            let integration = try #require(tenant.genesysIntegrationId)
            let expected = TenantRoute(
                tenantId: tenant.id,
                status: .active,
                phoneNumberId: tenant.phoneNumberId,
                genesysIntegrationId: integration
            )
            #expect(try await route(world, number: tenant.phoneNumberId) == expected)
            #expect(try await route(world, integration: integration) == expected)
            guard case .ok(let byID) = try await world.client.resolveTenant(.init(tenantId: tenant.id)) else {
                throw Unexpected("not found")
            }
            #expect(byID == expected)
            for key in ["phone:\(tenant.phoneNumberId)", "integration:\(integration)"] {
                let life = try #require(try await world.cache.timeToLive(of: key))
                #expect(life > .seconds(290) && life <= .seconds(300))
            }
            try await world.database.execute(Statement("DELETE FROM tenants"))
            #expect(try await route(world, number: tenant.phoneNumberId) == expected)
            #expect(try await route(world, integration: integration) == expected)
        }
    }

    @Test("A change that comes between the look-up and its entry leaves no old entry behind")
    func changedMeanwhile() async throws {
        try await TestWorld.run { world in
            let cache = RouteCache(store: world.cache, logger: TestWorld.quietLogger)
            let number = String(Int.random(in: 100_000_000_000_000...999_999_999_999_999))
            var route = TenantRoute(
                tenantId: newID(), status: .active, phoneNumberId: number, genesysIntegrationId: newID())
            for key in [RouteCache.Key.phoneNumber, .integration] {
                route.status = .active
                let found = try await cache.remembering(key) {
                    // Suspended, and forgotten in the cache, as soon as it was read.
                    defer { route.status = .suspended }
                    return route
                }
                #expect(found?.status == .suspended)
                #expect(await cache.route(phoneNumberID: number) == nil)
                #expect(await cache.route(integrationID: route.genesysIntegrationId ?? "") == nil)
            }
            #expect(try await cache.remembering(.phoneNumber) { route } == route)
            #expect(await cache.route(phoneNumberID: number) == route)
        }
    }

    @Test("A change is seen at once, under the old number and the new")
    func invalidated() async throws {
        try await TestWorld.run { world in
            let integration = newID()
            let tenant = try await world.tenant(integration: integration)
            _ = try await route(world, number: tenant.phoneNumberId)
            _ = try await route(world, integration: integration)
            let number = newNumber()
            _ = try await world.update(tenant, TenantPatch(phoneNumberId: number, status: .suspended))
            #expect(try await route(world, number: tenant.phoneNumberId) == nil)
            #expect(try await route(world, number: number)?.status == .suspended)
            #expect(try await route(world, integration: integration)?.phoneNumberId == number)
        }
    }

    @Test("Without the cache everything is answered from the database")
    func withoutCache() async throws {
        try await TestWorld.run { world in
            let tenant = try await world.tenant(integration: newID())
            await world.cache.close()
            #expect(try await route(world, number: tenant.phoneNumberId)?.tenantId == tenant.id)
            let suspended = try await world.update(tenant, TenantPatch(status: .suspended))
            #expect(suspended.status == .suspended)
            #expect(try await route(world, number: tenant.phoneNumberId)?.status == .suspended)
        }
    }

    @Test("What breaks its contract in the cache counts as missing")
    func brokenEntry() async throws {
        try await TestWorld.run { world in
            let tenant = try await world.tenant()
            let key = PhoneEntryCache.key(phoneNumberId: tenant.phoneNumberId)
            try await world.cache.set(key, to: Array("{}".utf8), timeToLive: .seconds(60))
            #expect(try await route(world, number: tenant.phoneNumberId)?.tenantId == tenant.id)
            #expect(try await route(world, number: newID()) == nil)
            #expect(try await route(world, integration: newID()) == nil)
        }
    }
}
