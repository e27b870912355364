import ContractJSON
import ContractRuntime
import Foundation
import SharedContract
import StateManagerContract
import Testing
import WhatsAppWebhookContract

@testable import InboundTransformer

/// One row of the table of WhatsApp's types in `Docs/fidelity.md`.
struct FidelityRow: Sendable {
    /// What WhatsApp sends.
    let kind: String
    /// `receiveWebhook.<fixture>.json`.
    let fixture: String
    /// What it is at Genesys besides the text, in words; nil where the text is all.
    var form: String?
    /// What is known of the message that it names.
    var answered: AnsweredMessage?
    /// Title of the test that holds it.
    let test: String

    /// The row as it stands in the table, made from what the code makes of the fixture.
    func line() throws -> String {
        let file = "receiveWebhook.\(fixture).json"
        let update = try #require(Fixtures.messages.first { $0.file == file }?.update, "\(file)")
        let transformed = Transformed(ReadMessage(update), answered: answered)
        var forms = [form].compactMap(\.self)
        if let answer = transformed.answer {
            forms.append("structured response (`\(answer.kind.rawValue)`), else this text")
        }
        if !transformed.customAttributes.isEmpty { forms.append("participant data") }
        let text = transformed.texts.joined().replacing("\n", with: " ⏎ ").replacing("|", with: "\\|")
        let counterpart = (forms + ["text: " + text]).joined(separator: "; ")
        return "| \(kind) | \(counterpart) | `\(fixture)` | \(test) |"
    }
}

@Suite("Docs/fidelity.md, from WhatsApp")
struct FidelityTests {
    private static let attachment = "attachment with caption; where the file can't be had, this text"
    private static let each = "each kind has its label"
    private static let option = AnsweredMessage(
        genesysMessageId: "g1",
        option: .init(id: "g1/1", kind: .quickReply, text: "Yes", payload: "yes"))

    static let rows: [FidelityRow] = [
        .init(kind: "text", fixture: "text", test: "each kind is shown as what it is"),
        .init(kind: "image", fixture: "image", form: attachment, test: "each kind is shown as what it is"),
        .init(kind: "video", fixture: "video", form: attachment, test: each),
        .init(kind: "audio", fixture: "audio", form: attachment, test: each),
        .init(kind: "audio: voice note", fixture: "audioVoiceNote", form: attachment, test: each),
        .init(kind: "voice (On-Premises)", fixture: "voiceLegacy", form: attachment, test: total),
        .init(kind: "document", fixture: "document", form: attachment, test: each),
        .init(kind: "sticker", fixture: "sticker", form: attachment, test: each),
        .init(kind: "a file that WhatsApp does not pass on", fixture: "videoNotPassedOn", test: each),
        .init(kind: "location", fixture: "location", test: each),
        .init(kind: "location: current place", fixture: "locationCurrent", test: total),
        .init(kind: "contacts", fixture: "contacts", test: each),
        .init(kind: "reaction", fixture: "reaction", test: each),
        .init(kind: "reaction removed", fixture: "reactionRemoved", test: each),
        .init(kind: "reply to a message", fixture: "textReply", test: "what it is about is named"),
        .init(kind: "forwarded", fixture: "textForwarded", test: each),
        .init(kind: "forwarded many times", fixture: "textFrequentlyForwarded", test: each),
        .init(kind: "about a product", fixture: "textReferredProduct", test: total),
        .init(kind: "in a group", fixture: "textInGroup", test: total),
        .init(
            kind: "from an advertisement", fixture: "textReferral", test: "an advertisement becomes participant data"),
        .init(kind: "button (template quick reply)", fixture: "button", answered: option, test: structured),
        .init(kind: "interactive: button_reply", fixture: "interactiveButtonReply", answered: option, test: structured),
        .init(kind: "interactive: list_reply", fixture: "interactiveListReply", answered: option, test: structured),
        .init(kind: "button of nobody's", fixture: "interactiveButtonReply", test: "a choice of nobody's is its words"),
        .init(kind: "interactive: nfm_reply (flow)", fixture: "interactiveFlowReply", test: each),
        .init(kind: "interactive: nfm_reply (address)", fixture: "interactiveAddressReply", test: total),
        .init(kind: "interactive: call_permission_reply", fixture: "interactiveCallPermissionReply", test: total),
        .init(kind: "interactive: payment_method", fixture: "interactivePaymentMethod", test: total),
        .init(kind: "interactive: payment_notification", fixture: "interactivePaymentNotification", test: total),
        .init(kind: "interactive: unknown kind", fixture: "interactiveUnknownReply", test: each),
        .init(kind: "interactive without content", fixture: "interactiveWithoutContent", test: each),
        .init(kind: "order", fixture: "order", test: each),
        .init(kind: "system: user_changed_number", fixture: "systemNumberChanged", test: changed),
        .init(kind: "system: user_changed_user_id", fixture: "systemUserIdChanged", test: changed),
        .init(kind: "system: customer_identity_changed", fixture: "systemIdentityChanged", test: "nothing else is"),
        .init(kind: "edit", fixture: "edit", test: each),
        .init(kind: "edit of media", fixture: "editImage", test: total),
        .init(kind: "revoke (deleted)", fixture: "revoke", test: each),
        .init(kind: "unsupported", fixture: "unsupported", test: "each kind is shown as what it is"),
        .init(kind: "unsupported: unavailable", fixture: "unsupportedUnavailable", test: total),
        .init(kind: "unknown (legacy)", fixture: "unknownLegacy", test: each),
        .init(kind: "request_welcome (withdrawn)", fixture: "requestWelcome", test: total),
        .init(kind: "a type of the future", fixture: "futureType", test: "a type that nobody has heard of is named"),
    ]

    private static let total = "every message of every fixture gives a text, and what is no plain text a labelled one"
    private static let structured = "a chosen option returns to its structured message"
    private static let changed = "a changed number or user id is claimed as a change"

    @Test("the table says what the code does")
    func table() throws {
        try FidelityDocument.check("WhatsApp → Genesys", rows: Self.rows.map { try $0.line() })
    }

    @Test("every type of WhatsApp's contract has a row")
    func complete() throws {
        let spec = try String(
            contentsOf: FidelityDocument.root.appending(path: "Specs/whatsapp/webhook.yaml"), encoding: .utf8)
        let named = Set(
            Self.rows.compactMap { row -> String? in
                let file = "receiveWebhook.\(row.fixture).json"
                return Fixtures.messages.first { $0.file == file }?.update["type"]?.string
            })
        let types = [
            "audio", "button", "contacts", "document", "edit", "image", "interactive", "location",
            "order", "reaction", "request_welcome", "revoke", "sticker", "system", "text",
            "unknown", "unsupported", "video", "voice",
        ]
        for type in types {
            #expect(spec.contains("- \(type)\n"), "\(type) is no type of the contract any more")
            guard case .unknown = WhatsAppWebhookContract.InboundMessage.Kind(rawValue: type) else {
                #expect(named.contains(type), "no row for \(type)")
                continue
            }
            Issue.record("the contract does not know \(type)")
        }
    }

    @Test("every row names a test that there is")
    func tests() throws {
        try FidelityDocument.checkTitles(Self.rows.map(\.test))
    }
}

/// The document with the tables.
enum FidelityDocument {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Compares a table with its rows; with UPDATE_FIDELITY=1 it is written instead.
    static func check(_ heading: String, rows: [String]) throws {
        let file = root.appending(path: "Docs/fidelity.md")
        let text = try String(contentsOf: file, encoding: .utf8)
        let start = try #require(text.range(of: "## \(heading)\n")).upperBound
        let first = try #require(text.range(of: "|---|---|---|---|\n", range: start..<text.endIndex)).upperBound
        let last = text.range(of: "\n\n", range: text.index(before: first)..<text.endIndex)
        let end = last?.lowerBound ?? text.endIndex
        let written = end < first ? [] : text[first..<end].split(separator: "\n").map(String.init)
        if ProcessInfo.processInfo.environment["UPDATE_FIDELITY"] == "1" {
            let updated = text[..<first] + rows.joined(separator: "\n") + text[end...]
            try updated.write(to: file, atomically: true, encoding: .utf8)
            return
        }
        for (row, line) in zip(rows, written) { #expect(line == row) }
        #expect(rows.count == written.count)
    }

    /// Checks that each title is one of a test.
    static func checkTitles(_ titles: [String]) throws {
        let folder = root.appending(path: "Tests")
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        var sources = ""
        for case let file as URL in files where file.pathExtension == "swift" {
            sources += try String(contentsOf: file, encoding: .utf8)
        }
        for title in Set(titles) {
            #expect(
                sources.contains("@Test(\"\(title)\"") || sources.contains("@Test(\n        \"\(title)\","),
                "no test is called \(title)")
        }
    }
}
