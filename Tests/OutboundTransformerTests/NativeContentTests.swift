import ContractJSON
import ContractRuntime
import SharedContract
import Testing

@testable import OutboundTransformer

/// Webhooks made of their content.
enum Structured {
    static func transformed(_ content: [JSONValue], text: String? = nil, type: String = "Structured") -> Transformed {
        let channel: JSONValue = ["id": "i", "to": ["id": "49151000001"], "time": "2026-11-20T09:15:30.000Z"]
        let members: [(String, JSONValue)] = [
            ("id", "g1"), ("type", .string(type)), ("channel", channel), ("content", .array(content)),
        ]
        var update = JSONObject(members)
        if let text { update["text"] = .string(text) }
        return Transformed(update: update)
    }

    static func replies(_ texts: [String], payload: (Int) -> String = { "p\($0)" }) -> [JSONValue] {
        texts.enumerated().map { number, text -> JSONValue in
            let reply: JSONValue = [
                "text": .string(text), "payload": .string(payload(number + 1)), "action": "Message",
            ]
            return ["contentType": "QuickReply", "quickReply": reply]
        }
    }
}

@Suite("Genesys content in WhatsApp's own forms")
struct NativeContentTests {
    @Test("up to three short quick replies are buttons below their question; their ids lead to the payloads")
    func buttons() throws {
        let transformed = Structured.transformed(Structured.replies(["Yes", "No", "Later"]), text: "Shall we?")
        guard case .buttons(let draft) = try #require(transformed.drafts.first) else { return #expect(Bool(false)) }
        #expect(transformed.drafts.count == 1)
        #expect(draft.body == "Shall we?")
        #expect(draft.buttons.map(\.title) == ["Yes", "No", "Later"])
        #expect(draft.buttons.map(\.id) == ["g1/1", "g1/2", "g1/3"])
        #expect(transformed.options.map(\.payload) == ["p1", "p2", "p3"])
        #expect(transformed.options.map(\.text) == ["Yes", "No", "Later"])
        #expect(transformed.options.allSatisfy { $0.kind == .quickReply })
    }

    @Test(
        "what buttons can't show is a list",
        arguments: [
            ["One", "Two", "Three", "Four"], ["A label longer than twenty"], ["Same", "Same"],
        ]
    )
    func list(_ texts: [String]) throws {
        let transformed = Structured.transformed(Structured.replies(texts), text: "Which?")
        guard case .list(let draft) = try #require(transformed.drafts.last) else { return #expect(Bool(false)) }
        #expect(draft.sections.flatMap(\.rows).map(\.id) == transformed.options.map(\.id))
        #expect(draft.body.hasPrefix("Which?"))
        #expect(throws: Never.self) { try transformed.drafts[0].validatedJSON() }
    }

    @Test("a long label is cut in the row, whole in its second line, and whole in the text where that is too short")
    func longLabels() throws {
        let (middle, long) = (String(repeating: "word ", count: 10), String(repeating: "word ", count: 30))
        let transformed = Structured.transformed(Structured.replies(["Short", middle, long]), text: "Which?")
        guard case .list(let draft) = try #require(transformed.drafts.last) else { return #expect(Bool(false)) }
        let rows = draft.sections.flatMap(\.rows)
        #expect(rows[0].description == nil)
        #expect(rows[1].title.hasSuffix("…") && rows[1].description == middle.trimmed)
        #expect(rows[2].description?.hasSuffix("…") == true)
        #expect(draft.body == "Which?\n– \(long.trimmed)")
        #expect(transformed.options[2].text == long)
    }

    @Test("twenty-three choices are three lists of at most ten rows, all reachable")
    func manyChoices() throws {
        let transformed = Structured.transformed(Structured.replies((1...23).map { "Choice \($0)" }), text: "Which?")
        let rows = transformed.drafts.map { draft -> Int in
            guard case .list(let list) = draft else { return -1 }
            return list.sections.reduce(0) { $0 + $1.rows.count }
        }
        #expect(rows == [10, 10, 3])
        #expect(transformed.options.count == 23)
        #expect(Set(transformed.options.map(\.id)).count == 23)
    }

    @Test("a question longer than fits above choices goes before them, split at words, nothing lost")
    func longQuestion() throws {
        let text = (1...1_500).map { "word\($0)" }.joined(separator: " ")
        let transformed = Structured.transformed(Structured.replies(["Yes", "No"]), text: text)
        var words: [String] = []
        for draft in transformed.drafts {
            #expect(throws: Never.self) { try draft.validatedJSON() }
            switch draft {
            case .text(let draft): words += draft.body.split(separator: " ").map(String.init)
            case .buttons(let draft):
                #expect(draft.body.utf16.count <= 1_024)
                words += draft.body.split(separator: " ").map(String.init)
            default: Issue.record("neither text nor buttons")
            }
        }
        #expect(words == text.split(separator: " ").map(String.init))
    }

    @Test("a payload of any length and form comes back")
    func payloads() {
        let payload = String(repeating: "{\"x\": 1}", count: 200)
        let transformed = Structured.transformed(Structured.replies(["A", "B"]) { _ in payload }, text: "?")
        #expect(transformed.options.map(\.payload) == [payload, payload])
    }

    @Test("a card has its picture above, its answers as buttons and its addresses in the text")
    func card() throws {
        let transformed = try Fixtures.transformed("card")
        guard case .buttons(let draft) = try #require(transformed.drafts.first) else { return #expect(Bool(false)) }
        #expect(draft.header == .media(.init(mediaType: .image, link: "https://img.example.com/atlas.png")))
        #expect(
            draft.body
                == "Atlas of tides\nLook inside https://shop.example.com/atlas/pages\nhttps://shop.example.com/atlas"
        )
        #expect(
            transformed.options == [
                .init(id: draft.buttons[0].id, kind: .button, text: "Reserve", payload: "reserve-atlas")
            ])
    }

    @Test("a card whose only button opens an address is a link")
    func linkCard() throws {
        let card: JSONValue = [
            "title": "Tides", "description": "All of them",
            "actions": [["type": "Link", "text": "Open", "url": "https://shop.example.com/tides"]],
        ]
        let transformed = Structured.transformed([["contentType": "Card", "card": card]])
        let expected = WhatsAppLinkDraft(
            header: .text(.init(text: "Tides")), body: "All of them", label: "Open",
            url: "https://shop.example.com/tides")
        #expect(transformed.drafts == [.link(expected)])
        #expect(transformed.options.isEmpty)
    }

    @Test("a card without buttons is its picture and its text")
    func bareCard() throws {
        let card: JSONValue = ["title": "Tides", "image": "https://img.example.com/t.png", "actions": []]
        let transformed = Structured.transformed([["contentType": "Card", "card": card]], text: "Look:")
        #expect(
            transformed.drafts == [
                .text("Look:"), .media(.init(mediaType: .image, link: "https://img.example.com/t.png")), .text("Tides"),
            ]
        )
    }

    @Test("of an address that is none, what it belongs to stands in the text")
    func brokenAddress() throws {
        let card: JSONValue = [
            "title": "Tides", "image": "not an address",
            "actions": [["type": "Link", "text": "Open", "url": "not an address either"]],
        ]
        let transformed = Structured.transformed([["contentType": "Card", "card": card]])
        #expect(transformed.drafts == [.text("Tides\n[Image]\nOpen")])
    }

    @Test("cards of a carousel come one by one, each with its own choices")
    func carousel() throws {
        let transformed = try Fixtures.transformed("carousel")
        #expect(transformed.drafts.count == 3)
        guard case .buttons = transformed.drafts[0], case .media(let video) = transformed.drafts[1] else {
            return #expect(Bool(false))
        }
        #expect(video.mediaType == .video)
        #expect(transformed.drafts[2] == .text("Knots"))
    }

    @Test("times to choose from are a list; the answer is the time as Genesys wrote it")
    func datePicker() throws {
        let transformed = try Fixtures.transformed("date-picker")
        guard case .list(let draft) = try #require(transformed.drafts.first) else { return #expect(Bool(false)) }
        #expect(draft.body == "When do you come?\nWe are open till six\nQuay 4")
        let rows = draft.sections.flatMap(\.rows)
        #expect(rows.map(\.title) == ["12 Mar 2026 10:00 UTC", "12 Mar 2026 11:00 UTC"])
        #expect(rows.map(\.description) == ["30 min", "15 min"])
        #expect(transformed.options.map(\.payload) == ["2026-03-12T10:00:00.000Z", "2026-03-12T11:00:00Z"])
        #expect(transformed.options.allSatisfy { $0.kind == .datePicker })
    }

    @Test("a date picker without times asks for one in words")
    func openDatePicker() throws {
        let picker: JSONValue = [
            "title": "When?", "dateMinimum": "2026-03-12T00:00:00Z", "dateMaximum": "2026-03-20T00:00:00Z",
            "dateDisplayFormat": "monthDayYear",
        ]
        let transformed = Structured.transformed([["contentType": "DatePicker", "datePicker": picker]])
        #expect(transformed.drafts == [.text("When?\nMar 12, 2026 00:00 UTC – Mar 20, 2026 00:00 UTC")])
    }

    @Test("a list picker is a list with its sections and its label")
    func listPicker() throws {
        let transformed = try Fixtures.transformed("list-picker")
        let row = ListChoice(id: transformed.options[0].id, title: "Atlas of tides", description: "48 maps")
        let expected = WhatsAppListDraft(
            body: "Choose one", button: "Open", sections: [ListSection(title: "Books", rows: [row])])
        #expect(transformed.drafts == [.list(expected)])
        #expect(transformed.options[0].payload == "b1")
    }

    @Test("sections without a heading get one where there are several, since WhatsApp demands it")
    func headings() throws {
        let picker: JSONValue = [
            "sections": [
                ["title": "A", "items": [["id": "1", "title": "One"]]], ["items": [["id": "2", "title": "Two"]]],
            ]
        ]
        let transformed = Structured.transformed([["contentType": "ListPicker", "listPicker": picker]])
        guard case .list(let draft) = try #require(transformed.drafts.first) else { return #expect(Bool(false)) }
        #expect(draft.sections.map(\.title) == ["A", "–"])
        #expect(draft.body == Wording.choose)
    }

    @Test("a canned response that names a template of WhatsApp is that template with its values, said once")
    func template() throws {
        let transformed = try Fixtures.transformed("notification-template")
        let expected = WhatsAppTemplateDraft(
            name: "parcel_left", language: "en",
            components: [.body(.init(parameters: [TemplateText(text: "Mira", name: "name")]))])
        #expect(transformed.drafts == [.template(expected)])
    }

    @Test("values of header and buttons are carried, and a button's answer comes back")
    func templateButtons() throws {
        let template: JSONValue = [
            "id": "shop@offer_1", "language": "pt-BR",
            "header": [
                "type": "Media",
                "media": ["mediaType": "Image", "url": "https://img.example.com/o.png", "mime": "image/png"],
            ],
            "body": ["parameters": [["name": "1", "text": "two\nlines\tand    blanks"]]],
            "buttons": [
                ["type": "QuickReply", "text": "Stop", "index": 0, "payload": "stop"],
                ["type": "Url", "text": "See", "index": 1, "parameters": [["text": "offers/9"]]],
            ],
        ]
        let transformed = Structured.transformed([["contentType": "Notification", "template": template]])
        let expected = WhatsAppTemplateDraft(
            name: "offer_1", language: "pt_BR",
            components: [
                .header(.init(parameter: .media(.init(mediaType: .image, link: "https://img.example.com/o.png")))),
                .body(.init(parameters: [TemplateText(text: "two lines and blanks")])),
                .button(.init(kind: .quickReply, index: 0, value: "g1/1")),
                .button(.init(kind: .url, index: 1, value: "offers/9")),
            ])
        #expect(transformed.drafts == [.template(expected)])
        #expect(transformed.options == [.init(id: "g1/1", kind: .button, text: "Stop", payload: "stop")])
    }

    @Test("a canned response that names none is its parts around its buttons")
    func cannedResponse() throws {
        let template: JSONValue = [
            "header": ["text": "Hello"],
            "body": ["text": "Hi {{name}}", "parameters": [["name": "name", "text": "Mira"]]],
            "buttons": [["type": "QuickReply", "text": "Stop", "payload": "stop"]], "footer": ["text": "Goodbye"],
        ]
        let transformed = Structured.transformed(
            [["contentType": "Notification", "template": template]], text: "Hi Mira")
        let expected = WhatsAppButtonsDraft(
            header: .text(.init(text: "Hello")), body: "Hi Mira", footer: "Goodbye",
            buttons: [.init(id: "g1/1", title: "Stop")])
        #expect(transformed.drafts == [.buttons(expected)])
    }

    @Test("a place is a location")
    func location() throws {
        let expected = WhatsAppLocationDraft(
            latitude: 54.32, longitude: 10.13, name: "Quay 4", address: "Quay 4, Harbour Town")
        #expect(try Fixtures.transformed("content-location").drafts == [.location(expected)])
    }

    @Test("quick replies after something else keep their place")
    func order() throws {
        let place: JSONValue = ["contentType": "Location", "location": ["latitude": 1, "longitude": 2]]
        let transformed = Structured.transformed([place] + Structured.replies(["Yes", "No"]), text: "Here?")
        #expect(transformed.drafts.count == 3)
        guard case .text = transformed.drafts[0], case .location = transformed.drafts[1],
            case .buttons(let draft) = transformed.drafts[2]
        else { return #expect(Bool(false)) }
        #expect(draft.body == Wording.choose)
    }

    @Test("labels are cut between characters as people see them")
    func graphemes() {
        let family = "👩‍👩‍👧‍👦"
        let shown = Shortened(String(repeating: family, count: 4), 24)
        #expect(shown.text == family + family + "…")
        #expect(Shortened("  two\nlines ", 20).text == "two lines")
        #expect(Shortened("a label of several words", 20).text == "a label of several…")
    }
}

extension Fixtures {
    /// What the webhook of a fixture becomes.
    static func transformed(_ name: String) throws -> Transformed {
        let file = "receiveOutboundNotification.\(name).json"
        return Transformed(update: try #require(webhooks.first { $0.file == file }?.update))
    }
}
