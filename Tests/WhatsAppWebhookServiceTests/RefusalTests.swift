import AuthServiceContract
import ContractJSON
import ContractRuntime
import ServiceKit
import Testing
import WebhookIntake
import WebhookTestWorld

@testable import WhatsAppWebhookService

@Suite("Refusing webhooks", .enabled(if: TestWorld.isAvailable, TestWorld.missing), .timeLimit(.minutes(2)))
struct RefusalTests {
    @Test("a missing, malformed or forged signature gets one answer that tells nothing")
    func signatures() async throws {
        try await MetaWorld.with { meta in
            let body = Body.notification([Body.value(messages: [Body.text("wamid.1")])])
            let right = WebhookSignature.meta.header(of: body, secret: MetaWorld.appSecret)
            let forged = WebhookSignature.meta.header(of: body, secret: Secret("another-app-secret"))
            let signatures = [
                nil, "", "sha256=", forged, right.uppercased(), "sha1=" + right.dropFirst(7), String(right.dropLast()),
                right + "0", String(right.dropFirst(7)),
            ]
            var answers: Set<JSONValue> = []
            for signature in signatures {
                let response = await meta.post(body, signature: signature)
                #expect(response.status == 401, "\(signature ?? "none")")
                answers.insert(try await response.json)
            }
            #expect(answers.count == 1)
            let found = try await meta.status().webhooks.forged
            #expect(found == signatures.count)
            let changed = Body.notification([Body.value(messages: [Body.text("wamid.2")])])
            #expect(await meta.post(changed, signature: right).status == 401)
            #expect(await meta.post(body, signature: right).status == 200)
            await meta.outputs.wait(for: 1)
            #expect(meta.outputs.all.count == 1)
        }
    }

    @Test("every rotating secret is accepted")
    func rotation() async throws {
        let secrets = [Secret("the-new-app-secret-of-the-app"), Secret("the-old-app-secret-of-the-app")]
        try await MetaWorld.with(appSecrets: secrets) { meta in
            let body = try Body.fixture("text")
            for secret in secrets {
                let signature = WebhookSignature.meta.header(of: body, secret: secret)
                #expect(await meta.post(body, signature: signature).status == 200)
            }
        }
    }

    @Test("a body that is no notification is refused with every violation and its pointer")
    func malformed() async throws {
        try await MetaWorld.with { meta in
            let deep = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
            let cases: [(body: [UInt8], keyword: String, pointer: String)] = [
                (Array("no JSON".utf8), "syntax", ""),
                ([], "syntax", ""),
                ([UInt8(ascii: "\""), 0xFF, UInt8(ascii: "\"")], "type", ""),
                (Array(deep.utf8), "syntax", ""),
                (Array("[]".utf8), "type", ""),
                (Array(#"{"object":"page","entry":[]}"#.utf8), "const", "/object"),
                (Array(#"{"object":"whatsapp_business_account"}"#.utf8), "required", ""),
                (Array(#"{"object":"whatsapp_business_account","entry":"none"}"#.utf8), "type", "/entry"),
            ]
            for (body, keyword, pointer) in cases {
                let response = await meta.post(body)
                let problem = try await response.json
                #expect(response.status == 400)
                #expect(response.headers[.contentType] == "application/problem+json")
                #expect(problem["violations"]?[0]?["keyword"] == .string(keyword))
                #expect(problem["violations"]?[0]?["pointer"] == .string(pointer))
            }
            let two = try await meta.post(Array(#"{"object":1,"entry":2}"#.utf8)).json
            #expect(two["violations"]?.array?.count == 2)
            let found2 = try await meta.status().webhooks.malformed
            #expect(found2 == cases.count + 1)
            #expect(meta.outputs.all.isEmpty)
        }
    }

    @Test("a body over 3 MiB and one that is not declared as JSON are refused")
    func sizeAndType() async throws {
        try await MetaWorld.with { meta in
            #expect(await meta.post(Array(repeating: UInt8(ascii: " "), count: 3 << 20 + 1)).status == 413)
            let body = try Body.fixture("text")
            let signature = WebhookSignature.meta.header(of: body, secret: MetaWorld.appSecret)
            #expect(await meta.post(body, signature: signature, contentType: "text/plain").status == 415)
            let declared = await meta.post(body, signature: signature, contentType: "application/json; charset=utf-8")
            #expect(declared.status == 200)
        }
    }

    @Test("the challenge is echoed verbatim for the right token only")
    func verification() async throws {
        try await MetaWorld.with { meta in
            func target(_ token: String, mode: String = "subscribe") -> String {
                "/webhooks/whatsapp?hub.mode=\(mode)&hub.challenge=0012%2Ba%26b&hub.verify_token=\(token)"
            }
            let right = await meta.get(target("a-verify-token"))
            #expect(right.status == 200)
            let found3 = try await right.body.collect(limit: 100)
            #expect(found3 == Array("0012+a&b".utf8))
            #expect(right.headers[.contentType]?.hasPrefix("text/plain") == true)
            #expect(await meta.get(target("a-verify-tokeN")).status == 403)
            #expect(await meta.get(target("")).status == 403)
            #expect(await meta.get(target("a-verify-token", mode: "unsubscribe")).status == 403)
            #expect(await meta.get("/webhooks/whatsapp?hub.mode=subscribe").status == 400)
        }
    }

    @Test("a tenant's own app is verified with its own secrets; an unknown tenant looks like a forged signature")
    func ownApp() async throws {
        try await MetaWorld.with { meta in
            let secrets = [Secret("the-tenants-own-app-secret"), Secret("and-its-former-one")]
            meta.world.secrets.set(
                WebhookSecrets(
                    platform: .whatsapp, secrets: secrets.map { $0.reveal() }, verifyToken: "the-tenants-token"),
                of: MetaWorld.tenantID)
            let path = "/webhooks/whatsapp/\(MetaWorld.tenantID)"
            let body = Body.notification([Body.value(messages: [Body.text("wamid.1")])])
            for secret in secrets {
                let signature = WebhookSignature.meta.header(of: body, secret: secret)
                #expect(await meta.post(body, path: path, signature: signature).status == 200)
            }
            #expect(meta.world.secrets.fetchCount == 1)
            await meta.outputs.wait(for: 2)
            #expect(meta.outputs.payloads("InboundMessage").count == 2)

            let shared = WebhookSignature.meta.header(of: body, secret: MetaWorld.appSecret)
            let forged = await meta.post(body, path: path, signature: shared)
            let unknown = await meta.post(
                body, path: "/webhooks/whatsapp/0d9f2c1e-7c55-4a51-8a0b-0f4f3f0f9a01", signature: shared)
            let nonsense = await meta.post(body, path: "/webhooks/whatsapp/nobody", signature: shared)
            #expect([forged.status, unknown.status, nonsense.status] == [401, 401, 401])
            let found4 = try await forged.json
            let other4 = try await unknown.json
            #expect(found4 == other4)
            let found5 = try await forged.json
            let other5 = try await nonsense.json
            #expect(found5 == other5)

            let query = "hub.mode=subscribe&hub.challenge=17&hub.verify_token="
            #expect(await meta.get("\(path)?\(query)the-tenants-token").status == 200)
            #expect(await meta.get("\(path)?\(query)a-verify-token").status == 403)
            #expect(await meta.get("/webhooks/whatsapp/nobody?\(query)the-tenants-token").status == 403)
        }
    }

    @Test("while auth-service is away a tenant's webhook is put off, not refused")
    func authServiceDown() async throws {
        try await MetaWorld.with { meta in
            meta.world.secrets.isDown(true)
            let body = try Body.fixture("text")
            let response = await meta.post(body, path: "/webhooks/whatsapp/\(MetaWorld.tenantID)", signature: "sha256=")
            #expect(response.status == 503)
            #expect(response.headers[.retryAfter] == "5")
        }
    }
}
