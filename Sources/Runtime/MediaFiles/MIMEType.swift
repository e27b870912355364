/// A media type (RFC 9110 §8.3.1), `audio/ogg; codecs=opus`: what platforms declare of a file.
public struct MIMEType: Sendable, Hashable {
    /// Type and subtype in lower case, `audio/ogg`.
    public let essence: String
    /// Parameters, names in lower case, values without quotation marks.
    public let parameters: [String: String]

    /// Reads a media type; nil if it has not the form `type/subtype` of RFC 6838 §4.2, at most 127 characters.
    public init?(_ text: some StringProtocol) {
        let pieces = text.split(separator: ";", omittingEmptySubsequences: false)
        let essence = (pieces.first ?? "").trimmed.lowercased()
        let names = essence.split(separator: "/", omittingEmptySubsequences: false)
        guard names.count == 2, essence.utf8.count <= 127, names.allSatisfy(Self.isName) else { return nil }
        self.essence = essence
        var parameters: [String: String] = [:]
        for piece in pieces.dropFirst() {
            let parts = piece.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { continue }
            parameters[parts[0].trimmed.lowercased()] = String(parts[1].trimmed.filter { $0 != "\"" })
        }
        self.parameters = parameters
    }

    /// What stands before the slash.
    public var family: Substring { essence.prefix { $0 != "/" } }

    /// What says nothing: the types of bytes of which nobody knows what they are.
    public var isUnspecific: Bool {
        essence == "application/octet-stream" || essence == "binary/octet-stream" || essence == "application/x-unknown"
    }

    /// The usual extension of a file's name, without full stop; `bin` for types that have none here.
    public var fileExtension: String { Self.extensions[essence] ?? "bin" }

    private static func isName(_ name: Substring) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
                default: "!#$&^_.+-".utf8.contains(byte)
                }
            }
    }

    private static let extensions = [
        "image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp", "image/heic": "heic",
        "video/mp4": "mp4", "video/3gpp": "3gp", "video/quicktime": "mov", "video/webm": "webm",
        "audio/aac": "aac", "audio/amr": "amr", "audio/mpeg": "mp3", "audio/mp4": "m4a", "audio/ogg": "ogg",
        "audio/wav": "wav", "text/plain": "txt", "text/csv": "csv", "text/html": "html", "application/pdf": "pdf",
        "application/json": "json", "application/zip": "zip", "application/msword": "doc",
        "application/vnd.ms-excel": "xls", "application/vnd.ms-powerpoint": "ppt",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    ]
}

extension StringProtocol {
    fileprivate var trimmed: SubSequence {
        let start = drop { $0.isWhitespace }
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return start.prefix(0) }
        return start[...last]
    }
}
