import ContractRuntime
import SharedContract
import TenantServiceContract
import Testing

@testable import TenantService

@Suite("Tenants", .enabled(if: TestWorld.isAvailable, TestWorld.missing))
struct TenantTests {
    @Test("A repeated creation is told who has the number, and creates nothing")
    func creation() async throws {
        try await TestWorld.run { world in
            let integration = newID()
            let first = try await world.tenant(integration: integration)
            let sameNumber = TenantDraft(name: "Other", phoneNumberId: first.phoneNumberId)
            guard case .conflict(let number) = try await world.client.createTenant(.init(body: sameNumber)) else {
                throw Unexpected("created twice")
            }
            #expect(number.existingTenantId == first.id && number.field == .phoneNumberId)
            let sameIntegration = TenantDraft(
                name: "Other", phoneNumberId: newNumber(), genesysIntegrationId: integration)
            guard case .conflict(let other) = try await world.client.createTenant(.init(body: sameIntegration)) else {
                throw Unexpected("created twice")
            }
            #expect(other.existingTenantId == first.id && other.field == .genesysIntegrationId)
            guard case .ok(let page) = try await world.client.listTenants(.init()) else { throw Unexpected("no list") }
            #expect(page.items == [first])
        }
    }

    @Test("Of many who create the same tenant at once one does")
    func race() async throws {
        try await TestWorld.run { world in
            let draft = TenantDraft(name: "Test", phoneNumberId: newNumber())
            let created = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<10 {
                    group.addTask {
                        switch try await world.client.createTenant(.init(body: draft)) {
                        case .created: true
                        case .conflict: false
                        case let output: throw Unexpected("\(output)")
                        }
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(created == 1)
        }
    }

    @Test("A patch keeps what is absent and removes what is null")
    func patch() async throws {
        try await TestWorld.run { world in
            let tenant = try await world.tenant(integration: newID())
            let renamed = try await world.update(tenant, TenantPatch(name: "New"))
            #expect(renamed.name == "New" && renamed.genesysIntegrationId == tenant.genesysIntegrationId)
            let again = try await world.update(tenant, TenantPatch(name: "New"))
            #expect(again == renamed)
            let without = try await world.update(tenant, TenantPatch(genesysIntegrationId: .null))
            #expect(without.genesysIntegrationId == nil && without.name == "New")
            let second = newID()
            let changed = TenantPatch(genesysIntegrationId: .value(second), status: .suspended)
            let suspended = try await world.update(tenant, changed)
            #expect(suspended.status == .suspended && suspended.genesysIntegrationId == second)
            guard case .ok(let read) = try await world.client.getTenant(.init(tenantId: tenant.id)) else {
                throw Unexpected("not found")
            }
            #expect(read == suspended)
        }
    }

    @Test("A patch can't take another tenant's number, and an unknown tenant can't be patched")
    func refusedPatch() async throws {
        try await TestWorld.run { world in
            let first = try await world.tenant()
            let second = try await world.tenant()
            let patch = TenantPatch(phoneNumberId: first.phoneNumberId)
            let output = try await world.client.updateTenant(.init(tenantId: second.id, body: patch))
            guard case .conflict(let problem) = output else { throw Unexpected("\(output)") }
            #expect(problem.existingTenantId == first.id)
            guard case .notFound = try await world.client.updateTenant(.init(tenantId: newID(), body: patch)) else {
                throw Unexpected("found")
            }
        }
    }

    @Test("Pages join into the whole list, newest first, by status")
    func paging() async throws {
        try await TestWorld.run { world in
            var tenants: [Tenant] = []
            for index in 0..<7 {
                tenants.append(try await world.tenant(status: index.isMultiple(of: 3) ? .suspended : .active))
            }
            var seen: [Tenant] = []
            var cursor: String?
            repeat {
                guard case .ok(let page) = try await world.client.listTenants(.init(cursor: cursor, limit: 3)) else {
                    throw Unexpected("no page")
                }
                seen += page.items
                cursor = page.nextCursor
            } while cursor != nil
            #expect(seen == tenants.reversed())
            guard case .ok(let suspended) = try await world.client.listTenants(.init(status: .suspended)),
                case .badRequest = try await world.client.listTenants(.init(cursor: "made-up"))
            else { throw Unexpected("wrong list") }
            #expect(suspended.items.count == 3)
        }
    }

    @Test("A name that can't be stored is refused")
    func unstorableName() async throws {
        try await TestWorld.run { world in
            let draft = TenantDraft(name: "a\0b", phoneNumberId: newNumber())
            let output = try await world.client.createTenant(.init(body: draft))
            guard case .badRequest = output else { throw Unexpected("\(output)") }
        }
    }
}
