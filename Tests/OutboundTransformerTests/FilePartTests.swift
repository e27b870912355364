import ContractJSON
import ContractRuntime
import RelayMessagingContract
import SharedContract
import Testing
import WhatsAppAPIServiceContract

@testable import OutboundTransformer

/// A message that is read twice, its files with another outcome the second time: the service that fetches them ended between
/// publishing the message and acknowledging its webhook.
@Suite("A message read again, with another outcome of its files")
struct FilePartTests {
    private enum File {
        case stored(MediaType)
        case missing
    }

    private static func media(_ files: [File]) -> [OutboundMedia] {
        files.enumerated().map { index, file in
            let pointer = "/content/\(index)/attachment"
            switch file {
            case .stored(let type):
                let mime = type == .audio ? "audio/mpeg" : "image/png"
                return OutboundMedia(
                    pointer: pointer,
                    stored: StoredMedia(
                        url: "s3://media-outbound/t/\(index)", mediaType: type, mime: mime, sizeBytes: 10,
                        sha256: String(repeating: "0", count: 64), filename: "f\(index)"))
            case .missing:
                let failure = MediaFailure(mediaType: .image, code: .mediaGone, reason: "gone")
                return OutboundMedia(pointer: pointer, failure: failure)
            }
        }
    }

    private static func delivery(_ files: [File], text: String) throws -> DeliveredMessage {
        let content = files.indices.map { index -> JSONValue in
            [
                "contentType": "Attachment",
                "attachment": ["id": "a", "mediaType": "Image", "url": .string("https://f.example/\(index)")],
            ]
        }
        return World.delivery(try World.message("g1", text: text, content: content, media: media(files)))
    }

    /// What WhatsApp and the agent got when a message was read twice.
    private static func twice(
        _ first: [File], _ second: [File], text: String = ""
    ) async throws -> (parts: [String], sent: Int, told: Int) {
        let (desk, whatsApp, broker) = (ClaimDesk(), WhatsAppDesk(), PublishedOnly())
        let service = World.service(desk, whatsApp, on: broker)
        #expect(await service.receive(try delivery(first, text: text)) == .acknowledge)
        let sent = Set(whatsApp.requests.elements.map(\.trackingId))
        desk.with { state in
            state.accepted = sent
            state.failed = Set(state.claimed.values).subtracting(sent)
        }
        #expect(await service.receive(try delivery(second, text: text)) == .acknowledge)
        let told = broker.published.elements.count { $0.type == "SendFailure" }
        return (desk.with { $0.claimed.keys.sorted() }, whatsApp.requests.elements.count, told)
    }

    @Test("a picture that went with its caption is not told to have failed")
    func caption() async throws {
        let result = try await Self.twice([.stored(.image)], [.missing], text: "Look")
        #expect(result.sent == 1 && result.told == 0)
    }

    @Test("a file that went by itself is not told to have failed")
    func alone() async throws {
        let result = try await Self.twice([.stored(.audio)], [.missing])
        #expect(result.parts == ["g1"] && result.sent == 1 && result.told == 0)
        let beside = try await Self.twice([.stored(.audio)], [.missing], text: "Listen")
        #expect(beside.parts == ["g1", "g1#1001"] && beside.sent == 2 && beside.told == 0)
    }

    @Test("a file that could not be had when the message was read first neither goes nor is told again")
    func reverse() async throws {
        let result = try await Self.twice([.missing], [.stored(.image)], text: "Look")
        #expect(result.sent == 1 && result.told == 1)
        let alone = try await Self.twice([.missing], [.stored(.audio)])
        #expect(alone.sent == 0 && alone.told == 1)
        let again = try await Self.twice([.missing], [.missing], text: "Look")
        #expect(again.sent == 1 && again.told == 1)
    }

    @Test("a file behind an empty text has the message's own id")
    func emptyText() async throws {
        let content: JSONValue = [
            "contentType": "Attachment",
            "attachment": ["id": "a", "mediaType": "Image", "url": "https://f.example/0"],
        ]
        for text in ["", " "] {
            let update: JSONValue = [
                "id": "g1", "type": "Text", "text": .string(text), "content": [content],
                "channel": ["id": "i", "to": ["id": "49151000001"], "time": "2026-11-20T09:15:30.000Z"],
            ]
            for files in [[File.stored(.image)], [.missing]] {
                let object = try #require(update.object)
                let transformed = Transformed(update: object, messageID: "g1", media: Self.media(files))
                let places = transformed.places + transformed.refused.map(\.place)
                #expect(places.map { MessagePart.id("g1", $0) } == ["g1"])
            }
        }
    }

    @Test("each of several files keeps its id, whatever became of those before it")
    func several() async throws {
        let first = try await Self.twice(
            [.stored(.image), .stored(.image)], [.missing, .stored(.image)], text: "Look")
        #expect(first.parts == ["g1", "g1#2001"] && first.sent == 2 && first.told == 0)
        let second = try await Self.twice(
            [.missing, .stored(.image)], [.stored(.image), .stored(.image)], text: "Look")
        #expect(second.parts == ["g1", "g1#1001", "g1#2001"] && second.sent == 2 && second.told == 1)
    }
}
