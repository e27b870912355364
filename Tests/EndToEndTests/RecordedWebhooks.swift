import ContractJSON
import Foundation
import Testing

/// A recorded payload of the shared fixtures and what its index says about it.
struct RecordedWebhook: Sendable, CustomStringConvertible {
    let description: String
    let bytes: [UInt8]
    let document: JSONValue?
    /// Whether a correct receiver accepts it; nil where accepting and refusing are both defensible.
    let isAccepted: Bool?

    /// Whether the recordings are named; where they are named and missing, tests fail.
    static let isGiven = ProcessInfo.processInfo.environment["WABA_SHARED_DIR"] != nil
    /// Why tests of them do not run.
    static let missing: Comment = "WABA_SHARED_DIR is not set: no recorded webhook was sent"

    private static var folder: URL {
        URL(fileURLWithPath: ProcessInfo.processInfo.environment["WABA_SHARED_DIR"] ?? "/nonexistent")
            .appending(path: "fixtures")
    }

    /// Reads a platform's webhooks by its INDEX.tsv: file, source, direction, kind, valid, class, note.
    /// - Parameter fragments: Whether parts of webhooks are taken too, in an envelope of the same source.
    static func all(of platform: String, direction: String, fragments: Bool = false) throws -> [RecordedWebhook] {
        let folder = folder.appending(path: platform)
        let index = try String(contentsOf: folder.appending(path: "INDEX.tsv"), encoding: .utf8)
        return try index.split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            // Parts of a webhook are no webhooks.
            guard fields.count > 5, fields[2] == direction else { return nil }
            let isFragment = fields[3].hasPrefix("fragment")
            guard fragments || !isFragment else { return nil }
            var bytes = Array(try Data(contentsOf: folder.appending(path: fields[0])))
            if isFragment { bytes = try enveloped(bytes, in: folder) }
            let isAccepted = fields[4] == "yes" ? true : fields[5] == "must-reject" ? false : nil
            return RecordedWebhook(
                description: "\(platform)/\(fields[0])", bytes: bytes, document: try? JSONValue(parsing: bytes),
                isAccepted: isAccepted)
        }
    }

    /// A fragment of a message of Genesys with the channel and what else a webhook of the same source has.
    private static func enveloped(_ fragment: [UInt8], in folder: URL) throws -> [UInt8] {
        let envelope = folder.appending(path: "gildas-go-gcloudcx/openmessaging-outbound-text.json")
        guard var whole = try JSONValue(parsing: Array(try Data(contentsOf: envelope))).object,
            let part = try JSONValue(parsing: fragment).object
        else { throw Unexpected("no object") }
        whole["text"] = nil
        for member in part.members { whole[member.name] = member.value }
        return JSONValue.object(whole).jsonBytes
    }

    /// How many updates a notification of Meta holds: messages, echoes, statuses and errors, or else the change itself.
    var updateCount: Int {
        (document?["entry"]?.array ?? []).flatMap { $0["changes"]?.array ?? [] }.reduce(0) { count, change in
            let names: [String]
            switch change["field"]?.string {
            case "messages": names = ["messages", "statuses", "errors"]
            case "smb_message_echoes": names = ["message_echoes", "errors"]
            default: return count + 1
            }
            let parts = names.compactMap { change["value"]?[$0]?.array?.count }
            return count + max(parts.reduce(0, +), 1)
        }
    }
}
