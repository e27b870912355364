import ContractJSON
import ContractRuntime
import Foundation
import Testing
import WhatsAppWebhookContract

@testable import InboundTransformer

/// The elements of `messages` in all WhatsApp fixtures, by file.
enum Fixtures {
    static let messages: [(file: String, update: JSONObject)] = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folder = root.appending(path: "Contract-Tests/Fixtures/whatsapp/WebhookNotification")
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.sorted().flatMap { file -> [(String, JSONObject)] in
            guard let data = try? Data(contentsOf: folder.appending(path: file)),
                let value = try? JSONValue(parsing: Array(data))
            else { return [] }
            return messages(in: value).map { (file, $0) }
        }
    }()

    private static func messages(in value: JSONValue) -> [JSONObject] {
        (value.value(at: "/entry")?.array ?? []).flatMap { entry in
            (entry.value(at: "/changes")?.array ?? []).flatMap { change in
                (change.value(at: "/value/messages")?.array ?? []).compactMap(\.object)
            }
        }
    }

    static func text(_ name: String) throws -> String {
        let update = try #require(messages.first { $0.file == "receiveWebhook.\(name).json" }?.update)
        return Transformed(update: update).texts.joined()
    }
}

@Suite("WhatsApp messages as text")
struct TransformingTests {
    @Test("every message of every fixture gives a text, and what is no plain text a labelled one")
    func total() throws {
        #expect(Fixtures.messages.count > 60)
        for (file, update) in Fixtures.messages {
            let transformed = Transformed(update: update)
            #expect(transformed.texts.count == 1, "\(file)")
            for text in transformed.texts {
                #expect(!MessageText.isBlank(text), "\(file)")
                if update["type"]?.string != "text" { #expect(text.contains("["), "\(file): \(text)") }
            }
            let isBroken = file.contains(".invalid.")
            if !isBroken { #expect(transformed.violations.isEmpty, "\(file)") }
        }
    }

    @Test(
        "each kind is shown as what it is",
        arguments: [
            ("text", "Hello"), ("image", "[Image] A picture"),
            ("unsupported", "[Unsupported message: poll_creation]"),
        ]
    )
    func exact(fixture: String, text: String) throws {
        #expect(try Fixtures.text(fixture) == text)
    }

    @Test(
        "each kind has its label",
        arguments: [
            ("video", "[Video"), ("audio", "[Audio"), ("audioVoiceNote", "[Voice message"), ("document", "[Document "),
            ("sticker", "[Sticker"), ("videoNotPassedOn", "[Video that WhatsApp did not pass on] "),
            ("location", "[Location] "), ("contacts", "[Contact] "),
            ("interactiveButtonReply", "[Button] "), ("interactiveListReply", "[List choice] "),
            ("interactiveFlowReply", "[Form"), ("interactiveUnknownReply", "[Interactive message: "),
            ("interactiveWithoutContent", "[Interactive message without content]"), ("button", "[Button] "),
            ("reaction", "[Reaction "), ("reactionRemoved", "[Reaction to an earlier message removed]"),
            ("reactionRemovedEmpty", "[Reaction to an earlier message removed]"), ("order", "[Order]"),
            ("systemNumberChanged", "[The customer changed their number]"), ("unknownLegacy", "[Unsupported message]"),
            ("edit", "[The customer edited an earlier message]"),
            ("revoke", "[The customer deleted an earlier message]"), ("textReply", "[Reply to an earlier message]\n"),
            ("textForwarded", "[Forwarded]\n"), ("textFrequentlyForwarded", "[Forwarded many times]\n"),
            ("textReferral", "[Came from an advertisement] "), ("futureType", "["),
        ]
    )
    func labels(fixture: String, prefix: String) throws {
        let text = try Fixtures.text(fixture)
        #expect(text.hasPrefix(prefix), "\(text)")
    }

    @Test("a type that nobody has heard of is named")
    func unknownType() {
        let update = JSONObject([("id", "w"), ("from", "1"), ("timestamp", "1"), ("type", "hologram")])
        #expect(Transformed(update: update).texts == ["[hologram message]"])
        #expect(Transformed(update: JSONObject()).texts == ["[unknown message that can't be read in full]"])
    }

    @Test("parts put together are the whole, and none is over the limit")
    func parts() {
        let text = String(repeating: "Grüße 👩‍👩‍👧‍👦 ", count: 400)
        let parts = TextParts.split(text, maximumScalars: 100, maximumBytes: 250)
        #expect(parts.joined() == text)
        #expect(parts.allSatisfy { $0.unicodeScalars.count <= 100 && $0.utf8.count <= 250 })
        #expect(parts.map(\.count).reduce(0, +) == text.count)
        #expect(TextParts.split("short") == ["short"])
    }

    @Test("a part ends behind a word where it can")
    func words() {
        #expect(TextParts.split("one two three", maximumScalars: 9, maximumBytes: 100) == ["one two ", "three"])
        #expect(TextParts.split("onetwothree", maximumScalars: 6, maximumBytes: 100) == ["onetwo", "three"])
    }

    @Test("one character longer than a part is broken rather than lost")
    func longCharacter() {
        let text = "a" + String(repeating: "\u{301}", count: 500)
        let parts = TextParts.split(text, maximumScalars: 100, maximumBytes: 400)
        #expect(parts.joined() == text)
        #expect(parts.allSatisfy { $0.unicodeScalars.count <= 100 })
    }
}
