import ContractJSON
import ContractRuntime
import RelayMessagingContract
import Testing
import WhatsAppWebhookContract

@testable import WhatsAppWebhookService

/// Slips beside what a message or a status is about.
@Suite("What is refused beside the content")
struct SparedElementTests {
    private static func text(_ members: (String, JSONValue)...) -> JSONValue {
        var message = Body.text("wamid.1").object ?? JSONObject()
        for (name, value) in members { message[name] = value }
        return .object(message)
    }

    private static func kept(_ message: JSONValue) throws -> [JSONObject] {
        let value = Body.value(messages: [message, Body.text("wamid.2")])
        let read = try NotificationReader.read(Body.notification([value]))
        #expect(read.conversations.flatMap(\.updates).last?.update["id"] == "wamid.2")
        return read.conversations.flatMap(\.updates).map(\.update).filter { $0["id"] == "wamid.1" }
    }

    @Test(
        "a member beside the content that breaks the contract is left out, and the message goes on",
        arguments: [
            ("referral", ["source_id": 5]), ("context", "a reply"), ("context", ["from": 5, "id": "wamid.0"]),
            ("identity", ["hash": []]), ("errors", [["code": "130429"]]), ("origin", 7), ("image", nil),
            ("group_id", nil), ("from_user_id", nil),
        ] as [(String, JSONValue?)])
    func beside(_ name: String, _ value: JSONValue?) throws {
        let update = try #require(try Self.kept(Self.text((name, value ?? .null))).first)
        #expect(update[name] == nil)
        #expect(update["text"]?["body"] == "Hello" && update["from"] == "15550001234")
    }

    @Test("null is what is not there, wherever it stands")
    func nulls() throws {
        var message = Self.text(("type", "image"), ("text", .null)).object ?? JSONObject()
        message["image"] = ["id": "m1", "caption": .null, "mime_type": "image/png", "sha256": .null]
        let update = try #require(try Self.kept(.object(message)).first)
        #expect(update["image"] == ["id": "m1", "mime_type": "image/png"] && update["text"] == nil)

        let contacts: JSONValue = [["profile": .null, "wa_id": "15550001234", "user_id": "US.1"]]
        let body = Body.notification([Body.value(messages: [Body.text("wamid.1")], contacts: contacts)])
        #expect(try NotificationReader.read(body).conversations.first?.customer?.userId == "US.1")
    }

    @Test("a status keeps what it says when its bill or its errors are odd")
    func status() throws {
        var status = Body.status("wamid.9", "failed").object ?? JSONObject()
        status["pricing"] = ["billable": "yes"]
        status["conversation"] = "none"
        status["errors"] = [["code": 131_047]]
        let read = try NotificationReader.read(Body.notification([Body.value(statuses: [.object(status)])]))
        let update = try #require(read.conversations.first?.updates.first)
        #expect(update.kind == .status && update.update["status"] == "failed" && read.setAside.isEmpty)
        #expect(update.update["pricing"] == nil && update.update["conversation"] == nil)
    }

    @Test(
        "what a message is about is not guessed: it is set aside whole",
        arguments: [
            ("text", 5), ("text", ["body": 5]), ("text", .null), ("id", .null), ("timestamp", 1_790_000_000),
            ("type", .null), ("from", "somebody"),
        ] as [(String, JSONValue)])
    func content(_ name: String, _ value: JSONValue) throws {
        let message = Self.text((name, value))
        let read = try NotificationReader.read(Body.notification([Body.value(messages: [message])]))
        #expect(read.conversations.isEmpty && read.setAside.map(\.update) == [message])
    }

    @Test("bytes that are not UTF-8 cost nothing but themselves")
    func encoding() throws {
        let messages = [Body.text("wamid.1"), Self.text(("text", ["body": "M?r"]))]
        let body = Body.notification([Body.value(messages: messages)])
        let broken = body.map { $0 == UInt8(ascii: "?") ? 0xFC : $0 }
        let updates = try NotificationReader.read(broken).conversations.flatMap(\.updates)
        #expect(updates.map { $0.update["text"]?["body"] } == ["Hello", "M\u{FFFD}r"])
    }
}
