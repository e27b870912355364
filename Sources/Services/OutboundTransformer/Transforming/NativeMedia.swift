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
    /// Where it would have been.
    var place = PartPlace(element: 0, piece: 0)
    /// The part, by its number, that has the words it would have had as its caption.
    var caption: Int?
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
            add(text: [attachment.text.value].compactMap(\.self))
            refuse(RefusedFile(failure))
        } else {
            // An address that is none of Genesys' is the customer's to open, like a link.
            add(written: content)
        }
    }

    private mutating func add(_ media: StoredMedia, said: String?) {
        switch MediaForm(media) {
        case .refused(let cause):
            add(text: [said].compactMap(\.self))
            refuse(RefusedFile(media, cause))
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
    static func name(of media: StoredMedia) -> String {
        media.filename ?? "document.\(MIMEType(media.mime)?.fileExtension ?? "bin")"
    }

}

extension RefusedFile {
    /// A file that could not be had.
    init(_ failure: MediaFailure) {
        self.init(
            cause: FailureCause(disposition: .permanent, code: failure.code.rawValue, reason: failure.reason),
            mediaType: failure.mediaType, words: Self.label(failure.mediaType, failure.filename))
    }

    /// A file that WhatsApp does not take.
    init(_ media: StoredMedia, _ cause: FailureCause) {
        self.init(
            cause: cause, mediaType: media.mediaType, mediaURL: media.url,
            words: Self.label(media.mediaType, media.filename))
    }

    private static func label(_ mediaType: MediaType, _ filename: String?) -> String {
        let kind = mediaType.rawValue.prefix(1).uppercased() + mediaType.rawValue.dropFirst()
        return "[\(kind)\(filename.map { " \($0)" } ?? "")]"
    }
}
