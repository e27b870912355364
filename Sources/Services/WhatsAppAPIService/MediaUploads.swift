import ContractRuntime
import MediaFiles
public import MediaTransfer
public import ObjectStorage
import ServiceKit
import SharedContract

/// How files reach WhatsApp, WHATSAPP_MEDIA.
public enum MediaDelivery: String, Sendable, Hashable {
    /// Uploaded by the relay, then sent by id.
    case upload
    /// Fetched by Meta from a presigned address, so that the S3 server must be public.
    case link
}

/// Brings stored files to WhatsApp before the message that shows them.
public struct MediaUploads: Sendable {
    let storage: S3Storage
    let links: MediaLinks
    let delivery: MediaDelivery
    /// How long a message waits here for its upload. A longer one goes on, and the message comes back for it: those who
    /// call the service wait 90 seconds, which are also for what follows.
    let patience: Duration
    /// Ids of uploads by number and file; WhatsApp keeps them for 30 days (Cloud API, media, September 2026).
    private let uploaded = ExpiringCache<String, String>(
        capacity: 10_000, lifetime: .seconds(86_400), finishesLoads: true)
    private let gate: TransferGate

    /// Creates a way for files.
    /// - Parameters:
    ///   - storage: Where they are.
    ///   - links: Makes addresses of them.
    ///   - delivery: How they go.
    ///   - transfers: Most uploads at once.
    ///   - patience: How long a message waits for its upload before it is told to come back.
    public init(
        storage: S3Storage, links: MediaLinks, delivery: MediaDelivery, transfers: Int = 4,
        patience: Duration = .seconds(60)
    ) {
        self.storage = storage
        self.links = links
        self.delivery = delivery
        self.patience = patience
        gate = TransferGate(limit: transfers)
    }

    /// Longest time of one upload: a minute, and as much as 256 kB a second take.
    static func timeout(sizeBytes: Int) -> Duration { .seconds(60 + sizeBytes / (256 << 10)) }

    /// Wait before a message comes back for its upload.
    private static let returnSeconds = 2.0

    /// How WhatsApp is told of a file: by address, or by the id of an upload, which is made once however many ask.
    /// - Parameter tenantID: Whose it is; no tenant takes all turns.
    /// - Throws: ``PlatformFailure``; throttled while the upload is still on its way.
    func reference(
        to file: StoredFile, from phoneNumberID: String, tenantID: String,
        upload: @Sendable @escaping (ObjectDownload) async throws -> String
    ) async throws -> MediaWay {
        guard delivery == .upload else {
            return .link(try Self.stored { try links.link(to: file.url, mime: file.mime) })
        }
        let key = Self.key(phoneNumberID, file)
        if let id = uploaded.value(for: key) { return .id(id, isFresh: false) }
        let (storage, gate) = (storage, gate)
        do {
            let id = try await Deadline.run(within: patience) { [uploaded] in
                try await uploaded.value(for: key) {
                    try await gate.run(for: tenantID) { try await upload(try await Self.object(of: file, storage)) }
                }
            }
            return .id(id, isFresh: true)
        } catch is Deadline.Passed {
            throw PlatformFailure.throttled(
                afterSeconds: Self.returnSeconds, reason: "the file is still on its way to WhatsApp")
        }
    }

    /// Forgets the upload of a file that WhatsApp knows no longer.
    func forget(_ file: StoredFile, of phoneNumberID: String) { uploaded.remove(Self.key(phoneNumberID, file)) }

    private static func key(_ phoneNumberID: String, _ file: StoredFile) -> String { "\(phoneNumberID) \(file.url)" }

    private static func object(of file: StoredFile, _ storage: S3Storage) async throws -> ObjectDownload {
        guard let place = ObjectAddress(url: file.url) else {
            throw PlatformFailure.permanent(code: "media-storage", reason: "the place of the file is none")
        }
        do throws(StorageError) { return try await storage.get(bucket: place.bucket, key: place.key) } catch {
            throw PlatformFailure(error)
        }
    }

    private static func stored<Value>(_ work: () throws -> Value) throws -> Value {
        do { return try work() } catch {
            throw PlatformFailure.permanent(code: "media-storage", reason: "no address of the file can be made")
        }
    }
}

/// How WhatsApp is told of a file.
enum MediaWay: Sendable, Hashable {
    /// By the id of an upload; not fresh: made for a message before.
    case id(String, isFresh: Bool)
    case link(String)

    var id: String? { if case .id(let id, _) = self { id } else { nil } }
    var link: String? { if case .link(let link) = self { link } else { nil } }
}

extension PlatformFailure {
    fileprivate init(_ error: StorageError) {
        self =
            error.isRetryable
            ? .transient(code: "media-storage", reason: "the storage does not answer (\(error.code.rawValue))")
            : .permanent(code: "media-storage", reason: "the storage refuses the file (\(error.code.rawValue))")
    }
}
