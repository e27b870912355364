import ContractRuntime
import SharedContract

/// In which form WhatsApp takes a file, if it takes it at all (Cloud API, media, September 2026). Sizes are binary: the
/// documentation says MB and does not say which.
enum MediaForm: Sendable, Hashable {
    /// As this kind, uploaded as this media type.
    case taken(MediaType, uploadedAs: String, isVoice: Bool = false)
    /// Not at all; the agent is told.
    case refused(FailureCause)

    /// Most bytes of each kind.
    static let imageBytes = 5 << 20
    static let videoBytes = 16 << 20
    static let audioBytes = 16 << 20
    static let documentBytes = 100 << 20
    static let stickerBytes = 100 << 10
    static let animatedStickerBytes = 500 << 10

    private static let audioTypes: Set<String> = ["audio/aac", "audio/amr", "audio/mpeg", "audio/mp4"]
    private static let documentTypes: Set<String> = [
        "text/plain", "application/pdf", "application/msword", "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ]

    /// Decides by what the bytes are, and only where they don't say by what they were called.
    init(_ media: StoredMedia) {
        let size = media.sizeBytes
        switch media.mime {
        case "image/jpeg", "image/png":
            self = size <= Self.imageBytes ? .taken(.image, uploadedAs: media.mime) : Self.document(media)
        case "image/webp": self = Self.sticker(media)
        case "video/mp4", "video/3gpp":
            self = size <= Self.videoBytes ? .taken(.video, uploadedAs: media.mime) : Self.document(media)
        case "audio/ogg", "audio/opus", "application/ogg": self = Self.ogg(media)
        case _ where Self.audioTypes.contains(media.mime):
            self = size <= Self.audioBytes ? .taken(.audio, uploadedAs: media.mime) : Self.document(media)
        case _ where Self.documentTypes.contains(media.mime): self = Self.document(media)
        // Tables, logs and the like are plain text to whoever opens them.
        case _ where media.mime.hasPrefix("text/"):
            self =
                size <= Self.documentBytes
                ? .taken(.document, uploadedAs: "text/plain") : Self.tooLarge(Self.documentBytes)
        default:
            self = .refused(
                FailureCause(
                    disposition: .permanent, code: "media-type", reason: "WhatsApp takes no \(media.mime)"))
        }
    }

    private static func document(_ media: StoredMedia) -> MediaForm {
        media.sizeBytes <= documentBytes
            ? .taken(.document, uploadedAs: media.mime) : tooLarge(documentBytes)
    }

    /// In Ogg WhatsApp plays Opus alone, and shows it as a voice note.
    private static func ogg(_ media: StoredMedia) -> MediaForm {
        guard media.opus else {
            return .refused(
                FailureCause(
                    disposition: .permanent, code: "media-type", reason: "WhatsApp takes Ogg with Opus only"))
        }
        guard media.sizeBytes <= audioBytes else { return tooLarge(audioBytes) }
        return .taken(.audio, uploadedAs: "audio/ogg; codecs=opus", isVoice: true)
    }

    /// WebP is for stickers alone.
    private static func sticker(_ media: StoredMedia) -> MediaForm {
        let limit = media.animated ? animatedStickerBytes : stickerBytes
        guard media.sizeBytes > limit else { return .taken(.sticker, uploadedAs: media.mime) }
        return .refused(
            FailureCause(
                disposition: .permanent, code: "media-too-large",
                reason: "WhatsApp takes image/webp as stickers only, of at most \(limit >> 10) kB"))
    }

    private static func tooLarge(_ limit: Int) -> MediaForm {
        .refused(
            FailureCause(
                disposition: .permanent, code: "media-too-large",
                reason: "the file has more than the \(limit >> 20) MB that WhatsApp takes"))
    }
}
