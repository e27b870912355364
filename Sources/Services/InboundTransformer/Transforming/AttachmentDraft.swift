import MediaTransfer
import SharedContract

extension GenesysAttachmentDraft {
    /// A stored file as Genesys fetches it, with what the agent reads if Genesys does not take it.
    /// - Throws: ``MediaProblem``.
    init(_ media: StoredMedia, links: MediaLinks) throws {
        let kind: GenesysMediaType =
            switch media.mediaType {
            case .image, .sticker: .image
            case .video: .video
            case .audio: .audio
            case .document: .file
            }
        // What says that it is a picture and is none is a file.
        let mediaType = media.mime.hasPrefix("\(kind.rawValue.lowercased())/") ? kind : .file
        self.init(
            mediaType: mediaType,
            url: try links.link(to: media.url),
            mime: media.mime,
            filename: media.filename,
            sha256: media.sha256,
            sizeBytes: media.sizeBytes,
            otherwise: "[\(Self.label(of: media))] \(try links.lastingLink(to: media))"
        )
    }

    /// `Document report.pdf, 31 MB`
    private static func label(of media: StoredMedia) -> String {
        let kind = media.mediaType.rawValue.prefix(1).uppercased() + media.mediaType.rawValue.dropFirst()
        let name = media.filename.map { " \($0)" } ?? ""
        let size =
            media.sizeBytes >= 1 << 20
            ? "\((media.sizeBytes + (1 << 19)) >> 20) MB" : "\((media.sizeBytes + 1_023) >> 10) kB"
        return "\(kind)\(name), \(size)"
    }
}
