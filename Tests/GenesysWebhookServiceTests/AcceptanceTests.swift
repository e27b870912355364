import AuthServiceContract
import ContractJSON
import ContractRuntime
import Foundation
import ServiceKit
import SharedContract
import Testing
import WebhookIntake
import WebhookTestWorld

@testable import GenesysWebhookService

@Suite(
    "Accepting Genesys webhooks", .enabled(if: TestWorld.isAvailable, TestWorld.missing), .timeLimit(.minutes(2)))
struct AcceptanceTests {
    @Test("a text reaches the transformer as it was sent, and its webhook the archive byte for byte")
    func text() async throws {
        try await GenesysWorld.with { genesys in
            let body = Body.text("m1")
            #expect(await genesys.post(body).status == 200)
            await genesys.outputs.wait(for: 1)
            let message = try #require(genesys.outputs.payloads("OutboundMessage").first)
            #expect(message["update"] == (try JSONValue(parsing: body)))
            #expect(message["tenantId"]?.string == GenesysWorld.tenantID)
            #expect(message["phoneNumberId"]?.string == GenesysWorld.number)
            #expect(message["customerAddress"] == "15550001234")
            #expect(message["originatingEntity"] == "Human")
            #expect(message["occurredAt"] == "2026-11-20T09:15:30.125Z")
            #expect(genesys.outputs.all.first?.headers["lane"] == "\(GenesysWorld.integration):15550001234")
            try await genesys.counts { $0.archived == 1 }
            let key = try #require(message["archiveKey"]?.string)
            #expect(key.hasPrefix(GenesysWorld.tenantID + "/"))
            let stored = try await genesys.world.storage.get(bucket: GenesysWebhookService.bucket, key: key)
            let found = try await stored.body.collect(limit: 1 << 20)
            #expect(found == body)
        }
    }

    @Test("receipts are told from messages")
    func receipts() async throws {
        try await GenesysWorld.with { genesys in
            for name in ["receipt-published", "receipt-failed"] {
                let body = try Body.fixture(name)
                let document = try JSONValue(parsing: body)
                genesys.serve(try #require(document["channel"]?["id"]?.string))
                #expect(await genesys.post(body).status == 200)
            }
            await genesys.outputs.wait(for: 2)
            let receipts = genesys.outputs.payloads("GenesysReceipt")
            #expect(Set(receipts.compactMap { $0["status"]?.string }) == ["Published", "Failed"])
            #expect(genesys.outputs.payloads("OutboundMessage").isEmpty)
        }
    }

    @Test("messages of one conversation keep their order")
    func order() async throws {
        try await GenesysWorld.with { genesys in
            for index in 0..<100 {
                #expect(await genesys.post(Body.text("m\(index)", to: "1555\(index % 3)")).status == 200)
            }
            await genesys.outputs.wait(for: 100)
            let messages = genesys.outputs.payloads("OutboundMessage")
            for customer in 0..<3 {
                let ids = messages.filter { $0["customerAddress"] == .string("1555\(customer)") }
                    .compactMap { $0["platformMessageId"]?.string }
                #expect(ids == (0..<100).filter { $0 % 3 == customer }.map { "m\($0)" })
            }
        }
    }

    @Test("what cannot be routed is visible with its reason")
    func quarantine() async throws {
        try await GenesysWorld.with { genesys in
            genesys.serve("suspended", status: .suspended)
            genesys.world.tenants.add(
                .init(
                    tenantId: "5c2f7a52-0f5e-4f0e-9d3c-6a0e5b7c2d22", status: .active, phoneNumberId: "1",
                    genesysIntegrationId: "foreign"))
            for integration in ["unknown", "suspended", "foreign", "no id of ours"] {
                #expect(await genesys.post(Body.text("m", integration: integration)).status == 200)
            }
            await genesys.outputs.wait(for: 4)
            let reasons = genesys.outputs.payloads("QuarantinedUpdate").map {
                "\($0["addressee"]?.string ?? "") \($0["reason"]?.string ?? "")"
            }
            #expect(
                reasons.sorted() == [
                    "foreign unknownIntegration", "no id of ours contractViolation", "suspended tenantSuspended",
                    "unknown unknownIntegration",
                ])
        }
    }

    @Test("every valid fixture of ours ends as a message, a receipt or in quarantine")
    func fixtures() async throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Body.fixtures.path).sorted()
        try await check(
            names.filter { !$0.contains(".invalid.") }.map { name in
                (name, Array(try Data(contentsOf: Body.fixtures.appendingPathComponent(name))))
            })
    }

    @Test(
        "every recorded webhook does so too",
        .enabled(if: TestWorld.value("WABA_SHARED_DIR") != nil, "WABA_SHARED_DIR is not set"))
    func recorded() async throws {
        let folder = URL(fileURLWithPath: try #require(TestWorld.value("WABA_SHARED_DIR")))
            .appendingPathComponent("fixtures/genesys")
        let index = try String(contentsOf: folder.appendingPathComponent("INDEX.tsv"), encoding: .utf8)
        let rows = index.split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
        let webhooks = rows.filter { $0[2] == "outbound-webhook" && $0[4] == "yes" && !$0[3].hasPrefix("fragment") }
        let bodies = try webhooks.map { row in
            (String(row[0]), Array(try Data(contentsOf: folder.appendingPathComponent(String(row[0])))))
        }
        #expect(bodies.count >= 15)
        try await check(bodies)
    }

    private func check(_ bodies: [(name: String, body: [UInt8])]) async throws {
        try await GenesysWorld.with { genesys in
            // A region whose hosts none of the files is at, so that they go on with the reason.
            genesys.world.secrets.set(
                GenesysToken(
                    accessToken: "a-token", expiresAt: DateTime(millisecondsSinceEpoch: 4_000_000_000_000),
                    apiBaseUrl: "https://api.region.invalid"))
            for (name, body) in bodies {
                if let id = try JSONValue(parsing: body)["channel"]?["id"]?.string { genesys.serve(id) }
                #expect(await genesys.post(body).status == 200, "\(name)")
            }
            await genesys.outputs.wait(for: bodies.count)
            let found = ["OutboundMessage", "GenesysReceipt", "QuarantinedUpdate"].flatMap(genesys.outputs.payloads)
            let expected = try bodies.map { try JSONValue(parsing: $0.body).jsonText }.sorted()
            #expect(found.map { ($0["update"] ?? .null).jsonText }.sorted() == expected)
            // Only a placeholder of the documentation, `<Integration ID>`, is no id.
            let aside = genesys.outputs.payloads("QuarantinedUpdate")
            #expect(aside.allSatisfy { $0["addressee"]?.string?.hasPrefix("<") == true })
            try await genesys.counts { $0.archived == bodies.count }
        }
    }
}
