import WhatsAppGraphContract

/// What WhatsApp takes as which kind of media (Cloud API, media, read 2026-09).
struct MediaKindRules: Sendable {
    let kind: String
    let types: Set<String>
    let maximumBytes: Int

    static let stickerBytes = 100 << 10
    static let animatedStickerBytes = 500 << 10

    static let all: [MediaKindRules] = [
        .init(kind: "image", types: ["image/jpeg", "image/png"], maximumBytes: 5 << 20),
        .init(kind: "video", types: ["video/mp4", "video/3gpp"], maximumBytes: 16 << 20),
        .init(
            kind: "audio", types: ["audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"],
            maximumBytes: 16 << 20),
        .init(kind: "sticker", types: ["image/webp"], maximumBytes: animatedStickerBytes),
        .init(
            kind: "document",
            types: [
                "text/plain", "application/pdf", "application/vnd.ms-excel", "application/msword",
                "application/vnd.ms-powerpoint",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            ], maximumBytes: 100 << 20),
    ]

    /// Judges an uploaded file that a message shows.
    static func check(_ file: FileShelf.File, sentAs kind: String) throws(GraphRefusal) {
        let essence = String(file.mime.prefix { $0 != ";" })
        // A document may be anything that can be uploaded.
        let rules = all.first { $0.kind == kind }
        guard let rules, kind == "document" || rules.types.contains(essence) else {
            throw .invalidParameter("Media upload error", details: "\(essence) can't be sent as \(kind)")
        }
        let limit = kind == "sticker" && !isAnimated(file.bytes) ? stickerBytes : rules.maximumBytes
        guard file.bytes.count <= limit else {
            throw .invalidParameter("Media upload error", details: "at most \(limit) bytes as such a \(kind)")
        }
        guard essence != "audio/ogg" || file.mime.contains("opus") else {
            throw .invalidParameter("Media upload error", details: "audio/ogg needs codecs=opus")
        }
    }

    /// Whether a WebP file moves: its extended header has the animation bit (WebP container specification).
    private static func isAnimated(_ bytes: [UInt8]) -> Bool {
        bytes.count > 20 && bytes[12..<16].elementsEqual("VP8X".utf8) && bytes[20] & 0x02 != 0
    }
}

extension SendMessageRequest {
    /// The medium that the message shows and as what, if it names one.
    var shownMedium: (reference: MediaReference, kind: String)? {
        let media = [
            (image, "image"), (video, "video"), (audio, "audio"), (document, "document"), (sticker, "sticker"),
        ]
        return media.lazy.compactMap { reference, kind in reference.map { ($0, kind) } }.first
    }
}
