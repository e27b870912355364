import ContractRuntime
import SharedContract
import TenantServiceContract
import Testing

@testable import TenantService

@Suite("Changing members of a credential", .enabled(if: TestWorld.isAvailable, TestWorld.missing))
struct PatchCredentialTests {
    private static let whatsApp = CredentialPatch(
        accessToken: .value("token-1"), wabaId: .value("200300400500600"), appSecret: .value("first-app-secret"))

    private static func patch(
        _ world: TestWorld, _ tenant: Tenant, _ type: CredentialType, _ patch: CredentialPatch
    ) async throws -> PatchCredential.Output {
        try await world.client.patchCredential(.init(tenantId: tenant.id, credentialType: type, body: patch))
    }

    private static func stored(
        _ world: TestWorld, _ tenant: Tenant, _ type: CredentialType
    ) async throws -> Credential {
        let output = try await world.client.readCredential(.init(tenantId: tenant.id, credentialType: type))
        guard case .ok(let found) = output else { throw Unexpected("\(output)") }
        return found.credential
    }

    @Test("what is absent stays, and a new app secret leaves the former one accepted until it is removed")
    func rotation() async throws {
        try await TestWorld.run { world in
            let tenant = try await world.tenant()
            guard case .ok = try await Self.patch(world, tenant, .whatsapp, Self.whatsApp) else {
                throw Unexpected("the first patch creates the credential")
            }
            _ = try await Self.patch(world, tenant, .whatsapp, .init(appSecret: .value("second-app-secret")))
            guard case .whatsapp(let rotated) = try await Self.stored(world, tenant, .whatsapp) else {
                throw Unexpected("another platform")
            }
            #expect(rotated.accessToken == "token-1")
            #expect(rotated.appSecret == "second-app-secret")
            #expect(rotated.previousAppSecret == "first-app-secret")
            let end = try await Self.patch(world, tenant, .whatsapp, .init(previousAppSecret: .null))
            guard case .ok = end else { throw Unexpected("\(end)") }
            guard case .whatsapp(let ended) = try await Self.stored(world, tenant, .whatsapp) else {
                throw Unexpected("another platform")
            }
            #expect(ended.previousAppSecret == nil)
        }
    }

    @Test("a Genesys credential gets a signature secret, and a renewed one keeps the former")
    func madeSecret() async throws {
        try await TestWorld.run { world in
            let tenant = try await world.tenant()
            let patch = CredentialPatch(
                region: .value("eu_west_1"), clientId: .value("client"), clientSecret: .value("secret"))
            _ = try await Self.patch(world, tenant, .genesys, patch)
            guard case .genesys(let first) = try await Self.stored(world, tenant, .genesys) else {
                throw Unexpected("another platform")
            }
            #expect(first.webhookSecret.count >= 32)
            _ = try await Self.patch(world, tenant, .genesys, .init(renewWebhookSecret: true))
            guard case .genesys(let second) = try await Self.stored(world, tenant, .genesys) else {
                throw Unexpected("another platform")
            }
            #expect(second.webhookSecret != first.webhookSecret)
            #expect(second.previousWebhookSecret == first.webhookSecret)
            #expect(second.clientSecret == "secret")
        }
    }

    @Test("a patch that leaves no whole credential is refused and stores nothing")
    func incomplete() async throws {
        try await TestWorld.run { world in
            let tenant = try await world.tenant()
            let output = try await Self.patch(world, tenant, .whatsapp, .init(wabaId: .value("200300400500600")))
            guard case .badRequest(let problem) = output else { throw Unexpected("\(output)") }
            #expect(
                problem.violations?.contains { $0.message.contains("accessToken") || $0.keyword == "required" } == true)
            let read = try await world.client.readCredential(.init(tenantId: tenant.id, credentialType: .whatsapp))
            guard case .notFound = read else { throw Unexpected("\(read)") }
        }
    }

    @Test("checks name what is missing, and pass when it is stored")
    func checks() async throws {
        try await TestWorld.run { world in
            let tenant = try await world.tenant()
            guard case .ok(let before) = try await world.client.checkTenant(.init(tenantId: tenant.id)) else {
                throw Unexpected("no report")
            }
            #expect(before.items.first { $0.check == .whatsAppCredentialStored }?.outcome == .failed)
            #expect(before.items.first { $0.check == .credentialKeyCurrent }?.outcome == .skipped)
            #expect(before.items.allSatisfy { $0.outcome != .failed || ($0.cause != nil && $0.remedy != nil) })
            _ = try await Self.patch(world, tenant, .whatsapp, Self.whatsApp)
            guard case .ok(let after) = try await world.client.checkTenant(.init(tenantId: tenant.id)) else {
                throw Unexpected("no report")
            }
            #expect(after.items.first { $0.check == .whatsAppCredentialStored }?.outcome == .passed)
            #expect(after.items.first { $0.check == .integrationChosen }?.outcome == .failed)
        }
    }
}
