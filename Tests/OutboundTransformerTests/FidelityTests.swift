import ContractJSON
import ContractRuntime
import Foundation
import GenesysWebhookContract
import SharedContract
import Testing

@testable import OutboundTransformer

/// One row of the table of Genesys' contents in `Docs/fidelity.md`.
struct FidelityRow: Sendable {
    /// What Genesys sends.
    let kind: String
    /// `receiveOutboundNotification.<fixture>.json`.
    let fixture: String
    /// What it is at WhatsApp besides or instead of what the code makes of the fixture alone.
    var form: String?
    /// Title of the test that holds it.
    let test: String

    /// The row as it stands in the table, made from what the code makes of the fixture.
    func line() throws -> String {
        let transformed = try Fixtures.transformed(fixture)
        let forms = transformed.drafts.map(Self.form) + (transformed.options.isEmpty ? [] : ["answers come back"])
        let counterpart = ([form].compactMap(\.self) + forms).joined(separator: "; ")
        return "| \(kind) | \(counterpart) | `\(fixture)` | \(test) |"
    }

    private static func form(_ draft: WhatsAppMessageDraft) -> String {
        func short(_ text: String) -> String {
            Shortened(text.replacing("\n", with: " ⏎ ").replacing("|", with: "\\|"), 90).text
        }
        switch draft {
        case .text(let draft): return "text: " + short(draft.body)
        case .media(let draft): return draft.mediaType.rawValue
        case .buttons(let draft): return "interactive buttons (\(draft.buttons.map(\.title).joined(separator: ", ")))"
        case .list(let draft):
            return "interactive list (\(draft.sections.flatMap(\.rows).map(\.title).joined(separator: ", ")))"
        case .link(let draft): return "interactive cta_url (\(draft.label))"
        case .location: return "location"
        case .template(let draft): return "template `\(draft.name)` in `\(draft.language)`"
        }
    }
}

@Suite("Docs/fidelity.md, from Genesys")
struct FidelityTests {
    private static let media = "media with caption; where it can't go, a Failed receipt"

    static let rows: [FidelityRow] = [
        .init(kind: "text", fixture: "text", test: total),
        .init(kind: "text of a bot", fixture: "text-bot-metadata", test: total),
        .init(kind: "Text as an element", fixture: "content-text", test: total),
        .init(kind: "Attachment: image", fixture: "attachment-image", form: media, test: total),
        .init(kind: "Attachment: video", fixture: "attachment-video", form: media, test: total),
        .init(kind: "Attachment: audio", fixture: "attachment-audio", form: media, test: total),
        .init(kind: "Attachment: file", fixture: "attachment-file", form: media, test: total),
        .init(kind: "Attachment with text", fixture: "attachment-with-text", form: media, test: total),
        .init(kind: "Attachment, several", fixture: "attachment-several", form: media, test: several),
        .init(kind: "Attachment: link", fixture: "attachment-link", test: total),
        .init(kind: "QuickReply", fixture: "quick-reply", test: buttons),
        .init(kind: "QuickReply, more than WhatsApp's buttons show", fixture: "quick-reply-many", test: many),
        .init(kind: "QuickReplyV2", fixture: "quick-reply-v2", test: total),
        .init(kind: "Card", fixture: "card", test: card),
        .init(
            kind: "Carousel", fixture: "carousel",
            test: "cards of a carousel come one by one, each with its own choices"),
        .init(
            kind: "ListPicker", fixture: "list-picker", test: "a list picker is a list with its sections and its label"),
        .init(kind: "DatePicker", fixture: "date-picker", test: times),
        .init(kind: "Notification naming a WhatsApp template", fixture: "notification-template", test: template),
        .init(kind: "Notification with a picture above", fixture: "notification-template-media-header", test: values),
        .init(kind: "Notification naming none", fixture: "notification-canned", test: canned),
        .init(kind: "Location", fixture: "content-location", test: "a place is a location"),
        .init(kind: "ButtonResponse", fixture: "content-button-response", test: total),
        .init(kind: "Reactions", fixture: "content-reactions", test: labels),
        .init(kind: "an element of the future", fixture: "content-unknown-kind", test: labels),
        .init(kind: "a type of the future", fixture: "unknown-type", test: total),
        .init(
            kind: "Event: typing", fixture: "event-typing",
            form: "typing indicator, which also marks as read, by tenant policy", test: typing),
        .init(kind: "Event: any other", fixture: "event-presence", form: "none", test: total),
        .init(kind: "Receipt", fixture: "receipt-published", form: "tracking only", test: total),
    ]

    private static let total =
        "every webhook of every fixture gives messages that WhatsApp takes; events and receipts give none"
    private static let several =
        "files beside each other go one by one; words of more than a caption's length go before them"
    private static let buttons =
        "up to three short quick replies are buttons below their question; their ids lead to the payloads"
    private static let many = "twenty-three choices are three lists of at most ten rows, all reachable"
    private static let card = "a card has its picture above, its answers as buttons and its addresses in the text"
    private static let times = "times to choose from are a list; the answer is the time as Genesys wrote it"
    private static let template =
        "a canned response that names a template of WhatsApp is that template with its values, said once"
    private static let values = "values of header and buttons are carried, and a button's answer comes back"
    private static let canned = "a canned response that names none is its parts around its buttons"
    private static let labels = "what WhatsApp has no form for shows what it is"
    private static let typing =
        "that says an agent is typing is shown to a customer who wrote lately, where the tenant wants that"

    @Test("the table says what the code does")
    func table() throws {
        try FidelityDocument.check("Genesys → WhatsApp", rows: Self.rows.map { try $0.line() })
    }

    @Test("every kind of content that was seen on Open Messaging has a row")
    func complete() throws {
        var kinds: Set<String> = []
        for row in Self.rows {
            let file = "receiveOutboundNotification.\(row.fixture).json"
            let update = try #require(Fixtures.webhooks.first { $0.file == file }?.update, "\(file)")
            for element in update["content"]?.array ?? [] {
                kinds.formUnion([element["contentType"]?.string].compactMap(\.self))
            }
        }
        // The others of the contract are labelled like an unknown kind: nobody has seen them on Open Messaging.
        for kind in [
            "Attachment", "QuickReply", "QuickReplyV2", "Card", "Carousel", "DatePicker", "Notification",
            "ListPicker", "Text", "Location", "ButtonResponse", "Reactions",
        ] {
            #expect(kinds.contains(kind), "no row for \(kind)")
        }
    }

    @Test(
        "kinds of content that nobody has seen on Open Messaging are named",
        arguments: [
            "Story", "Mention", "InteractiveApplication", "Form", "PaymentRequest", "PaymentResponse", "Push",
            "RoadsideAssistance", "RichLink", "NotificationResponse", "Unknown",
        ])
    func unseen(kind: String) throws {
        let transformed = Structured.transformed([["contentType": .string(kind)]])
        guard case .text(let draft) = try #require(transformed.drafts.first) else { return #expect(Bool(false)) }
        #expect(draft.body.hasPrefix("["), "\(draft.body)")
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
