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

    @Test("what the platform reports is visible with its tenant and not to be routed again; what is noted is counted")
    func reported() async throws {
        try await MetaWorld.with { meta in
            for fixture in ["errors", "accountRestriction", "history", "templateApproved"] {
                #expect(await meta.post(try Body.fixture(fixture)).status == 200)
            }
            try await meta.counts { $0.quarantined == 2 && $0.noted == 2 }
            await meta.outputs.wait(for: 2)
            let aside = meta.outputs.payloads("QuarantinedUpdate")
            #expect(aside.map { $0["reason"] } == ["reportedByPlatform", "reportedByPlatform"])
            #expect(aside.allSatisfy { $0["replay"] == nil })
            let error = try #require(aside.first { $0["field"] == "messages" })
            #expect(error["tenantId"]?.string == MetaWorld.tenantID && error["update"]?["code"] == 130_429)
        }
    }

    @Test("what the business wrote in WhatsApp's app goes on as such, in its customer's lane, and waits for no file")
    func echoes() async throws {
        try await MetaWorld.with { meta in
            let picture: JSONValue = [
                "id": "wamid.picture", "from": "15550009000", "to": "15550001234", "timestamp": "1790000000",
                "type": "image", "image": ["id": "m1", "mime_type": "image/png", "caption": "Look"],
            ]
            let value: JSONValue = [
                "messaging_product": "whatsapp",
                "metadata": ["display_phone_number": "15550009000", "phone_number_id": .string(MetaWorld.number)],
                "message_echoes": [picture, ["id": "wamid.broken"]], "errors": [["code": 131_000, "title": "Odd"]],
            ]
            #expect(await meta.post(try Body.fixture("messageEcho")).status == 200)
            #expect(await meta.post(Body.notification([value], field: "smb_message_echoes")).status == 200)
            #expect(await meta.post(Body.notification([Body.value(messages: [Body.text("wamid.1")])])).status == 200)
            await meta.outputs.wait(for: 5)
            let messages = meta.outputs.payloads("InboundMessage")
            let echo = try #require(messages.first { $0["platformMessageId"] == "wamid.TEST0065" })
            #expect(echo["writtenInApp"] == true && echo["customer"]?["waId"] == "15550001234")
            #expect(echo["customer"]?["userId"] == "US.10000000000000000001")
            let withPicture = try #require(messages.first { $0["platformMessageId"] == "wamid.picture" })
            #expect(withPicture["writtenInApp"] == true && withPicture["mediaFailure"] == nil)
            let own = try #require(messages.first { $0["platformMessageId"] == "wamid.1" })
            #expect(own["writtenInApp"] != true)
            let lanes = Set(meta.outputs.all.filter { $0.type == "InboundMessage" }.map { $0.headers["lane"] })
            #expect(lanes.count == 2, "by user id, and by number")
            let reasons = meta.outputs.payloads("QuarantinedUpdate").compactMap { $0["reason"]?.string }
            #expect(reasons.sorted() == ["contractViolation", "reportedByPlatform"])
            #expect(meta.holds.held.isEmpty && !meta.outputs.all.contains { $0.type == "DeadLetter" })
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
