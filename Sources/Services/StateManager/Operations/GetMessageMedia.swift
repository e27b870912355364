import ContractRuntime
import Database
import ObjectStorage
import ServiceKit
import SharedContract
import StateManagerContract

extension StateManager {
    /// How long a link to media is good for.
    private static let mediaLinkSeconds = 300

    /// Makes a link to the stored media of a message.
    public func getMessageMedia(
        _ input: GetMessageMedia.Input,
        _ context: RequestContext
    ) async throws -> GetMessageMedia.Output {
        let rows = try await database.query(
            Statement("SELECT media_type, media_url FROM message_tracking WHERE id = $1", [.uuid(input.trackingId)])
        )
        guard let row = rows.first, let place = try row.textOptional("media_url").flatMap(ObjectAddress.init(url:))
        else {
            return .notFound(.notFound("no media is stored for this message", context))
        }
        let kind = try row.textOptional("media_type").flatMap(MediaType.init(rawValue:))
        let url = try media.presignedGet(
            bucket: place.bucket,
            key: place.key,
            expiresInSeconds: Self.mediaLinkSeconds,
            // Documents may hold markup and are never shown in place.
            contentDisposition: kind == nil || kind == .document ? "attachment" : nil
        )
        let expiry = WallClock.now.millisecondsSinceEpoch + Int64(Self.mediaLinkSeconds) * 1_000
        return .ok(MediaLink(url: url, mediaType: kind, expiresAt: DateTime(millisecondsSinceEpoch: expiry)))
    }
}
