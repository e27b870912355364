import ContractRuntime
import Database
import RelayCacheContract
import SharedContract
import TenantServiceContract
import Testing

@testable import TenantService

@Suite("Credentials", .enabled(if: TestWorld.isAvailable, TestWorld.missing))
struct CredentialTests {
    private let genesys = Credential.genesys(
        GenesysCredential(
            region: .euCentral1,
            clientId: "client-1",
            clientSecret: "a-secret-of-the-client",
            webhookSecret: "a-secret-of-the-webhook"
        )
    )
    private let whatsApp = Credential.whatsapp(
        WhatsAppCredential(accessToken: "EAAtoken0123456789", wabaId: "200300400500600", appSecret: "short")
    )

    private func put(
        _ credential: Credential,
        _ type: CredentialType,
        of tenantID: String,
        _ world: TestWorld
    ) async throws -> PutCredential.Output {
        try await world.client.putCredential(
            .init(tenantId: tenantID, credentialType: type, body: credential)
        )
    }

    private func read(
        _ type: CredentialType,
        of tenantID: String,
        _ client: TenantServiceClient
    ) async throws -> Credential? {
        switch try await client.readCredential(.init(tenantId: tenantID, credentialType: type)) {
        case .ok(let credential): credential.credential
        case .notFound: nil
        case let output: throw Unexpected("\(output)")
        }
    }

    @Test("A credential is stored encrypted, read whole and shown masked")
    func storing() async throws {
        try await TestWorld.run { world in
            let tenant = try await world.tenant()
            guard case .ok(let summary) = try await put(whatsApp, .whatsapp, of: tenant.id, world) else {
                throw Unexpected("not stored")
            }
            _ = try await put(genesys, .genesys, of: tenant.id, world)
            #expect(summary.keyId == "old")
            let shown = Dictionary(uniqueKeysWithValues: summary.members.map { ($0.name, $0.value) })
            #expect(shown == ["accessToken": "…6789", "wabaId": "200300400500600", "appSecret": "…"])
            #expect(try await read(.whatsapp, of: tenant.id, world.client) == whatsApp)
            #expect(try await read(.genesys, of: tenant.id, world.client) == genesys)

            let rows = try await world.database.query(Statement("SELECT credentials FROM tenant_credentials"))
            for row in rows {
                let stored = try row.json("credentials")
                #expect(!stored.contains("a-secret") && !stored.contains("EAAtoken"))
                #expect(stored.contains("v1.old."))
            }
            guard case .ok(let list) = try await world.client.listCredentials(.init(tenantId: tenant.id)) else {
                throw Unexpected("no list")
            }
            #expect(list.items.map(\.type) == [.genesys, .whatsapp])
        }
    }

    @Test("A new credential replaces the old one and drops the token that came from it")
    func replacing() async throws {
        try await TestWorld.run { world in
            let tenant = try await world.tenant()
            _ = try await put(genesys, .genesys, of: tenant.id, world)
            let tokens = GenesysTokenEntryCache(store: world.cache)
            let token = GenesysTokenEntry(accessToken: "t", expiresAt: DateTime(millisecondsSinceEpoch: 0))
            try await tokens.set(token, tenantId: tenant.id)
            guard case .genesys(var changed) = genesys else { return }
            changed.previousWebhookSecret = changed.webhookSecret
            changed.webhookSecret = "the-next-secret-of-it"
            _ = try await put(.genesys(changed), .genesys, of: tenant.id, world)
            #expect(try await read(.genesys, of: tenant.id, world.client) == .genesys(changed))
            #expect(try await tokens.get(tenantId: tenant.id) == nil)
        }
    }

    @Test("A credential under another platform's path, of nobody, or deleted before is refused")
    func refusals() async throws {
        try await TestWorld.run { world in
            let tenant = try await world.tenant()
            guard case .badRequest(let problem) = try await put(genesys, .whatsapp, of: tenant.id, world),
                case .notFound = try await put(genesys, .genesys, of: newID(), world),
                case .notFound = try await world.client.listCredentials(.init(tenantId: newID())),
                case .notFound = try await world.client.deleteCredential(
                    .init(tenantId: tenant.id, credentialType: .genesys)
                )
            else { throw Unexpected("not refused") }
            #expect(problem.violations?.map(\.pointer) == ["/type"])
            _ = try await put(genesys, .genesys, of: tenant.id, world)
            let deletion = DeleteCredential.Input(tenantId: tenant.id, credentialType: .genesys)
            guard case .noContent = try await world.client.deleteCredential(deletion),
                case .notFound = try await world.client.deleteCredential(deletion)
            else { throw Unexpected("not deleted once") }
            #expect(try await read(.genesys, of: tenant.id, world.client) == nil)
        }
    }

    @Test("A credential that was moved to another tenant can't be read")
    func moved() async throws {
        try await TestWorld.run { world in
            let tenant = try await world.tenant()
            let other = try await world.tenant()
            _ = try await put(genesys, .genesys, of: tenant.id, world)
            try await world.database.execute(
                Statement("UPDATE tenant_credentials SET tenant_id = $1", [.uuid(other.id)])
            )
            let client = try TestWorld.client(
                world.database,
                world.cache,
                keys: TestWorld.oldKey,
                errorsAreIssues: false
            )
            let output = try await client.readCredential(.init(tenantId: other.id, credentialType: .genesys))
            guard case .internalServerError = output else { throw Unexpected("\(output)") }
        }
    }

    @Test("A rotation brings every credential under the new key while both are known")
    func rotation() async throws {
        try await TestWorld.run { world in
            var ids: [String] = []
            for _ in 0..<3 {
                let tenant = try await world.tenant()
                ids.append(tenant.id)
                _ = try await put(genesys, .genesys, of: tenant.id, world)
            }
            let keys = "\(TestWorld.newKey),\(TestWorld.oldKey)"
            let rotation = KeyRotation(database: world.database, cipher: try TestWorld.cipher(keys))
            let first = try await rotation.run()
            #expect(first.rotated == 3 && first.current == 0 && first.skipped == 0)
            let second = try await rotation.run()
            #expect(second.rotated == 0 && second.current == 3)
            let onlyNew = try TestWorld.client(world.database, world.cache, keys: TestWorld.newKey)
            for id in ids { #expect(try await read(.genesys, of: id, onlyNew) == genesys) }
        }
    }

    @Test(
        "an address with user, query or fragment is refused, put or patched, and what is wrong is said without repeating it",
        arguments: [
            ("https://ada:pass@api.example", "may have no user or password"),
            ("https://api.example?x=pass", "may have no query or fragment"),
            ("https://api.example/v2#pass", "may have no query or fragment"), ("https://:8443/", "has no host"),
        ])
    func addresses(address: String, reason: String) async throws {
        try await TestWorld.run { world in
            let tenant = try await world.tenant()
            let credential = Credential.genesys(
                GenesysCredential(
                    apiBaseUrl: address, loginBaseUrl: "https://login.example/", clientId: "client-1",
                    clientSecret: "a-secret-of-the-client", webhookSecret: "a-secret-of-the-webhook"))
            guard case .badRequest(let problem) = try await put(credential, .genesys, of: tenant.id, world) else {
                throw Unexpected("stored")
            }
            #expect(
                problem.detail?.hasPrefix("apiBaseUrl \(reason)") == true && problem.detail?.contains("pass@") == false)
            #expect(problem.violations?.map(\.pointer) == ["/apiBaseUrl"])
            _ = try await put(genesys, .genesys, of: tenant.id, world)
            let patched = try await world.client.patchCredential(
                .init(
                    tenantId: tenant.id, credentialType: .genesys,
                    body: CredentialPatch(apiBaseUrl: .value(address))))
            guard case .badRequest(let refusal) = patched else { throw Unexpected("\(patched)") }
            #expect(refusal.detail?.contains(reason) == true)
            #expect(try await read(.genesys, of: tenant.id, world.client) == genesys)
        }
    }
}
