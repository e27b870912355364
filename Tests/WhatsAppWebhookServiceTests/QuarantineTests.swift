import AuthServiceContract
import ContractJSON
import ContractRuntime
import RelayMessagingContract
import ServiceKit
import SharedContract
import Testing
import WebhookIntake
import WebhookTestWorld

@testable import WhatsAppWebhookService

@Suite("Setting updates aside", .enabled(if: TestWorld.isAvailable, TestWorld.missing), .timeLimit(.minutes(2)))
struct QuarantineTests {
    @Test("updates that cannot be routed are visible, each with its reason")
    func reasons() async throws {
        try await MetaWorld.with { meta in
            meta.world.tenants.add(
                TenantRoute(
                    tenantId: "11111111-0f5e-4f0e-9d3c-6a0e5b7c2d11", status: .suspended, phoneNumberId: "suspended",
                    genesysIntegrationId: "integration-3"))
            meta.world.tenants.add(
                TenantRoute(
                    tenantId: "22222222-0f5e-4f0e-9d3c-6a0e5b7c2d11", status: .active, phoneNumberId: "incomplete"))
            let values = ["unknown", "suspended", "incomplete"].map {
                Body.value(number: $0, messages: [Body.text("wamid.\($0)")])
            }
            #expect(await meta.post(Body.notification(values)).status == 200)
            #expect(
                await meta.post(Body.notification([["event": "DISABLED_UPDATE"]], field: "future_field")).status == 200)
            await meta.outputs.wait(for: 4)
            let aside = meta.outputs.payloads("QuarantinedUpdate")
            let reasons = aside.map { "\($0["addressee"]?.string ?? "") \($0["reason"]?.string ?? "")" }
            #expect(
                reasons.sorted() == [
                    "800000000000001 unhandledField", "incomplete tenantIncomplete", "suspended tenantSuspended",
                    "unknown unknownPhoneNumber",
                ])
            for update in aside {
                // What routes it again is a message of the channel that routed it, with this update alone.
                let replay = try #require(update["replay"])
                #expect(replay["exchange"] == "whatsapp.lanes" && replay["messageName"] == "WhatsAppUpdates")
                let payload = try #require(replay["payload"])
                let updates = try WhatsAppUpdates(json: payload)
                #expect(updates.updates.map { .object($0.update) } == [update["update"]])
            }
            try await meta.counts { $0.quarantined == 4 }
        }
    }

    @Test("a tenant's own app speaks for that tenant's number only")
    func foreignNumber() async throws {
        try await MetaWorld.with { meta in
            let other = "33333333-0f5e-4f0e-9d3c-6a0e5b7c2d11"
            meta.world.secrets.set(
                WebhookSecrets(platform: .whatsapp, secrets: ["the-other-tenants-app-secret"]), of: other)
            let body = Body.notification([Body.value(messages: [Body.text("wamid.1")])])
            let signature = WebhookSignature.meta.header(of: body, secret: Secret("the-other-tenants-app-secret"))
            #expect(await meta.post(body, path: "/webhooks/whatsapp/\(other)", signature: signature).status == 200)
            await meta.outputs.wait(for: 1)
            let aside = try #require(meta.outputs.payloads("QuarantinedUpdate").first)
            #expect(aside["reason"] == "unknownPhoneNumber")
            #expect(aside["tenantId"]?.string == other)
        }
    }
}
