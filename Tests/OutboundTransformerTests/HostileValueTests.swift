import ContractJSON
import ContractRuntime
import RelayMessagingContract
import SharedContract
import Testing

@testable import OutboundTransformer

@Suite("Hostile values in Genesys messages")
struct HostileValueTests {
    private static let family = "👨‍👩‍👧‍👦"

    @Test("no character is torn, wherever the limit of a text falls within it")
    func splits() {
        for lead in 4_080...4_100 {
            let text = String(repeating: "a", count: lead) + Self.family
            let parts = Fixtures.bodies(Structured.transformed([], text: text, type: "Text"))
            #expect(parts.joined() == text, "\(lead)")
            #expect(parts.map(\.count).reduce(0, +) == lead + 1, "\(lead)")
            #expect(parts.allSatisfy { $0.utf16.count <= 4_096 }, "\(lead)")
        }
    }

    @Test("a text of 65,536 characters arrives whole, in parts that WhatsApp takes")
    func longText() {
        for character in ["a", "é", "𝄞", Self.family] {
            let text = String(repeating: character, count: 65_536)
            let parts = Fixtures.bodies(Structured.transformed([], text: text, type: "Text"))
            #expect(parts.joined() == text)
            #expect(parts.allSatisfy { $0.utf16.count <= 4_096 })
            let fewest = (text.utf16.count + 4_095) / 4_096
            #expect(parts.count >= fewest && parts.count <= fewest + fewest / 200 + 1)
        }
    }

    @Test("choices of any length and number stay within WhatsApp's limits and can all be chosen")
    func choices() throws {
        let labels = [
            String(repeating: Self.family, count: 30), String(repeating: "x", count: 300), "  ", "Same", "Same", "é",
            "",
        ]
        for count in [1, 3, 4, 10, 11, 25] {
            let texts = (0..<count).map { labels[$0 % labels.count] }
            let transformed = Structured.transformed(Structured.replies(texts), text: "Which?")
            #expect(transformed.options.count == count)
            for draft in transformed.drafts { #expect(throws: Never.self) { try draft.validatedJSON() } }
            var chosen: [String] = []
            for draft in transformed.drafts {
                switch draft {
                case .buttons(let buttons):
                    chosen += buttons.buttons.map(\.id)
                    #expect(buttons.buttons.count <= 3 && buttons.body.utf16.count <= 1_024)
                    #expect(buttons.buttons.allSatisfy { $0.title.utf16.count <= 20 })
                    #expect(Set(buttons.buttons.map(\.title)).count == buttons.buttons.count)
                case .list(let list):
                    let rows = list.sections.flatMap(\.rows)
                    chosen += rows.map(\.id)
                    #expect(rows.count <= 10 && list.body.utf16.count <= 4_096 && list.button.utf16.count <= 20)
                    #expect(rows.allSatisfy { $0.title.utf16.count <= 24 && ($0.description ?? "").utf16.count <= 72 })
                    #expect(list.sections.allSatisfy { ($0.title ?? "").utf16.count <= 24 })
                default: break
                }
            }
            #expect(chosen == transformed.options.map(\.id), "\(count)")
        }
    }

    @Test("files beside each other go one by one; words of more than a caption's length go before them")
    func severalFiles() throws {
        for units in [1_023, 1_024, 1_025] {
            let words = String(repeating: "w", count: units)
            let attachments = (1...3).map { number -> JSONValue in
                let attachment: JSONValue = [
                    "id": .string("\(number)"), "mediaType": "Image", "url": .string("https://files.example/\(number)"),
                ]
                return ["contentType": "Attachment", "attachment": attachment]
            }
            let media = (0..<3).map { number in
                OutboundMedia(
                    pointer: "/content/\(number)/attachment",
                    stored: StoredMedia(
                        url: "s3://media-outbound/t/\(number)", mediaType: .image, mime: "image/png", sizeBytes: 10,
                        sha256: String(repeating: "0", count: 64)))
            }
            let members: [(String, JSONValue)] = [
                ("id", "g1"), ("type", "Text"), ("text", .string(words)),
                ("channel", ["id": "i", "to": ["id": "49151000001"], "time": "2026-11-20T09:15:30.000Z"]),
                ("content", .array(attachments)),
            ]
            let transformed = Transformed(update: JSONObject(members), media: media)
            let files = transformed.drafts.compactMap { draft -> WhatsAppMediaDraft? in
                if case .media(let media) = draft { media } else { nil }
            }
            #expect(files.count == 3 && transformed.refused.isEmpty)
            #expect(files.map(\.caption) == [units <= 1_024 ? words : nil, nil, nil])
            #expect(Fixtures.bodies(transformed) == (units <= 1_024 ? [] : [words]))
            #expect(Set(transformed.places).count == transformed.drafts.count)
        }
    }

    @Test(
        "what can be read of content that can't be shown is read",
        arguments: [
            (#"{"contentType":"Card","card":{"title":"Tea","description":"Green"}}"#, "Card", ["Tea", "Green"]),
            (
                #"{"contentType":"Carousel","carousel":{"cards":[{"title":"One"},{"title":"Two","actions":7}]}}"#,
                "Carousel", ["One", "Two"]
            ),
            (
                #"{"contentType":"RichLink","richLink":{"title":"Our shop","url":"https://x.example"}}"#, "RichLink",
                ["Our shop"]
            ),
            (#"{"contentType":"Form","form":{"title":" ","id":"text"}}"#, "Form", []),
        ] as [(String, String, [String])])
    func words(_ json: String, _ kind: String, _ words: [String]) throws {
        let made = Structured.transformed([try JSONValue(parsing: Array(json.utf8))])
        let label =
            words.isEmpty ? "[\(kind) content that can't be shown]" : "[\(kind) content that can't be shown in full]"
        #expect(Fixtures.bodies(made) == [([label] + words).joined(separator: "\n")])
    }

    @Test(
        "content of a documented kind that lacks, repeats or bends its members is still something that WhatsApp takes",
        arguments: [
            #"{}"#, #"{"contentType":"Card","card":{"title":"x","actions":[]}}"#,
            #"{"contentType":"Card","card":{"actions":[{"type":"Link","text":"a","url":"javascript:x"}]}}"#,
            #"{"contentType":"Carousel","carousel":{"cards":[]}}"#, #"{"contentType":"DatePicker","datePicker":{}}"#,
            #"{"contentType":"DatePicker","datePicker":{"availableTimes":[{"dateTime":"2026-03-12T10:00:00+0200"}]}}"#,
            #"{"contentType":"ListPicker","listPicker":{"sections":[]}}"#,
            #"{"contentType":"Notification","template":{"id":"x","language":"en"}}"#,
            #"{"contentType":"Notification","template":{"id":"a@1","language":"pt-BR","body":{"text":"Hi {{1}}"}}}"#,
            #"{"contentType":"Notification","template":{"body":{"text":"","parameters":[{"name":"1"}]}}}"#,
            #"{"contentType":"Attachment","attachment":{"mediaType":"Image"}}"#,
            #"{"contentType":"Attachment","attachment":{"mediaType":"GIF","url":"","contentSizeBytes":"5"}}"#,
            #"{"contentType":"Location","location":{"latitude":"1.0","longitude":2}}"#,
            #"{"contentType":"Location","location":{"latitude":91,"longitude":200}}"#,
            #"{"contentType":"QuickReply","quickReply":{"text":"","payload":"","action":"Message","image":"x"}}"#,
            #"{"contentType":"PaymentRequest","paymentRequest":{}}"#, #"{"contentType":"Story","story":{}}"#,
            #"{"contentType":"RichLink","richLink":{"title":"x"}}"#, #"{"contentType":"Form","form":{"pages":[]}}"#,
        ])
    func bentContent(_ json: String) throws {
        let content = try JSONValue(parsing: Array(json.utf8))
        for text in [nil, "Read this", " "] {
            let transformed = Structured.transformed([content, content], text: text)
            #expect(!transformed.drafts.isEmpty, "\(json)")
            for draft in transformed.drafts { #expect(throws: Never.self, "\(json)") { try draft.validatedJSON() } }
            #expect(Fixtures.bodies(transformed).allSatisfy { !NotificationText.isBlank($0) })
            #expect(Set(transformed.places).count == transformed.places.count)
        }
    }
}
