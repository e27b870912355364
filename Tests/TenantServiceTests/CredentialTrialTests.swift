import ContractRuntime
import ServiceKit
import SharedContract
import Synchronization
import TenantServiceContract
import Testing

@testable import TenantService

@Suite("Credentials are tried before they replace another", .enabled(if: TestWorld.isAvailable, TestWorld.missing))
struct CredentialTrialTests {
    /// A platform that takes no token with `bad` in it, and what it was asked.
    private final class Platform: Sendable {
        let asked = Mutex<[String]>([])
        let news = Mutex<[String]>([])

        func objection(to credential: Credential, of subject: TrialSubject) async -> String? {
            let secret =
                switch credential {
                case .whatsapp(let credential): credential.accessToken
                case .genesys(let credential): credential.clientSecret
                }
            asked.withLock { $0.append("\(secret) \(subject.phoneNumberID)") }
            return secret.contains("bad") ? "The platform refuses it." : nil
        }
    }

    private struct Setting {
        let client: TenantServiceClient
        let platform: Platform
        let tenant: Tenant

        init(_ world: TestWorld) async throws {
            let platform = Platform()
            self.platform = platform
            client = try TestWorld.client(
                world.database, world.cache, keys: TestWorld.oldKey,
                trial: { await platform.objection(to: $0, of: $1) },
                news: { tenantID, type, _ in
                    platform.news.withLock { $0.append("\(tenantID) \(type.rawValue)") }
                })
            tenant = try await world.tenant()
        }

        func patch(_ patch: CredentialPatch, storeAnyway: Bool? = nil) async throws -> PatchCredential.Output {
            try await client.patchCredential(
                .init(tenantId: tenant.id, credentialType: .whatsapp, storeAnyway: storeAnyway, body: patch))
        }

        func token() async throws -> String {
            let output = try await client.readCredential(.init(tenantId: tenant.id, credentialType: .whatsapp))
            guard case .ok(let found) = output, case .whatsapp(let credential) = found.credential else {
                throw Unexpected("\(output)")
            }
            return credential.accessToken
        }
    }

    private static let first = CredentialPatch(
        accessToken: .value("first-token"), wabaId: .value("200300400500600"), appSecret: .value("first-app-secret"))

    @Test("a token that the platform refuses leaves the stored one, and is stored only where that is asked for")
    func refused() async throws {
        try await TestWorld.run { world in
            let setting = try await Setting(world)
            guard case .ok = try await setting.patch(Self.first) else { throw Unexpected("not stored") }
            // There was nothing to replace.
            #expect(setting.platform.asked.withLock { $0.isEmpty })
            let output = try await setting.patch(.init(accessToken: .value("bad-token")))
            guard case .conflict(let problem) = output else { throw Unexpected("\(output)") }
            #expect(problem.type == "urn:waba-genesys:problem:credential-refused")
            #expect(problem.detail?.contains("The platform refuses it.") == true)
            #expect(try await setting.token() == "first-token")
            #expect(setting.platform.asked.withLock { $0 } == ["bad-token \(setting.tenant.phoneNumberId)"])
            // Only what was stored is news to those who wait for it.
            #expect(setting.platform.news.withLock { $0 } == ["\(setting.tenant.id) whatsapp"])
            guard case .ok = try await setting.patch(.init(accessToken: .value("bad-token")), storeAnyway: true) else {
                throw Unexpected("not stored")
            }
            #expect(try await setting.token() == "bad-token")
        }
    }

    @Test("one that the platform takes is stored; what no platform is asked with needs no trial")
    func taken() async throws {
        try await TestWorld.run { world in
            let setting = try await Setting(world)
            _ = try await setting.patch(Self.first)
            guard case .ok = try await setting.patch(.init(accessToken: .value("second-token"))) else {
                throw Unexpected("not stored")
            }
            #expect(try await setting.token() == "second-token")
            #expect(setting.platform.asked.withLock { $0.count } == 1)
            guard case .ok = try await setting.patch(.init(appSecret: .value("second-app-secret"))) else {
                throw Unexpected("not stored")
            }
            #expect(setting.platform.asked.withLock { $0.count } == 1)
        }
    }

    @Test("a whole document is tried too, unless it asks the platform with the same")
    func documents() async throws {
        try await TestWorld.run { world in
            let setting = try await Setting(world)
            func put(_ secret: String, storeAnyway: Bool? = nil) async throws -> PutCredential.Output {
                let credential = GenesysCredential(
                    region: .euWest1, clientId: "client", clientSecret: secret, webhookSecret: "webhook-secret-16")
                return try await setting.client.putCredential(
                    .init(
                        tenantId: setting.tenant.id, credentialType: .genesys, storeAnyway: storeAnyway,
                        body: .genesys(credential)))
            }
            guard case .ok = try await put("first"), case .ok = try await put("first") else {
                throw Unexpected("not stored")
            }
            #expect(setting.platform.asked.withLock { $0.isEmpty })
            guard case .conflict = try await put("bad") else { throw Unexpected("stored") }
            guard case .ok = try await put("bad", storeAnyway: true) else { throw Unexpected("not stored") }
            guard case .ok = try await put("good") else { throw Unexpected("not stored") }
            #expect(setting.platform.asked.withLock { $0.count } == 2)
        }
    }
}
