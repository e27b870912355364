import ContractJSON
import Foundation
import SharedContract
import SimulatorContract
import Testing

/// How the recordings of the shared fixtures are taken to a tenant of these tests: what names an account, the message itself,
/// its file or the message that a status is about is set to the tenant's at the place where it stands, and for Genesys the
/// customer and conversation too, since an agent answers somebody. Everything else stays as it was recorded, times,
/// customers of WhatsApp and references to other messages among it.
struct AddressedRecording {
    /// What is posted.
    let body: [UInt8]
    /// Ids of its messages, in order.
    let messageIDs: [String]
}

extension JSONValue {
    /// A copy with the members at these places changed; a place that is not there stays so.
    fileprivate func changing(_ name: String, _ change: (JSONValue) -> JSONValue) -> JSONValue {
        guard var object, let value = object[name] else { return self }
        object[name] = change(value)
        return .object(object)
    }

    fileprivate func setting(_ name: String, to text: String) -> JSONValue { changing(name) { _ in .string(text) } }

    fileprivate func mapping(_ change: (JSONValue) -> JSONValue) -> JSONValue {
        guard let array else { return self }
        return .array(array.map(change))
    }
}

extension RecordedWebhook {
    /// A notification of Meta, addressed to a tenant's number.
    /// - Parameters:
    ///   - files: Ids of files at the platform, by the place of their message; nil for messages without.
    ///   - wamids: Ids of messages that statuses are about, by the recorded ones.
    func addressed(to line: Line, files: [String?] = [], wamids: [String: String] = [:]) -> AddressedRecording {
        var ids: [String] = []
        var renewed: [String: String] = [:]
        var place = 0
        func message(_ message: JSONValue) -> JSONValue {
            let recorded = message["id"]?.string ?? ""
            // A recording may hold the same message twice.
            let id = renewed[recorded] ?? "wamid.\(UUID().uuidString)"
            renewed[recorded] = id
            ids.append(id)
            defer { place += 1 }
            let addressed = message.setting("id", to: id)
            guard files.indices.contains(place), let file = files[place], let type = message["type"]?.string else {
                return addressed
            }
            return addressed.changing(type == "voice" && message["voice"] == nil ? "audio" : type) {
                $0.setting("id", to: file)
            }
        }
        func value(_ value: JSONValue) -> JSONValue {
            value.changing("metadata") { $0.setting("phone_number_id", to: line.phoneNumberID) }
                .changing("messages") { $0.mapping(message) }
                .changing("statuses") {
                    $0.mapping { status in status.changing("id") { .string(wamids[$0.string ?? ""] ?? $0.string ?? "") }
                    }
                }
        }
        let whole = (document ?? .null).changing("entry") {
            $0.mapping { $0.changing("changes") { $0.mapping { $0.changing("value", value) } } }
        }
        return AddressedRecording(body: whole.jsonBytes, messageIDs: ids)
    }

    /// A webhook of Genesys, addressed to a customer and conversation of a tenant.
    /// - Parameter addresses: Where files are, by the recorded addresses.
    func addressed(
        to line: Line, customer: String, conversation: String?, addresses: [String: String]
    ) -> AddressedRecording {
        let id = UUID().uuidString.lowercased().filter { $0 != "-" }
        func file(_ attachment: JSONValue) -> JSONValue {
            attachment.changing("url") { .string(addresses[$0.string ?? ""] ?? $0.string ?? "") }
        }
        var whole = (document ?? .null).setting("id", to: id).changing("channel") {
            $0.setting("id", to: line.integrationID).setting("messageId", to: id)
                .changing("to") { $0.setting("id", to: customer) }
                .changing("from") { $0.setting("id", to: line.integrationID) }
        }
        if let conversation { whole = whole.setting("conversationId", to: conversation) }
        whole = whole.changing("content") {
            $0.mapping {
                $0.changing("attachment", file)
                    .changing("template") { $0.changing("header") { $0.changing("media", file) } }
            }
        }
        return AddressedRecording(body: whole.jsonBytes, messageIDs: [id])
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

    /// Updates that are set aside: errors, and what Docs/fidelity.md calls reported or set aside of the other fields.
    var asideCount: Int {
        (document?["entry"]?.array ?? []).flatMap { $0["changes"]?.array ?? [] }.reduce(0) { count, change in
            let value = change["value"]
            let errors = value?["errors"]?.array?.count ?? 0
            switch change["field"]?.string {
            case "user_id_update": return count
            case "smb_message_echoes": return count + errors
            case "messages":
                let handled = ["messages", "statuses"].reduce(0) { $0 + (value?[$1]?.array?.count ?? 0) }
                return count + (handled + errors == 0 ? 1 : errors)
            default: return count + (DocumentedFields.isNoted(change) ? 0 : 1)
            }
        }
    }
}

/// The table of webhook fields in Docs/fidelity.md.
enum DocumentedFields {
    /// Whether a change is only noted, as the table says.
    static func isNoted(_ change: JSONValue) -> Bool {
        guard let words = fates[change["field"]?.string ?? ""] else { return false }
        guard let condition = words.firstRange(of: "noted where ")?.upperBound else { return words == "noted" }
        let names = words[condition...].split(separator: "`").enumerated().filter { $0.offset % 2 == 0 }.map {
            String($0.element)
        }
        let value = change["value"]
        let member = names.first.flatMap { value?[$0] ?? value?["alert_info"]?[$0] }?.string
        return member.map(names.dropFirst().contains) ?? false
    }

    private static let fates: [String: String] = {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Docs/fidelity.md")
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        let table = text.firstRange(of: "## WhatsApp's webhook fields\n").map { text[$0.upperBound...] } ?? ""
        var fates: [String: String] = [:]
        for line in table.split(separator: "\n").prefix(while: { !$0.hasPrefix("## ") }) where line.hasPrefix("| `") {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: ["`", " "]) }
            if cells.count == 2 { fates[cells[0]] = cells[1] }
        }
        return fates
    }()
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
