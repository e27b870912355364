import ContractJSON
import Foundation
import SharedContract
import SimulatorContract
import Testing

/// How the recordings of the shared fixtures are taken to a tenant of these tests. What names an account, a time or the
/// message itself is put in the place of the recorded value by the simulator (`replayWebhook`); what names a file or the
/// message that a status is about is replaced here, in the bytes. Everything else stays as it was recorded.
extension RecordedWebhook {
    /// The recording with JSON strings replaced wherever they stand, and no other byte changed.
    func replacing(_ strings: [String: String]) -> RecordedWebhook {
        var text = String(decoding: bytes, as: UTF8.self)
        for (old, new) in strings {
            text = text.replacing("\"\(old)\"", with: "\"\(new)\"")
            // Some are written with slashes escaped.
            text = text.replacing("\"\(old.replacing("/", with: "\\/"))\"", with: "\"\(new)\"")
        }
        let bytes = Array(text.utf8)
        return RecordedWebhook(
            description: description, bytes: bytes, document: try? JSONValue(parsing: bytes), isAccepted: isAccepted)
    }

    /// The values of field `messages` of a notification of Meta, in order.
    private var values: [JSONValue] {
        (document?["entry"]?.array ?? []).flatMap { $0["changes"]?.array ?? [] }
            .filter { $0["field"] == "messages" }.compactMap { $0["value"] }
    }

    /// Elements of `messages` as they were recorded, in order.
    var messages: [JSONObject] { values.flatMap { $0["messages"]?.array ?? [] }.compactMap(\.object) }

    /// Elements of `statuses` as they were recorded, in order.
    var statuses: [JSONObject] { values.flatMap { $0["statuses"]?.array ?? [] }.compactMap(\.object) }

    /// Updates that nothing handles, and that are therefore set aside: errors, and fields that tell of the account. A change
    /// of user id is handled like a message.
    var unhandledCount: Int {
        (document?["entry"]?.array ?? []).flatMap { $0["changes"]?.array ?? [] }.reduce(0) { count, change in
            switch change["field"]?.string {
            case "user_id_update": return count
            case "messages":
                let value = change["value"]
                let handled = ["messages", "statuses"].reduce(0) { $0 + (value?[$1]?.array?.count ?? 0) }
                let errors = value?["errors"]?.array?.count ?? 0
                return count + (handled + errors == 0 ? 1 : errors)
            default: return count + 1
            }
        }
    }
}

extension SampleFile {
    /// What a customer's file of a kind is in these tests; nil: a message of this type has none.
    static func standingIn(for type: String?) -> SampleFile? {
        switch type {
        case "image": picture
        case "video": film
        case "audio", "voice": voice
        case "document": document
        case "sticker": sticker
        default: nil
        }
    }

    /// What an agent's file of a kind is in these tests.
    static func standingIn(forAttachment type: String?) -> SampleFile {
        switch type {
        case "Image": picture
        case "Video": film
        case "Audio": voice
        default: document
        }
    }

    static let film = SampleFile(
        type: "video", name: "film.mp4", mime: "video/mp4",
        bytes: [0, 0, 0, 24] + Array("ftypisom".utf8) + [0, 0, 2, 0] + Array("isommp41".utf8) + noise(50_000))

    /// The file as the relay stores it.
    func stored(as mediaType: MediaType, filename: String?) -> StoredMedia {
        StoredMedia(
            url: "s3://media/t/file", mediaType: mediaType, mime: essence, sizeBytes: bytes.count, sha256: sha256,
            filename: filename, voice: false, opus: mime.hasSuffix("opus"), animated: false)
    }
}
