import ContractJSON
import Foundation
import SharedContract
import Testing
import WebhookTestWorld
import WhatsAppWebhookContract

@testable import WhatsAppWebhookService

/// The table of webhook fields in `Docs/fidelity.md`, as the code decides; `UPDATE_FIDELITY=1` writes it.
@Suite("What becomes of each webhook field")
struct FieldFateTests {
    @Test("Docs/fidelity.md says of each field of the contract what the code does with it")
    func table() throws {
        let rows = try (Self.fields() + ["a field of the future"]).map { field in
            "| `\(field)` | \(Self.words(FieldFate(Change.Field(rawValue: field)))) |"
        }
        #expect(rows.count > 30)
        let file = Body.project.appending(path: "Docs/fidelity.md")
        let text = try String(contentsOf: file, encoding: .utf8)
        let heading = try #require(text.range(of: "## WhatsApp's webhook fields\n")).upperBound
        let start = try #require(text.range(of: "|---|---|\n", range: heading..<text.endIndex)).upperBound
        let end = text.range(of: "\n\n", range: text.index(before: start)..<text.endIndex)?.lowerBound ?? text.endIndex
        if ProcessInfo.processInfo.environment["UPDATE_FIDELITY"] == "1" {
            try (text[..<start] + rows.joined(separator: "\n") + text[end...]).write(
                to: file, atomically: true, encoding: .utf8)
            return
        }
        let written = end < start ? [] : text[start..<end].split(separator: "\n").map(String.init)
        #expect(written == rows)
    }

    @Test(
        "what asks nothing of anybody is noted, and what somebody has to know is reported",
        arguments: [
            ("templateApproved", nil), ("templateRejected", .reportedByPlatform),
            ("templateDisabled", .reportedByPlatform), ("templateQuality", nil),
            ("accountRestriction", .reportedByPlatform), ("accountVerifiedAccount", nil),
            ("accountDisabledUpdate", .reportedByPlatform), ("accountAlert", nil), ("security", .reportedByPlatform),
            ("history", nil), ("historyDeclined", nil), ("appStateSync", nil), ("userPreferencesStop", nil),
            ("callConnect", nil), ("phoneNumberQuality", nil), ("errors", .reportedByPlatform),
            ("unknownField", .unhandledField),
        ] as [(String, QuarantineReason?)])
    func fixtures(_ fixture: String, _ reason: QuarantineReason?) throws {
        let read = try NotificationReader.read(try Body.fixture(fixture))
        let conversation = try #require(read.conversations.first)
        let update = try #require(conversation.updates.first)
        let fate: FieldFate = update.kind == .error ? .reported : FieldFate(update.field, value: update.update)
        switch reason {
        case nil: #expect(fate == .noted)
        case .reportedByPlatform: #expect(fate == .reported)
        default: #expect(fate == .unhandled)
        }
        #expect(read.setAside.isEmpty)
    }

    /// The values that the contract names for `field`, in its order.
    private static func fields() throws -> [String] {
        let spec = try String(
            contentsOf: Body.project.appending(path: "Specs/whatsapp/webhook.yaml"), encoding: .utf8)
        let change = try #require(spec.range(of: "\n    Change:\n")).upperBound
        let list = try #require(spec.range(of: "x-known-values:\n", range: change..<spec.endIndex)).upperBound
        return spec[list...].split(separator: "\n").prefix { $0.contains("            - ") }.map {
            $0.trimmingCharacters(in: ["-", " "])
        }
    }

    private static func words(_ fate: FieldFate) -> String {
        switch fate {
        case .parts: "its messages, statuses and errors go on one by one; `errors` beside them are reported"
        case .echoes: "stands in the conversation as written in the WhatsApp Business app; goes to no agent"
        case .userIDs: "moves the conversation along, as the message `system: user_changed_user_id`"
        case .noted: "noted"
        case .reported: "reported"
        case .reportedUnless(let member, let values):
            "reported; noted where `\(member)` is \(values.map { "`\($0)`" }.joined(separator: ", "))"
        case .unhandled: "set aside as `unhandledField`"
        }
    }
}
