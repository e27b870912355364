import AuthServiceContract
import ConnectionCheckContract
import ContractJSON
import ContractRuntime
import ServiceKit
import Testing
import WebhookIntake
import WebhookTestWorld
import WhatsAppWebhookServiceContract

@testable import WhatsAppWebhookService

@Suite(
    "Test messages as Meta would send them", .enabled(if: TestWorld.isAvailable, TestWorld.missing),
    .timeLimit(.minutes(2)))
struct TestMessageTests {
    private static let message = TestMessage(
        account: MetaWorld.number, business: "800000000000001", customer: "15550001234", text: "Hello 📦",
        messageId: "TEST0123456789abcdef")

    /// Sends a test message through a service whose public address leads to another one.
    private func send(
        _ message: TestMessage = message, through address: any ClientTransport, _ meta: MetaWorld,
        appSecrets: [Secret] = [MetaWorld.appSecret]
    ) async throws -> TestMessageResult {
        let sender = MetaWorld(
            world: meta.world, transport: meta.world.transport, appSecrets: appSecrets, media: try .withoutFiles(),
            probe: WebhookProbe(publicBaseURL: "http://relay.example", transport: address))
        let client = WhatsAppWebhookServiceClient(
            transport: InProcessTransport { sender.table }, credentials: InternalToken.credentials)
        let output = try await client.sendTestMessage(.init(tenantId: MetaWorld.tenantID, body: message))
        guard case .ok(let result) = output else { throw Unexpected("\(output)") }
        return result
    }

    @Test("a text goes the whole way in, as one of the number and the customer, and twice has one id")
    func delivered() async throws {
        try await MetaWorld.with { meta in
            for _ in 1...2 {
                let result = try await send(through: InProcessTransport { meta.table }, meta)
                #expect(result == TestMessageResult(accepted: true))
            }
            await meta.outputs.wait(for: 2)
            let arrived = meta.outputs.payloads("InboundMessage")
            #expect(arrived.map { $0["update"]?["text"]?["body"] } == ["Hello 📦", "Hello 📦"])
            #expect(Set(arrived.compactMap { $0["platformMessageId"]?.string }) == ["wamid.TEST0123456789abcdef"])
            #expect(arrived.first?["phoneNumberId"]?.string == MetaWorld.number)
            #expect(arrived.first?["customer"]?["waId"] == "15550001234")
            #expect(meta.outputs.payloads("QuarantinedUpdate").isEmpty)
        }
    }

    @Test("a tenant with an app of its own gets it at its own address, signed with its own secret")
    func ownApp() async throws {
        try await MetaWorld.with { meta in
            let secrets = WebhookSecrets(platform: .whatsapp, secrets: ["the-tenants-own-app-secret"])
            meta.world.secrets.set(secrets, of: MetaWorld.tenantID)
            let result = try await send(through: InProcessTransport { meta.table }, meta, appSecrets: [])
            #expect(result.accepted)
            await meta.outputs.wait(for: 1)
            #expect(meta.outputs.payloads("InboundMessage").count == 1)
        }
    }

    @Test("what keeps it from arriving is said with cause and remedy")
    func refused() async throws {
        try await MetaWorld.with { meta in
            let without = try await send(through: InProcessTransport { meta.table }, meta, appSecrets: [])
            #expect(!without.accepted && without.cause?.contains("app secret") == true)
            #expect(without.remedy?.contains("META_APP_SECRET") == true)
            let wrong = try await send(
                through: InProcessTransport { meta.table }, meta, appSecrets: [Secret("another-app-secret-0123456")])
            #expect(!wrong.accepted && wrong.cause?.contains("refuses the signature") == true)
            let elsewhere = try await send(through: TestWorld.unusedTransport, meta)
            #expect(!elsewhere.accepted && elsewhere.cause?.contains("answered 404") == true)
            #expect(elsewhere.remedy?.contains("PUBLIC_BASE_URL") == true)
            #expect(meta.outputs.all.isEmpty)
        }
    }
}

private struct Unexpected: Error {
    let description: String
    init(_ description: String) { self.description = description }
}
