import ContractRuntime
public import ObjectStorage
import RelayDelivery
public import RelayMessagingContract
import ServiceKit

/// Keeps webhook bodies, byte for byte, in a private bucket.
public struct WebhookArchive: Sendable {
    private let storage: S3Storage
    private let bucket: String

    /// - Parameters:
    ///   - storage: The S3 server.
    ///   - bucket: `webhooks-inbound` or `webhooks-outbound`.
    public init(storage: S3Storage, bucket: String) {
        self.storage = storage
        self.bucket = bucket
    }

    /// `{tenant}/{yyyy}/{mm}/{dd}/{first two digits of the id}/{id}.json`; for the shared Meta app, whose webhooks belong to
    /// several tenants, `shared`. Spread, because servers that keep objects as files get slow where thousands lie in one folder.
    public static func key(tenantID: String?, receivedAt: DateTime, id: String) -> String {
        let day = receivedAt.text.prefix(10).split(separator: "-").joined(separator: "/")
        return "\(tenantID ?? "shared")/\(day)/\(id.prefix(2))/\(id).json"
    }

    /// Stores a body under its key. Doing so twice is harmless.
    /// - Throws: `AttemptFailure` while the server is away or refuses for a while; ``ArchiveError`` for good.
    public func store(_ webhook: RawWebhook) async throws {
        do throws(StorageError) {
            try await storage.put(
                .bytes(Array(webhook.body.utf8)), bucket: bucket, key: webhook.archiveKey,
                attributes: ObjectAttributes(contentType: "application/json"))
        } catch {
            if error.isRetryable { throw AttemptFailure.unreachable("object storage") }
            throw ArchiveError(cause: error)
        }
    }
}

/// A webhook body that the storage refuses.
struct ArchiveError: DisposedError {
    let cause: StorageError

    var disposition: Disposition { .permanent(code: "archive-\(cause.code.rawValue)", reason: cause.reason) }
}
