import ContractJSON
import Foundation

/// A recorded payload of the shared fixtures and what its index says about it.
struct RecordedWebhook: Sendable, CustomStringConvertible {
    let description: String
    let bytes: [UInt8]
    let document: JSONValue?
    /// Whether a correct receiver accepts it; nil where accepting and refusing are both defensible.
    let isAccepted: Bool?

    /// The folder of the fixtures, where there is one.
    static var folder: URL? {
        ProcessInfo.processInfo.environment["WABA_SHARED_DIR"].map { URL(fileURLWithPath: $0) }.flatMap {
            let folder = $0.appending(path: "fixtures")
            return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
        }
    }

    /// Reads a platform's webhooks by its INDEX.tsv: file, source, direction, kind, valid, class, note.
    static func all(of platform: String, direction: String) throws -> [RecordedWebhook] {
        guard let folder = folder?.appending(path: platform) else { return [] }
        let index = try String(contentsOf: folder.appending(path: "INDEX.tsv"), encoding: .utf8)
        return try index.split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            // Parts of a webhook are no webhooks.
            guard fields.count > 5, fields[2] == direction, !fields[3].hasPrefix("fragment") else { return nil }
            let bytes = Array(try Data(contentsOf: folder.appending(path: fields[0])))
            let isAccepted = fields[4] == "yes" ? true : fields[5] == "must-reject" ? false : nil
            return RecordedWebhook(
                description: "\(platform)/\(fields[0])", bytes: bytes, document: try? JSONValue(parsing: bytes),
                isAccepted: isAccepted)
        }
    }

    /// How many updates a notification of Meta holds: messages, statuses and errors, or else the change itself.
    var updateCount: Int {
        (document?["entry"]?.array ?? []).flatMap { $0["changes"]?.array ?? [] }.reduce(0) { count, change in
            guard change["field"] == "messages" else { return count + 1 }
            let parts = ["messages", "statuses", "errors"].compactMap { change["value"]?[$0]?.array?.count }
            return count + max(parts.reduce(0, +), 1)
        }
    }
}
