import AuthServiceContract
import ContractJSON
import ContractRuntime
import HTTPTransport
import ServiceKit
import Testing
import WebhookIntake
import WebhookTestWorld

@testable import GenesysWebhookService

@Suite("Refusing Genesys webhooks", .enabled(if: TestWorld.isAvailable, TestWorld.missing), .timeLimit(.minutes(2)))
struct RefusalTests {
    @Test("missing, malformed and forged signatures and unknown tenants get one answer")
    func signatures() async throws {
        try await GenesysWorld.with { genesys in
            let body = Body.text("m1")
            let right = WebhookSignature.genesys.header(of: body, secret: GenesysWorld.secrets[0])
            let hexadecimal = WebhookSignature.meta.header(of: body, secret: GenesysWorld.secrets[0])
            let forged = WebhookSignature.genesys.header(of: body, secret: Secret("another-secret-altogether"))
            var answers: Set<JSONValue> = []
            for signature in [nil, "", "sha256=", forged, hexadecimal, String(right.dropLast())] {
                let response = await genesys.post(body, signature: signature)
                #expect(response.status == 401)
                answers.insert(try await response.json)
            }
            for tenant in ["0d9f2c1e-7c55-4a51-8a0b-0f4f3f0f9a01", "nobody"] {
                let response = await genesys.post(body, path: "/webhooks/genesys/\(tenant)", signature: right)
                #expect(response.status == 401)
                answers.insert(try await response.json)
            }
            #expect(answers.count == 1)
            #expect(genesys.outputs.all.isEmpty)
        }
    }

    @Test("both secrets are accepted while one rotates, and fetched once")
    func rotation() async throws {
        try await GenesysWorld.with { genesys in
            for secret in GenesysWorld.secrets {
                #expect(await genesys.post(Body.text("m"), secret: secret).status == 200)
            }
            #expect(genesys.world.secrets.fetchCount == 1)
        }
    }

    @Test("what is no JSON is refused; a notification that breaks the contract is refused and kept for a person")
    func malformed() async throws {
        try await GenesysWorld.with { genesys in
            let deep = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
            for body in [Array("no JSON".utf8), [], [0xFF], Array(deep.utf8)] {
                let response = await genesys.post(body)
                #expect(response.status == 400)
                let found = try await response.json["violations"]?[0]?["keyword"]
                #expect(found == "syntax")
            }
            #expect(genesys.outputs.all.isEmpty)
            let response = await genesys.post(try Body.fixture("text.invalid.channel-to"))
            #expect(response.status == 400)
            let found2 = try await response.json["violations"]?[0]?["pointer"]
            #expect(found2 == "/channel")
            await genesys.outputs.wait(for: 1)
            let aside = try #require(genesys.outputs.payloads("QuarantinedUpdate").first)
            #expect(aside["reason"] == "contractViolation")
            #expect(aside["tenantId"]?.string == GenesysWorld.tenantID)
            #expect(await genesys.post(Array(repeating: UInt8(ascii: " "), count: 3 << 20 + 1)).status == 413)
        }
    }

    @Test("nothing is acknowledged while the broker or auth-service is away")
    func unavailable() async throws {
        try await GenesysWorld.with { genesys in
            genesys.world.secrets.isDown(true)
            let early = await genesys.post(Body.text("m"))
            #expect(early.status == 503)
            #expect(early.headers[.retryAfter] == "5")
            genesys.world.secrets.isDown(false)
            let away = GenesysWorld(
                world: genesys.world, transport: try TestWorld.brokerThatIsAway,
                media: AttachmentFetching(engine: try CurlEngine()))
            #expect(await away.post(Body.text("m")).status == 503)
            let found3 = try await away.status().webhooks.unavailable
            #expect(found3 == 1)
        }
    }
}
