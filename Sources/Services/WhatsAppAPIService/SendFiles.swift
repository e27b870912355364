import AuthServiceContract
import ContractRuntime
import ObjectStorage
import ServiceKit
import SharedContract
import StateManagerBatches
import WhatsAppGraphContract

/// A message with its file where WhatsApp can have it.
struct ReadyMessage: Sendable {
    var draft: WhatsAppMessageDraft
    /// A file that goes by the id of an upload made for a message before, which WhatsApp may have lost since.
    var earlierUpload: StoredFile?
}

extension WhatsAppMessageDraft {
    /// The stored file that it shows, if any.
    var storedFile: StoredFile? {
        switch self {
        case .media(let draft): draft.stored
        case .template(let draft): draft.components?.lazy.compactMap(\.storedFile).first
        case .text, .buttons, .list, .link, .location: nil
        }
    }

    /// The message with another way to its file.
    fileprivate func showing(_ way: MediaWay) -> WhatsAppMessageDraft {
        switch self {
        case .media(var draft):
            draft.stored = nil
            draft.mediaId = way.id
            draft.link = way.link
            return .media(draft)
        case .template(var draft):
            draft.components = draft.components?.map { $0.storedFile == nil ? $0 : $0.showing(way) }
            return .template(draft)
        case .text, .buttons, .list, .link, .location: return self
        }
    }

    fileprivate var filename: String? {
        switch self {
        case .media(let draft): draft.filename
        case .template(let draft): draft.components?.lazy.compactMap { $0.media?.filename }.first
        case .text, .buttons, .list, .link, .location: nil
        }
    }
}

extension SharedContract.TemplateComponent {
    fileprivate var media: TemplateMedia? {
        guard case .header(let header) = self, case .media(let media) = header.parameter else { return nil }
        return media
    }

    fileprivate var storedFile: StoredFile? { media?.stored }

    fileprivate func showing(_ way: MediaWay) -> Self {
        guard var media else { return self }
        media.stored = nil
        media.mediaId = way.id
        media.link = way.link
        return .header(.init(parameter: .media(media)))
    }
}

extension Sending {
    /// Errors of a message after which the file that it shows is uploaded anew: parameter or media (error codes, September
    /// 2026). Meta has no code for an id that it knows no longer.
    private static let fileCodes: Set<String> = ["100", "131008", "131009", "131052", "131053"]

    /// The message with its file where WhatsApp can have it.
    /// - Throws: ``PlatformFailure``: nothing was sent.
    func withUploadedFile(_ message: WhatsAppMessageDraft) async throws -> ReadyMessage {
        guard let file = message.storedFile else { return ReadyMessage(draft: message) }
        let filename = message.filename
        let way = try await service.media.reference(
            to: file, from: request.phoneNumberId, tenantID: request.tenantId
        ) { [self] object in
            try await upload(object, file, filename: filename)
        }
        let isEarlier = if case .id(_, isFresh: false) = way { true } else { false }
        return ReadyMessage(draft: message.showing(way), earlierUpload: isEarlier ? file : nil)
    }

    /// What to make of a failure of a message with a file: where the id of its upload was an old one, it is forgotten, and
    /// the message is tried once more with a new one.
    func judged(_ failure: PlatformFailure, _ message: ReadyMessage) -> PlatformFailure {
        guard let file = message.earlierUpload else { return failure }
        let code: String? =
            switch failure {
            case .permanent(let code, _): code
            case .transient(let code, _): code
            case .throttled, .authentication, .unknown: nil
            }
        guard let code, Self.fileCodes.contains(code) else { return failure }
        service.media.forget(file, of: request.phoneNumberId)
        return .transient(code: code, reason: "WhatsApp may have lost the file; it is uploaded anew")
    }

    /// What became of the message before, so that no file is uploaded for one that has gone; nil: it is to be sent.
    /// - Throws: ``StateManagerUnavailable``.
    func earlierOutcome() async throws -> SendOutcome? {
        guard request.message.storedFile != nil, let tracking = try await store.tracking(of: request.tenantId) else {
            return nil
        }
        if let id = tracking.metaMessageId { return .accepted(.init(platformMessageId: id)) }
        guard tracking.status == .sending else { return nil }
        let attemptID = service.makeID()
        switch try await store.begin(attemptID, reconciled: false) {
        case .alreadyAccepted(let earlier): return .accepted(.init(platformMessageId: earlier.platformMessageId))
        case .refused(let refusal): return .permanent(.init(code: "not-sendable", reason: refusal.reason))
        case .unknownOutcome(let open): return isWindowOver(open) ? nil : Self.unproved
        case .proceed:
            // The attempt before was closed just now; this one waits for the file, and so is none.
            let outcome = SendOutcome.transient(.init(code: "media-pending", reason: "the file is uploaded first"))
            try await store.complete(attemptID, outcome)
            return nil
        }
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
        form.value("messaging_product", "whatsapp")
        form.value("type", file.mime)
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
                traceparent: traceparent,
                options: RequestOptions(timeout: MediaUploads.timeout(sizeBytes: object.info.size)))
        } catch {
            if case .invalidResponse(let status, _, _) = error, status >= 400 {
                count(String(status))
                throw GraphRefusal(status: status, retryAfter: error.retryAfter)
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
        case .tooManyRequests(let body, let wait): throw GraphRefusal(429, body, retryAfter: wait)
        case .internalServerError(let body): throw GraphRefusal(500, body)
        case .serviceUnavailable(let body): throw GraphRefusal(503, body)
        case .undocumented(let response): throw GraphRefusal(response)
        }
    }
}
