import SharedContract
import Testing

@testable import OutboundTransformer

@Suite("The form in which WhatsApp takes a file")
struct MediaFormTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let mime: String
        let sizeBytes: Int
        var opus = false
        var animated = false
        let form: MediaForm
        var testDescription: String { "\(mime), \(sizeBytes) bytes" }
    }

    private static func refused(_ code: String, _ reason: String) -> MediaForm {
        .refused(FailureCause(disposition: .permanent, code: code, reason: reason))
    }

    private static let word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

    static let cases: [Case] = [
        .init(mime: "image/jpeg", sizeBytes: 5 << 20, form: .taken(.image, uploadedAs: "image/jpeg")),
        .init(mime: "image/png", sizeBytes: (5 << 20) + 1, form: .taken(.document, uploadedAs: "image/png")),
        .init(mime: "video/mp4", sizeBytes: 16 << 20, form: .taken(.video, uploadedAs: "video/mp4")),
        .init(mime: "video/mp4", sizeBytes: (16 << 20) + 1, form: .taken(.document, uploadedAs: "video/mp4")),
        .init(
            mime: "video/mp4", sizeBytes: (100 << 20) + 1,
            form: refused("media-too-large", "the file has more than the 100 MB that WhatsApp takes")),
        .init(mime: "audio/mpeg", sizeBytes: 1, form: .taken(.audio, uploadedAs: "audio/mpeg")),
        .init(
            mime: "audio/ogg", sizeBytes: 1, opus: true,
            form: .taken(.audio, uploadedAs: "audio/ogg; codecs=opus", isVoice: true)),
        .init(mime: "audio/ogg", sizeBytes: 1, form: refused("media-type", "WhatsApp takes Ogg with Opus only")),
        .init(mime: "image/webp", sizeBytes: 100 << 10, form: .taken(.sticker, uploadedAs: "image/webp")),
        .init(
            mime: "image/webp", sizeBytes: (100 << 10) + 1,
            form: refused("media-too-large", "WhatsApp takes image/webp as stickers only, of at most 100 kB")),
        .init(
            mime: "image/webp", sizeBytes: 500 << 10, animated: true, form: .taken(.sticker, uploadedAs: "image/webp")),
        .init(mime: word, sizeBytes: 100 << 20, form: .taken(.document, uploadedAs: word)),
        .init(mime: "text/csv", sizeBytes: 10, form: .taken(.document, uploadedAs: "text/plain")),
        .init(mime: "image/gif", sizeBytes: 10, form: refused("media-type", "WhatsApp takes no image/gif")),
        .init(
            mime: "application/octet-stream", sizeBytes: 10,
            form: refused("media-type", "WhatsApp takes no application/octet-stream")),
        .init(
            mime: "application/zip", sizeBytes: 10, form: refused("media-type", "WhatsApp takes no application/zip")),
    ]

    @Test("is decided by type and size, at Meta's limits", arguments: cases)
    func form(_ example: Case) {
        let media = StoredMedia(
            url: "s3://media-outbound/t/1", mediaType: .document, mime: example.mime, sizeBytes: example.sizeBytes,
            sha256: String(repeating: "0", count: 64), opus: example.opus, animated: example.animated)
        #expect(MediaForm(media) == example.form)
    }
}
