import AuthServiceContract
import ConnectionCheckContract
import ContractJSON
import ContractRuntime
import GenesysWebhookServiceContract
import HTTPTransport
import ServiceKit
import Testing
import WebhookIntake
import WebhookTestWorld

@testable import GenesysWebhookService

@Suite(
    "Test messages as Genesys would send them", .enabled(if: TestWorld.isAvailable, TestWorld.missing),
    .timeLimit(.minutes(2)))
struct TestMessageTests {
    private static let message = TestMessage(
        account: GenesysWorld.integration, customer: "15550001234", text: "Hello 📦",
        messageId: "0123456789abcdef0123456789abcdef")

    /// Sends a test message through a service whose public address leads to another one.
    private func send(
        of tenantID: String = GenesysWorld.tenantID, through address: any ClientTransport, _ genesys: GenesysWorld
    ) async throws -> TestMessageResult {
        let media = try AttachmentFetching(
            engine: CurlEngine(), trustsAPIBaseURL: false, policy: TestWorld.quickRetries)
        let sender = GenesysWorld(
            world: genesys.world, transport: genesys.world.transport, media: media,
            probe: WebhookProbe(publicBaseURL: "http://relay.example", transport: address))
        let client = GenesysWebhookServiceClient(
            transport: InProcessTransport { sender.table }, credentials: InternalToken.credentials)
        let output = try await client.sendTestMessage(.init(tenantId: tenantID, body: Self.message))
        guard case .ok(let result) = output else { throw Unexpected("\(output)") }
        return result
    }

    @Test("a text goes the whole way in, as one of an agent to the customer")
    func delivered() async throws {
        try await GenesysWorld.with { genesys in
            let result = try await send(through: InProcessTransport { genesys.table }, genesys)
            #expect(result == TestMessageResult(accepted: true))
            await genesys.outputs.wait(for: 1)
            let message = try #require(genesys.outputs.payloads("OutboundMessage").first)
            #expect(message["update"]?["text"] == "Hello 📦")
            #expect(message["platformMessageId"]?.string == Self.message.messageId)
            #expect(message["customerAddress"] == "15550001234")
            #expect(message["phoneNumberId"]?.string == GenesysWorld.number)
            #expect(message["originatingEntity"] == "Human")
        }
    }

    @Test("what keeps it from arriving is said with cause and remedy")
    func refused() async throws {
        try await GenesysWorld.with { genesys in
            let unknown = try await send(
                of: "0d9f2c1e-7c55-4a51-8a0b-0f4f3f0f9a01", through: InProcessTransport { genesys.table }, genesys)
            #expect(!unknown.accepted && unknown.cause?.contains("No Genesys credential") == true)
            let elsewhere = try await send(through: TestWorld.unusedTransport, genesys)
            #expect(!elsewhere.accepted && elsewhere.cause?.contains("answered 404") == true)
            #expect(elsewhere.remedy?.contains("PUBLIC_BASE_URL") == true)
            #expect(genesys.outputs.all.isEmpty)
        }
    }
}

private struct Unexpected: Error {
    let description: String
    init(_ description: String) { self.description = description }
}
