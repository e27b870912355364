import ContractRuntime
import MediaFiles
import MediaTransfer
import SharedContract
import WhatsAppWebhookContract

/// The file of a customer's message, as the webhook announces it.
struct CustomerFile: Sendable {
    /// By which the Graph API knows it.
    let mediaID: String
    let file: AnnouncedFile
    /// The customer's words below it.
    let caption: String?
    /// What WhatsApp takes from customers, whatever the kind (Cloud API, media, September 2026).
    static let maximumBytes = 100 << 20

    /// The file of a message; nil for kinds that have none.
    init?(_ message: InboundMessage) {
        let (media, mediaType): (Media?, SharedContract.MediaType)
        switch message.type {
        case .image: (media, mediaType) = (message.image, .image)
        case .video: (media, mediaType) = (message.video, .video)
        case .audio: (media, mediaType) = (message.audio, .audio)
        case .voice: (media, mediaType) = (message.voice ?? message.audio, .audio)
        case .document: (media, mediaType) = (message.document, .document)
        case .sticker: (media, mediaType) = (message.sticker, .sticker)
        default: return nil
        }
        guard let media else { return nil }
        mediaID = media.id
        caption = media.caption
        let isVoice = mediaType == .audio && (media.voice == true || message.type == .voice)
        let declared = media.mimeType.flatMap { MIMEType($0) }
        file = AnnouncedFile(
            mediaType: mediaType, declared: declared,
            filename: FileName.shown(media.filename) ?? Self.name(mediaType, isVoice, declared),
            sha256: media.sha256.flatMap(Self.hexadecimal), isVoice: isVoice)
    }

    /// WhatsApp names documents alone; agents see a name for everything.
    private static func name(
        _ mediaType: SharedContract.MediaType, _ isVoice: Bool, _ declared: MIMEType?
    ) -> String {
        "\(isVoice ? "voice-message" : mediaType.rawValue).\(declared?.fileExtension ?? "bin")"
    }

    /// A webhook has the digest in Base64, where the look-up has it in hexadecimal (M26:business-phone-numbers/media,
    /// webhooks/reference/messages/image).
    private static func hexadecimal(_ base64: String) -> String? {
        guard let bytes = Base64.decode(base64), bytes.count == 32 else { return nil }
        return bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
