import ContractJSON
import Testing

@testable import InboundTransformer

@Suite("Hostile values in WhatsApp messages")
struct HostileValueTests {
    private static func text(_ type: String, _ content: JSONValue, _ more: [(String, JSONValue)] = []) -> Transformed {
        let members: [(String, JSONValue)] = [
            ("id", "wamid.1"), ("from", "491700000001"), ("timestamp", "1793491200"), ("type", .string(type)),
            (type, content),
        ]
        return Transformed(update: JSONObject(members + more))
    }

    private static func file(_ name: String, caption: String? = nil, mime: String = "application/pdf") -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("id", "1"), ("mime_type", .string(mime)), ("sha256", "x"), ("filename", .string(name)),
        ]
        if let caption { members.append(("caption", .string(caption))) }
        return .object(JSONObject(members))
    }

    @Test(
        "a file name stays on its line, has no path and turns no text around",
        arguments: [
            ("a\nb.pdf", "[Document ab.pdf]"), ("../../etc/passwd", "[Document ....etcpasswd]"),
            ("invoice\u{202E}fdp.exe", "[Document invoicefdp.exe]"), ("say \"hi\".pdf", "[Document say \"hi\".pdf]"),
            ("\u{200F}\u{2066}.pdf", "[Document .pdf]"), ("\u{0}\u{7}", "[Document]"), ("", "[Document]"),
        ])
    func fileNames(name: String, label: String) {
        #expect(Self.text("document", Self.file(name)).texts == [label])
    }

    @Test("an empty caption is none, and one on a kind that has none is shown")
    func captions() {
        for caption in ["", " \n", "\u{2003}"] {
            #expect(Self.text("document", Self.file("a.pdf", caption: caption)).texts == ["[Document a.pdf]"])
        }
        let sticker: JSONValue = ["id": "1", "mime_type": "image/webp", "sha256": "x", "caption": "Look"]
        #expect(Self.text("sticker", sticker).texts == ["[Sticker] Look"])
        let audio: JSONValue = ["id": "1", "mime_type": "audio/ogg", "caption": "Listen"]
        #expect(Self.text("audio", audio).texts == ["[Audio] Listen"])
    }

    @Test(
        "a contact card is told by what it has",
        arguments: [
            (#"{"name":{"formatted_name":"","first_name":"Ada","last_name":"Example"}}"#, "[Contact] Ada Example"),
            (#"{"name":{"formatted_name":" ","first_name":"Ada"},"phones":[]}"#, "[Contact] Ada"),
            (#"{"phones":[{"wa_id":"15550001"}]}"#, "[Contact] 15550001"), ("{}", "[Contact]"),
            (#"{"name":{"formatted_name":"A"},"emails":[],"urls":[{}]}"#, "[Contact] A"),
        ])
    func contacts(card: String, text: String) throws {
        let value = try JSONValue(parsing: Array("[\(card)]".utf8))
        #expect(Self.text("contacts", value).texts == [text])
    }

    @Test("a place without a name, a form that is no JSON and an option that nobody knows are still something to read")
    func odd() throws {
        let place = Self.text(
            "location", try JSONValue(parsing: Array(#"{"latitude":-0.0,"longitude":179.999999}"#.utf8)))
        #expect(place.violations.isEmpty && place.texts[0].contains("179.999999"))
        let form: JSONValue = ["type": "nfm_reply", "nfm_reply": ["name": "flow", "response_json": "{no json"]]
        #expect(Self.text("interactive", form).texts == ["[Form flow]"])
        let option: JSONValue = ["type": "list_reply", "list_reply": ["id": "nobody's", "title": "T"]]
        let chosen = Self.text("interactive", option)
        #expect(chosen.texts == ["[List choice] T"] && chosen.answer == nil)
        #expect(Self.text("reaction", ["message_id": "wamid.old", "emoji": "👩‍❤️‍💋‍👨"]).texts[0].contains("👩‍❤️‍💋‍👨"))
        let edit: JSONValue = [
            "original_message_id": "wamid.old", "message": ["type": "text", "text": ["body": "x"]],
        ]
        #expect(Self.text("edit", edit).texts == ["[The customer edited an earlier message] x"])
        let revoke: JSONValue = ["original_message_id": "wamid.old"]
        #expect(Self.text("revoke", revoke).texts == ["[The customer deleted an earlier message]"])
        #expect(Self.text("revoke", [:]).texts == ["[revoke message that can't be read in full]"])
        #expect(Self.text("text", ["body": "Hi"], [("group_id", "g-1")]).texts == ["[In a group]\nHi"])
    }

    @Test("a long text is split at words, and no character is torn, wherever the limit falls within it")
    func splits() {
        let family = "👨‍👩‍👧‍👦"
        for lead in 99_990...100_001 {
            let text = String(repeating: "a", count: lead) + family + "b"
            let parts = Self.text("text", ["body": .string(text)]).texts
            #expect(parts.joined() == text && parts.count == (lead + 8 > 100_000 ? 2 : 1), "\(lead)")
            #expect(parts.map(\.count).reduce(0, +) == lead + 2, "\(lead)")
        }
        let long = String(repeating: "é", count: 65_536)
        #expect(Self.text("text", ["body": .string(long)]).texts == [long])
    }
}
