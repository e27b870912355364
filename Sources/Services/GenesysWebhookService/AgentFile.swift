import ContractJSON
import ContractRuntime
import GenesysWebhookContract
import MediaFiles
import MediaTransfer
import SharedContract

/// A file of an agent's message, as the webhook announces it.
struct AgentFile: Sendable {
    /// Where it stands in the webhook.
    let pointer: String
    let url: String
    let file: AnnouncedFile
    /// What Genesys sends (25 MB, supported content profiles), with room: documents of WhatsApp may have as much.
    static let maximumBytes = 100 << 20

    /// The files of a message, in order; a link is no file.
    static func all(in notification: OutboundNotification) -> [AgentFile] {
        (notification.content.value ?? []).enumerated().compactMap { index, element in
            guard case .valid(let content) = element else { return nil }
            if content.contentType == .attachment, let attachment = content.attachment {
                return AgentFile(attachment, pointer: "/content/\(index)/attachment")
            }
            // What stands above a canned response.
            if content.contentType == .notification, let media = content.template?.header?.media {
                return AgentFile(media, pointer: "/content/\(index)/template/header/media")
            }
            return nil
        }
    }

    private init?(_ attachment: ContentAttachment, pointer: String) {
        let mediaType: SharedContract.MediaType
        switch attachment.mediaType {
        case .image: mediaType = .image
        case .video: mediaType = .video
        case .audio: mediaType = .audio
        case .file, .unknown: mediaType = .document
        case .link: return nil
        }
        self.pointer = pointer
        url = attachment.url
        file = AnnouncedFile(
            mediaType: mediaType, declared: attachment.mime.value.flatMap { MIMEType($0) },
            filename: FileName.shown(attachment.filename.value),
            sha256: AnnouncedFile.digest(attachment.sha256.value))
    }
}
