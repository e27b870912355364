import AuthServiceContract
import ContractRuntime
public import MediaTransfer
public import ObjectStorage
import ServiceKit
import SharedContract
import WhatsAppGraphContract

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
    /// Ids of uploads by number and file; WhatsApp keeps them for 30 days (Cloud API, media, September 2026).
    private let uploaded = ExpiringCache<String, String>(capacity: 10_000, lifetime: .seconds(86_400))
    /// Longest time of one upload; below the patience of those who call the service.
    static let timeout = Duration.seconds(75)

    /// Creates a way for files.
    /// - Parameters:
    ///   - storage: Where they are.
    ///   - links: Makes addresses of them.
    ///   - delivery: How they go.
    public init(storage: S3Storage, links: MediaLinks, delivery: MediaDelivery) {
        self.storage = storage
        self.links = links
        self.delivery = delivery
    }

    /// How WhatsApp is told of a file: by address, or by the id of an upload, which is made once however many ask.
    func reference(
        to file: StoredFile, key: String, upload: @Sendable @escaping (ObjectDownload) async throws -> String
    ) async throws -> WhatsAppMediaDraft.Reference {
        switch delivery {
        case .link: return .link(try Self.stored { try links.link(to: file.url, mime: file.mime) })
        case .upload:
            let storage = storage
            let id = try await uploaded.value(for: key) {
                guard let place = ObjectAddress(url: file.url) else {
                    throw PlatformFailure.permanent(code: "media-storage", reason: "the place of the file is none")
                }
                let object: ObjectDownload
                do throws(StorageError) {
                    object = try await storage.get(bucket: place.bucket, key: place.key)
                } catch {
                    throw PlatformFailure(error)
                }
                return try await upload(object)
            }
            return .id(id)
        }
    }

    private static func stored<Value>(_ work: () throws -> Value) throws -> Value {
        do { return try work() } catch {
            throw PlatformFailure.permanent(code: "media-storage", reason: "no address of the file can be made")
        }
    }
}

extension WhatsAppMediaDraft {
    /// How WhatsApp is told of a file.
    enum Reference: Sendable, Hashable {
        case id(String)
        case link(String)
    }
}

extension Sending {
    /// The message with its file where WhatsApp can have it.
    /// - Throws: ``PlatformFailure``: nothing was sent.
    func withUploadedFile(_ message: WhatsAppMessageDraft) async throws -> WhatsAppMessageDraft {
        guard case .media(var draft) = message, let file = draft.stored else { return message }
        let filename = draft.filename
        let reference = try await service.media.reference(
            to: file, key: "\(request.phoneNumberId) \(file.url)"
        ) { [self] object in
            try await upload(object, file, filename: filename)
        }
        draft.stored = nil
        switch reference {
        case .id(let id): draft.mediaId = id
        case .link(let link): draft.link = link
        }
        return .media(draft)
    }

    private func upload(_ object: ObjectDownload, _ file: StoredFile, filename: String?) async throws -> String {
        let token = try await service.tokens.token(of: request.tenantId, traceparent: traceparent)
        do { return try await post(object, file, filename, token) } catch let refusal as GraphRefusal {
            // The body has been read; the next attempt starts anew, with a new token where this one was refused.
            if refusal.isUnauthorized {
                _ = try await service.tokens.freshToken(of: request.tenantId, traceparent: traceparent)
                throw PlatformFailure.transient(code: "media-denied", reason: "WhatsApp refused the token of an upload")
            }
            throw refusal.uploadFailure
        }
    }

    private func post(
        _ object: ObjectDownload, _ file: StoredFile, _ filename: String?, _ token: WhatsAppToken
    ) async throws -> String {
        var form = MultipartWriter()
        form.value("messaging_product", "whatsapp", contentType: nil, isJSON: false)
        form.value("type", file.mime, contentType: nil, isJSON: false)
        form.file(
            "file",
            MultipartFile(
                object.sized, fileName: filename ?? file.url.split(separator: "/").last.map(String.init),
                contentType: file.mime))
        let client = WhatsAppGraphClient(
            transport: service.graph, credentials: ClientCredentials(bearerToken: token.accessToken))
        let start = ContinuousClock.now
        func count(_ code: String) {
            service.operations.metrics.increment(.upstreamRequests, ["whatsapp.media", code])
            service.operations.metrics.observe(.upstreamSeconds, ["whatsapp.media"], ContinuousClock.now - start)
        }
        let output: UploadMedia.Output
        do throws(ClientError) {
            output = try await client.uploadMedia(
                .init(
                    version: service.policy.graphVersion, phoneNumberId: request.phoneNumberId,
                    contentType: form.contentType, body: form.finish()),
                traceparent: traceparent, options: RequestOptions(timeout: MediaUploads.timeout))
        } catch {
            if case .invalidResponse(let status, _) = error, status >= 400 {
                count(String(status))
                throw GraphRefusal(status: status)
            }
            // An upload that may have been taken shows nothing to anybody; it is made again.
            throw PlatformFailure.transient(code: "media-unreachable", reason: "WhatsApp gave no answer to an upload")
        }
        do throws(GraphRefusal) {
            let id = try output.result().id
            count("200")
            return id
        } catch {
            count(String(error.status))
            throw error
        }
    }
}

extension ObjectDownload {
    /// The bytes with their number, which an upload has to announce.
    fileprivate var sized: ContractBody {
        guard case .stream(let chunks, _) = body else { return body }
        return .stream(chunks, length: info.size)
    }
}

extension GraphRefusal {
    /// What to do about a refused upload: it shows nothing to anybody, so that what may have been taken is made again.
    fileprivate var uploadFailure: PlatformFailure {
        let failure = failure(attempt: 1)
        if case .unknown(let reason) = failure { return .transient(code: "media-unreachable", reason: reason) }
        return failure
    }
}

extension PlatformFailure {
    fileprivate init(_ error: StorageError) {
        self =
            error.isRetryable
            ? .transient(code: "media-storage", reason: "the storage does not answer (\(error.code.rawValue))")
            : .permanent(code: "media-storage", reason: "the storage refuses the file (\(error.code.rawValue))")
    }
}

extension UploadMedia.Output {
    /// What WhatsApp made of an upload.
    fileprivate func result() throws(GraphRefusal) -> MediaUploadResponse {
        switch self {
        case .ok(let response): return response
        case .badRequest(let body): throw GraphRefusal(400, body)
        case .unauthorized(let body): throw GraphRefusal(401, body)
        case .forbidden(let body): throw GraphRefusal(403, body)
        case .notFound(let body): throw GraphRefusal(404, body)
        case .contentTooLarge(let body): throw GraphRefusal(413, body)
        case .tooManyRequests(let body): throw GraphRefusal(429, body)
        case .internalServerError(let body): throw GraphRefusal(500, body)
        case .serviceUnavailable(let body): throw GraphRefusal(503, body)
        case .undocumented(let response): throw GraphRefusal(response)
        }
    }
}
