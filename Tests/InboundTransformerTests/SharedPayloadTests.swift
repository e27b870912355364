import ContractJSON
import ContractRuntime
import Foundation
import Testing
import WhatsAppWebhookContract

@testable import InboundTransformer

/// Payloads that nobody here wrote, from the folder WABA_SHARED_DIR.
enum SharedPayloads {
    static let folder: URL? = ProcessInfo.processInfo.environment["WABA_SHARED_DIR"].flatMap { path in
        let folder = URL(fileURLWithPath: path).appending(path: "fixtures/meta")
        return FileManager.default.fileExists(atPath: folder.appending(path: "INDEX.tsv").path) ? folder : nil
    }

    struct Payload: Sendable, CustomTestStringConvertible {
        let file: String
        let kind: String
        let isValid: Bool
        var testDescription: String { file }
    }

    static let webhooks: [Payload] = {
        guard let folder,
            let index = try? String(contentsOf: folder.appending(path: "INDEX.tsv"), encoding: .utf8)
        else { return [] }
        return index.split(separator: "\n").dropFirst().compactMap { line in
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard columns.count > 4, columns[2] == "webhook", columns[0].hasSuffix(".json") else { return nil }
            return Payload(file: columns[0], kind: columns[3], isValid: columns[4] == "yes")
        }
    }()
}

@Suite("Recorded WhatsApp webhooks", .enabled(if: SharedPayloads.folder != nil, "WABA_SHARED_DIR is not set"))
struct SharedPayloadTests {
    /// The beginning of what a kind is called, by `type`.
    private static let labels: [String: [String]] = [
        "image": ["[Image"], "video": ["[Video"], "audio": ["[Audio", "[Voice message"], "voice": ["[Voice message"],
        "document": ["[Document"], "sticker": ["[Sticker"], "location": ["[Location]"], "contacts": ["[Contact]"],
        "button": ["[Button]"], "reaction": ["[Reaction"], "order": ["[Order]"],
        "interactive": [
            "[Button]", "[List choice]", "[Form", "[Call permission]", "[Payment", "[Interactive message",
        ],
        "system": ["[The customer", "[System message"], "edit": ["[The customer edited"],
        "revoke": ["[The customer deleted"], "unsupported": ["[Unsupported message"],
        "unknown": ["[Unsupported message"], "request_welcome": ["[The customer opened"],
        "media_placeholder": ["[Media that"],
    ]

    @Test("there are enough of them")
    func enough() {
        #expect(SharedPayloads.webhooks.count(where: \.isValid) > 200)
    }

    @Test("each message of a valid one arrives as the table says", arguments: SharedPayloads.webhooks.filter(\.isValid))
    func valid(payload: SharedPayloads.Payload) throws {
        let folder = try #require(SharedPayloads.folder)
        let bytes = Array(try Data(contentsOf: folder.appending(path: payload.file)))
        _ = try WebhookNotification(json: bytes)
        for update in Self.messages(in: try JSONValue(parsing: bytes)) {
            let transformed = Transformed(update: update)
            #expect(transformed.violations.isEmpty)
            let text = transformed.texts.joined()
            let type = update["type"]?.string ?? ""
            if type == "text" {
                let body = update["text"]?["body"]?.string ?? ""
                #expect(text.hasSuffix(body.isEmpty ? "[Empty message]" : body))
            } else if let labels = Self.labels[type] {
                #expect(labels.contains { text.contains($0) }, "\(type): \(text)")
            } else {
                #expect(text.contains("[\(type) message]"), "\(type): \(text)")
            }
            for word in Self.words(in: update) { #expect(text.contains(word), "\(word) is lost: \(text)") }
        }
    }

    @Test(
        "a message of one that deviates is at least a label",
        arguments: SharedPayloads.webhooks.filter { !$0.isValid })
    func deviating(payload: SharedPayloads.Payload) throws {
        let folder = try #require(SharedPayloads.folder)
        let bytes = Array(try Data(contentsOf: folder.appending(path: payload.file)))
        guard let value = try? JSONValue(parsing: bytes) else { return }
        for update in Self.messages(in: value) {
            let text = Transformed(update: update).texts.joined()
            #expect(!MessageText.isBlank(text))
        }
    }

    /// What a customer wrote or chose, by any type: it has to be in the text.
    private static func words(in update: JSONObject) -> [String] {
        let pointers = [
            "/image/caption", "/video/caption", "/document/caption", "/document/filename", "/button/text",
            "/interactive/button_reply/title", "/interactive/list_reply/title", "/location/name", "/location/address",
            "/reaction/emoji", "/order/text", "/contacts/0/name/formatted_name", "/contacts/0/phones/0/phone",
        ]
        return pointers.compactMap { JSONValue.object(update).value(at: $0)?.string }
            .filter { !MessageText.isBlank($0) }
    }

    private static func messages(in value: JSONValue) -> [JSONObject] {
        (value.value(at: "/entry")?.array ?? []).flatMap { entry in
            (entry.value(at: "/changes")?.array ?? []).filter { $0["field"]?.string == "messages" }.flatMap { change in
                (change.value(at: "/value/messages")?.array ?? []).compactMap(\.object)
            }
        }
    }
}
