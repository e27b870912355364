import ContractJSON
import ContractRuntime
import Foundation
import SharedContract
import Testing

@testable import OutboundTransformer

/// Payloads that nobody here wrote, from the folder WABA_SHARED_DIR.
enum SharedPayloads {
    static let folder: URL? = ProcessInfo.processInfo.environment["WABA_SHARED_DIR"].flatMap { path in
        let folder = URL(fileURLWithPath: path).appending(path: "fixtures/genesys")
        return FileManager.default.fileExists(atPath: folder.appending(path: "INDEX.tsv").path) ? folder : nil
    }

    struct Payload: Sendable, CustomTestStringConvertible {
        let file: String
        let kind: String
        var testDescription: String { file }
    }

    /// Valid webhooks; fragments have their content alone.
    static let webhooks: [Payload] = {
        guard let folder,
            let index = try? String(contentsOf: folder.appending(path: "INDEX.tsv"), encoding: .utf8)
        else { return [] }
        return index.split(separator: "\n").dropFirst().compactMap { line in
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard columns.count > 4, columns[2] == "outbound-webhook", columns[4] == "yes" else { return nil }
            return Payload(file: columns[0], kind: columns[3])
        }
    }()
}

@Suite("Recorded Genesys webhooks", .enabled(if: SharedPayloads.folder != nil, "WABA_SHARED_DIR is not set"))
struct SharedPayloadTests {
    @Test("there are enough of them")
    func enough() { #expect(SharedPayloads.webhooks.count >= 17) }

    @Test("a valid one arrives as the table says", arguments: SharedPayloads.webhooks)
    func valid(payload: SharedPayloads.Payload) throws {
        let folder = try #require(SharedPayloads.folder)
        let value = try JSONValue(parsing: Array(try Data(contentsOf: folder.appending(path: payload.file))))
        var update = try #require(value.object)
        let isFragment = payload.kind.hasPrefix("fragment")
        if isFragment {
            update["id"] = "g1"
            update["channel"] = ["id": "i", "to": ["id": "1"], "time": "2026-11-20T09:15:30.000Z"]
        }
        let transformed = Transformed(update: update)
        #expect(transformed.violations.isEmpty)
        for draft in transformed.drafts { #expect(throws: Never.self) { try draft.validatedJSON() } }
        let kinds = transformed.drafts.map(Self.kind)
        switch payload.kind {
        case let kind where kind.contains("event"): #expect(kinds.isEmpty)
        case let kind where kind.contains("QuickReply"): #expect(kinds == ["buttons"])
        case let kind where kind.contains("Carousel"):
            let cards = update["content"]?.value(at: "/0/carousel/cards")?.array?.count ?? 0
            #expect(kinds.count { ["buttons", "list", "link"].contains($0) } == cards)
        case let kind where kind.contains("DatePicker"):
            #expect(kinds == ["list"])
            let times = update["content"]?.value(at: "/0/datePicker/availableTimes")?.array ?? []
            #expect(transformed.options.map(\.payload) == times.compactMap { $0["dateTime"]?.string })
        case let kind where kind.contains("Notification"): #expect(kinds == ["text"])
        case let kind where kind.contains("attachment"): #expect(!kinds.isEmpty)
        default: #expect(kinds == ["text"])
        }
        if let text = update["text"]?.string, !text.isEmpty {
            let shown = transformed.drafts.map(\.shown).joined(separator: "\n")
            #expect(shown.contains(text))
        }
    }

    private static func kind(_ draft: WhatsAppMessageDraft) -> String {
        switch draft {
        case .text: "text"
        case .media: "media"
        case .buttons: "buttons"
        case .list: "list"
        case .link: "link"
        case .location: "location"
        case .template: "template"
        }
    }
}

extension WhatsAppMessageDraft {
    fileprivate var shown: String {
        switch self {
        case .text(let draft): draft.body
        case .buttons(let draft): draft.body
        case .list(let draft): draft.body
        case .link(let draft): draft.body
        case .media(let draft): draft.caption ?? ""
        case .location, .template: ""
        }
    }
}
