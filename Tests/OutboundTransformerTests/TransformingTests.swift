import ContractJSON
import ContractRuntime
import Foundation
import SharedContract
import Testing

@testable import OutboundTransformer

/// The Genesys webhooks of all fixtures, by file.
enum Fixtures {
    static let webhooks: [(file: String, update: JSONObject)] = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folder = root.appending(path: "Contract-Tests/Fixtures/genesys/receiveOutboundNotification")
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.sorted().compactMap { file in
            guard let data = try? Data(contentsOf: folder.appending(path: file)),
                let update = (try? JSONValue(parsing: Array(data)))?.object
            else { return nil }
            return (file, update)
        }
    }()

    static func text(_ name: String) throws -> String {
        let file = "receiveOutboundNotification.\(name).json"
        let update = try #require(webhooks.first { $0.file == file }?.update)
        return bodies(Transformed(update: update)).joined()
    }

    static func bodies(_ transformed: Transformed) -> [String] {
        transformed.drafts.compactMap { draft in
            guard case .text(let text) = draft else { return nil }
            return text.body
        }
    }
}

@Suite("Genesys messages as WhatsApp messages")
struct TransformingTests {
    @Test("every webhook of every fixture gives messages that WhatsApp takes; events and receipts give none")
    func total() throws {
        #expect(Fixtures.webhooks.count > 45)
        for (file, update) in Fixtures.webhooks {
            let transformed = Transformed(update: update)
            let isSignal = ["Event", "Receipt"].contains(update["type"]?.string)
            #expect(transformed.drafts.isEmpty == isSignal, "\(file)")
            for body in Fixtures.bodies(transformed) {
                #expect(!NotificationText.isBlank(body), "\(file)")
                #expect(body.unicodeScalars.count <= 4_096, "\(file)")
            }
            for draft in transformed.drafts { #expect(throws: Never.self, "\(file)") { try draft.validatedJSON() } }
            if !file.contains(".invalid.") { #expect(transformed.violations.isEmpty, "\(file)") }
        }
    }

    @Test(
        "what WhatsApp has no form for shows what it is",
        arguments: [
            ("content-reactions", "[Reaction "), ("content-unknown-kind", "content that can't be shown]"),
        ]
    )
    func labels(fixture: String, part: String) throws {
        let text = try Fixtures.text(fixture)
        #expect(text.contains(part), "\(text)")
    }

    @Test("a long text is split at words, within the limit, and nothing is lost")
    func parts() {
        let text = String(repeating: "Grüße 👩‍👩‍👧‍👦 und ", count: 900)
        let parts = TextParts.split(text)
        #expect(parts.count > 1)
        #expect(parts.joined() == text)
        #expect(parts.allSatisfy { $0.utf16.count <= 4_096 })
        #expect(parts.dropLast().allSatisfy { $0.last?.isWhitespace == true })
    }

    @Test("a word that fits into a message is never broken")
    func wholeWords() {
        let word = String(repeating: "a", count: 4_095)
        #expect(TextParts.split("b \(word) c").map(\.count) == [2, 4_096, 1])
        #expect(TextParts.split("b\n" + word).map(\.count) == [2, 4_095])
    }

    @Test("a word longer than a message is split between characters, and one such character within")
    func longWord() {
        let word = String(repeating: "👩‍👩‍👧‍👦", count: 1_000)
        let parts = TextParts.split(word)
        #expect(parts.joined() == word)
        #expect(parts.map(\.count).reduce(0, +) == 1_000)
        let character = "a" + String(repeating: "\u{301}", count: 9_000)
        let pieces = TextParts.split(character)
        #expect(pieces.joined() == character)
        #expect(pieces.allSatisfy { $0.utf16.count <= 4_096 })
    }
}
