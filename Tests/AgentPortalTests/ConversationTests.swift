import ContractJSON
import ContractRuntime
import SharedContract
import StateManagerContract
import Testing

@testable import AgentPortal

@Suite("Messages as pages show them")
struct ConversationViewTests {
    private static let id = "0f2a5c1e-9c1b-4f0e-8a77-5b2f5d0f6a11"

    /// A message received at 21:15 UTC.
    private static func message(
        _ status: TrackingStatus, direction: Direction = .outbound, _ change: (inout MessageTracking) -> Void = { _ in }
    ) throws -> MessageTracking {
        var message = try MessageTracking(
            json: Array(
                """
                {"id": "\(id)", "tenantId": "\(id)", "direction": "\(direction.rawValue)", "status": "\(status.rawValue)",
                 "messageType": "text", "attempts": 1, "receivedAt": "2026-11-29T21:15:00Z",
                 "createdAt": "2026-11-29T21:15:00Z", "updatedAt": "2026-11-29T21:15:00Z"}
                """.utf8))
        change(&message)
        return message
    }

    @Test("every state has words, and a failure its reason and code", arguments: TrackingStatus.allCases)
    func states(_ status: TrackingStatus) throws {
        let view = MessageView(
            try Self.message(status) {
                $0.lastFailure = FailureCause(disposition: .permanent, code: "131009", reason: "refused")
            })
        #expect(!view.status.isEmpty)
        let isFailed = [.failed, .deadLettered].contains(status)
        #expect((view.statusKind == "bad") == isFailed)
        if isFailed { #expect(view.failure == "refused (131009)") }
        // A failure that a success has overtaken is no news.
        if [.accepted, .sent, .delivered, .read].contains(status) { #expect(view.failure == nil) }
    }

    @Test("a file is shown by its kind where it is stored, and said to be missing where it is not")
    func media() throws {
        for (type, keyPath) in [
            (MediaType.image, \MessageView.isPicture), (.sticker, \.isPicture), (.video, \.isVideo),
            (.audio, \.isAudio),
            (.document, \.isDocument),
        ] {
            let stored = MessageView(
                try Self.message(.delivered) {
                    $0.mediaType = type
                    $0.mediaUrl = "s3://media-inbound/key"
                })
            #expect(stored[keyPath: keyPath] && !stored.lacksFile)
            let missing = MessageView(try Self.message(.delivered) { $0.mediaType = type })
            #expect(!missing[keyPath: keyPath] && missing.lacksFile)
        }
    }

    @Test("what the business wrote in the WhatsApp Business app is marked, and what an agent wrote is not")
    func writtenInApp() throws {
        let echo = try Self.message(.sent) { $0.genesysMessageId = "app:wamid.1" }
        #expect(MessageView(echo).isWrittenInApp)
        #expect(MessageKind.words(echo) == "text, written in the WhatsApp Business app")
        let agents = try Self.message(.sent) { $0.genesysMessageId = "0a1b2c3d4e5f60718293a4b5c6d7e8f9" }
        #expect(!MessageView(agents).isWrittenInApp && MessageKind.words(agents) == "text")
    }

    @Test("a thread is read from the oldest, with a line where a day begins")
    func thread() throws {
        let times = ["2026-11-29T23:59:59Z", "2026-11-30T00:00:01Z", "2026-11-30T09:00:00Z"]
        let messages = try times.map { time in try Self.message(.read) { $0.occurredAt = DateTime(time) } }
        let views = MessageView.thread(messages.reversed())
        #expect(views.map(\.at.clock) == ["23:59", "00:00", "09:00"])
        #expect(views.map(\.day?.day) == ["2026-11-29", "2026-11-30", nil])
    }

    @Test("a trace names the service of every step, and counts attempts", arguments: Direction.allCases)
    func trace(_ direction: Direction) throws {
        let kinds: [MessageEventKind] = [.claimed, .sendBegun, .sendFailed, .sendBegun, .sendAccepted]
        let events = kinds.enumerated().map { index, kind in
            MessageEvent(
                kind: kind,
                failure: kind == .sendFailed ? FailureCause(disposition: .transient, reason: "away") : nil,
                recordedAt: DateTime(
                    millisecondsSinceEpoch: DateTime("2026-11-29T21:15:00Z")!.millisecondsSinceEpoch + Int64(index) * 10
                ))
        }
        let story = MessageStory(
            tracking: try Self.message(.accepted, direction: direction), events: events, deadLetters: [])
        let steps = MessageTrace(story).steps
        #expect(steps.map(\.offsetMilliseconds) == [0, 0, 10, 20, 30, 40])
        #expect(steps.filter(\.isFailure).map(\.detail) == ["away"])
        #expect(steps[4].what == "attempt 2 begun")
        let inbound = [
            "whatsapp-webhook-service", "inbound-transformer", "genesys-api-service", "genesys-api-service",
            "genesys-api-service", "Genesys",
        ]
        let outbound = [
            "genesys-webhook-service", "outbound-transformer", "whatsapp-api-service", "whatsapp-api-service",
            "whatsapp-api-service", "WhatsApp",
        ]
        #expect(steps.map(\.place) == (direction == .inbound ? inbound : outbound))
    }

    @Test("every kind of event has words", arguments: MessageEventKind.allCases)
    func words(_ kind: MessageEventKind) throws {
        let event = MessageEvent(kind: kind, status: .read, recordedAt: DateTime(millisecondsSinceEpoch: 0))
        let words = MessageRoute(.inbound).words(event, attempt: 1)
        #expect(!words.place.isEmpty && !words.what.isEmpty)
    }

    @Test(
        "a kind of message is written in the same words whoever sent it",
        arguments: [
            ("text", "text"), ("Text", "text"), ("QuickReply", "quick reply"), ("quick_reply", "quick reply"),
            ("STRUCTURED", "structured"), ("interactive", "interactive"),
        ])
    func kinds(_ type: String, _ words: String) {
        #expect(MessageKind.words(type) == words)
    }

    @Test("a thread is escaped, and a picture is fetched from the portal")
    func page() throws {
        struct Content {
            let id = "x"
            let name = "<b>"
            let address: String? = nil
            let tenantID = "t"
            let tenantName = "T"
            let conversationID: String? = nil
            let genesysAddress: String? = nil
            let userID: String? = nil
            let started = TimeText(DateTime(millisecondsSinceEpoch: 0))
            let windowEnd: TimeText? = nil
            let isWindowOpen = false
            let messages: [MessageView]
            let older: String? = nil
            let isLatest = true
        }
        let message = try Self.message(.delivered) {
            $0.text = "<script>alert(1)</script>"
            $0.mediaType = .image
            $0.mediaUrl = "s3://media-inbound/key"
        }
        let page = try PortalTests.portal().pages.page(
            "conversation", title: "x", Content(messages: [MessageView(message)]))
        #expect(!page.contains("<script>alert") && page.contains("&lt;script&gt;alert"))
        #expect(page.contains("src=\"/messages/\(Self.id)/media\""))
        #expect(!page.contains("s3://"))
    }

    @Test("JSON is written a member a line, and reads back as it was")
    func indentedJSON() throws {
        let value: JSONValue = ["a": [1, "x\n", .object(JSONObject())], "b": .null]
        let text = IndentedJSON.text(value)
        #expect(text.split(separator: "\n").count == 8)
        #expect(try JSONValue(parsing: Array(text.utf8)) == value)
    }
}
