import ContractJSON
import ContractRuntime
import Foundation
import RelayMessagingContract
import SharedContract
import Testing
import WebhookTestWorld

@testable import WhatsAppWebhookService

@Suite("Recorded webhooks", .enabled(if: TestWorld.isAvailable, TestWorld.missing), .timeLimit(.minutes(5)))
struct FixtureTests {
    @Test("every valid fixture of ours is accepted and leaves each of its updates in exactly one place")
    func own() async throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Body.fixtures.path).sorted()
        let bodies = try names.filter { !$0.contains(".invalid.") }.map { name in
            (name, Array(try Data(contentsOf: Body.fixtures.appendingPathComponent(name))))
        }
        try await check(bodies)
    }

    @Test(
        "every recorded webhook that counts as valid does so too",
        .enabled(if: TestWorld.value("WABA_SHARED_DIR") != nil, "WABA_SHARED_DIR is not set"))
    func recorded() async throws {
        let folder = URL(fileURLWithPath: try #require(TestWorld.value("WABA_SHARED_DIR")))
            .appendingPathComponent("fixtures/meta")
        let index = try String(contentsOf: folder.appendingPathComponent("INDEX.tsv"), encoding: .utf8)
        let rows = index.split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
        let bodies = try rows.filter { $0[2] == "webhook" && $0[4] == "yes" }.map { row in
            (String(row[0]), Array(try Data(contentsOf: folder.appendingPathComponent(String(row[0])))))
        }
        #expect(bodies.count > 200)
        try await check(bodies)
    }

    private func check(_ bodies: [(name: String, body: [UInt8])]) async throws {
        try await MetaWorld.with { meta in
            var expected: [String: Int] = [:]
            let noted = try bodies.reduce(0) { $0 + Self.notedCount(try JSONValue(parsing: $1.body)) }
            for (name, body) in bodies {
                let document = try JSONValue(parsing: body)
                for number in Self.numbers(document) where number != MetaWorld.number {
                    meta.world.tenants.add(
                        TenantRoute(
                            tenantId: MetaWorld.tenantID, status: .active, phoneNumberId: number,
                            genesysIntegrationId: "integration-1"))
                }
                for update in Self.updates(document) { expected[update, default: 0] += 1 }
                let response = await meta.post(body)
                #expect(response.status == 200, "\(name)")
            }
            let total = expected.values.reduce(0, +)
            // Meta has no files here; what is kept of them comes beside the messages.
            await meta.outputs.wait { $0.count { $0.type != "DeadLetter" } >= total }
            var found: [String: Int] = [:]
            for type in ["InboundMessage", "MessageStatus", "QuarantinedUpdate"] {
                for payload in meta.outputs.payloads(type) {
                    let update = payload["update"] ?? .null
                    // A change of user id comes as a message that has Meta's words beside it.
                    found[
                        Self.text(update["user_id_update"]?.object == nil ? update : update["user_id_update"] ?? .null),
                        default: 0] += 1
                }
            }
            #expect(found == expected)
            let missing = meta.outputs.payloads("InboundMessage").count { $0["mediaFailure"] != nil }
            await meta.outputs.wait { $0.count { $0.type == "DeadLetter" } >= missing }
            let letters = meta.outputs.payloads("DeadLetter")
            #expect(letters.count == missing)
            #expect(letters.allSatisfy { $0.value(at: "/payload/updates/0/fileOnly")?.bool == true })
            try await meta.counts { $0.archived == bodies.count && $0.noted == noted }
            #expect(noted > 20)
        }
    }

    /// Every element of messages, statuses and errors, and every whole value without one, counted by its own reading; not
    /// what is only noted.
    private static func updates(_ document: JSONValue) -> [String] {
        changes(document).flatMap { change -> [String] in
            let value = change["value"] ?? .null
            if change["field"] == "user_id_update" { return (value["user_id_update"]?.array ?? []).map(text) }
            guard let parts = parts[change["field"]?.string ?? ""] else { return isNoted(change) ? [] : [text(value)] }
            let elements = parts.flatMap { value[$0]?.array ?? [] }
            return elements.isEmpty ? [text(value)] : elements.map(text)
        }
    }

    private static let parts = [
        "messages": ["messages", "statuses", "errors"], "smb_message_echoes": ["message_echoes", "errors"],
    ]

    private static func notedCount(_ document: JSONValue) -> Int { changes(document).count(where: isNoted) }

    private static func isNoted(_ change: JSONValue) -> Bool {
        FieldFate(change["field"]?.string ?? "", value: change["value"]?.object ?? JSONObject()) == .noted
    }

    private static func numbers(_ document: JSONValue) -> Set<String> {
        Set(changes(document).compactMap { $0["value"]?["metadata"]?["phone_number_id"]?.string })
    }

    private static func changes(_ document: JSONValue) -> [JSONValue] {
        (document["entry"]?.array ?? []).flatMap { $0["changes"]?.array ?? [] }
    }

    private static func text(_ value: JSONValue) -> String { value.jsonText }
}
