import ContractRuntime
import GenesysWebhookContract
import MediaFiles
import RelayMessagingContract
import SharedContract

/// A file that can't go; the agent is told.
struct RefusedFile: Sendable, Hashable {
    var cause: FailureCause
    var mediaType: MediaType
    /// Where it is stored, if it is.
    var mediaURL: String?
    /// What people read of it.
    var words: String
}

extension MessageComposer {
    /// Most units of a caption in UTF-16 (messages reference, December 2025).
    private static let maximumCaptionUnits = 1_024

    /// Adds an attachment.
    /// - Parameter found: What became of its file; nil where nobody has looked for it.
    mutating func add(_ attachment: ContentAttachment, found: OutboundMedia?, written content: OutboundContent) {
        if let media = found?.stored {
            add(media, said: attachment.text.value)
        } else if let failure = found?.failure, failure.code != .mediaLink {
            let cause = FailureCause(disposition: .permanent, code: failure.code.rawValue, reason: failure.reason)
            refuse(
                RefusedFile(
                    cause: cause, mediaType: failure.mediaType,
                    words: "[\(Self.label(failure.mediaType, failure.filename))]"))
        } else {
            // An address that is none of Genesys' is the customer's to open, like a link.
            add(written: content)
        }
    }

    private mutating func add(_ media: StoredMedia, said: String?) {
        switch MediaForm(media) {
        case .refused(let cause):
            add(text: [said].compactMap(\.self))
            refuse(
                RefusedFile(
                    cause: cause, mediaType: media.mediaType, mediaURL: media.url,
                    words: "[\(Self.label(media.mediaType, media.filename))]"))
        case .taken(let kind, let mime, let isVoice):
            add(text: [said].compactMap(\.self))
            let hasCaption = kind == .image || kind == .video || kind == .document
            let caption = hasCaption ? takeWaiting(maximumUnits: Self.maximumCaptionUnits) : nil
            add(
                .media(
                    WhatsAppMediaDraft(
                        mediaType: kind, stored: StoredFile(url: media.url, mime: mime), voice: isVoice,
                        caption: caption, filename: kind == .document ? Self.name(of: media) : nil)))
        }
    }

    /// Customers see a document by its name.
    private static func name(of media: StoredMedia) -> String {
        media.filename ?? "document.\(MIMEType(media.mime)?.fileExtension ?? "bin")"
    }

    private static func label(_ mediaType: MediaType, _ filename: String?) -> String {
        let kind = mediaType.rawValue.prefix(1).uppercased() + mediaType.rawValue.dropFirst()
        return kind + (filename.map { " \($0)" } ?? "")
    }
}
