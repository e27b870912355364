import AuthServiceContract
import ContractRuntime
import RelayCacheContract
import SharedContract
import Testing

@testable import AuthService

@Suite("WhatsApp tokens and webhook secrets", .enabled(if: TestWorld.isAvailable, TestWorld.missing))
struct WhatsAppTokenTests {
    private func credential(_ token: String) -> Credential {
        .whatsapp(
            WhatsAppCredential(
                accessToken: token,
                wabaId: "200300400500600",
                appSecret: "app-secret",
                previousAppSecret: "former-secret",
                verifyToken: "verify"
            )
        )
    }

    private func token(_ world: TestWorld, _ client: AuthServiceClient, refresh: Bool = false) async throws -> String {
        let output = try await client.getWhatsAppToken(.init(tenantId: world.tenantID, refresh: refresh))
        guard case .ok(let token) = output else { throw Unexpected("\(output)") }
        #expect(token.phoneNumberId == "100200300400500" && token.wabaId == "200300400500600")
        return token.accessToken
    }

    @Test("A token is cached for 24 hours and read again on refresh")
    func caching() async throws {
        try await TestWorld.run { world in
            world.platform.state.withLock { $0.credential = credential("first") }
            let client = world.process()
            #expect(try await token(world, client) == "first")
            world.platform.state.withLock { $0.credential = credential("second") }
            #expect(try await token(world, client) == "first")
            #expect(try await token(world, client, refresh: true) == "second")
            #expect(try await token(world, client) == "second")
            let life = try #require(try await world.cache.timeToLive(of: "tenant:\(world.tenantID):whatsapp:token"))
            #expect(life > .seconds(86_390))
            await world.cache.close()
            #expect(try await token(world, client) == "second")
        }
    }

    @Test("Secrets are handed out current first, and never stand in Redis")
    func secrets() async throws {
        try await TestWorld.run { world in
            let client = world.process()
            let genesys = try await client.getWebhookSecrets(.init(tenantId: world.tenantID, platform: .genesys))
            guard case .ok(let webhook) = genesys else { throw Unexpected("\(genesys)") }
            #expect(webhook.secrets == ["webhook-secret-1"] && webhook.verifyToken == nil)
            world.platform.state.withLock { $0.credential = credential("token") }
            let whatsApp = try await client.getWebhookSecrets(.init(tenantId: world.tenantID, platform: .whatsapp))
            guard case .ok(let app) = whatsApp else { throw Unexpected("\(whatsApp)") }
            #expect(app.secrets == ["app-secret", "former-secret"] && app.verifyToken == "verify")
            let kept = try await world.cache.get("tenant:\(world.tenantID):whatsapp:token")
            #expect(kept == nil)
            let missing = try await client.getWebhookSecrets(.init(tenantId: world.tenantID, platform: .genesys))
            guard case .notFound = missing else { throw Unexpected("\(missing)") }
        }
    }
}
