import AuthServiceContract
import ContractRuntime
import GraphErrors
import HTTPTypes
import MediaFiles
import MediaTransfer
import RelayDelivery
import ServiceKit
import SharedContract
import WebhookIntake
import WhatsAppGraphContract
import WhatsAppWebhookContract

/// Fetches the files of customers' messages from Meta and stores them in `media-inbound`.
struct InboundFiles: Sendable {
    let authService: AuthServiceClient
    let graph: any ClientTransport
    /// Version in the path, for example `v25.0`.
    let graphVersion: String
    let downloader: MediaDownloader
    let store: MediaStore
    /// How long a file is tried for; its lane waits meanwhile.
    let policy: RetryPolicy
    let drain: DrainSignal

    /// Fetches a file: asks the Graph API where it is, anew at each try since addresses live five minutes, and stores what
    /// is there.
    /// - Throws: ``MediaProblem``, when trying again has not helped either; `HeldBack`, while WhatsApp gives the tenant no
    ///   token or refuses it; `AttemptFailure`, while auth-service gives no answer; `CancellationError`.
    func fetch(
        _ file: CustomerFile, tenantID: String, phoneNumberID: String, key: String, traceparent: String
    ) async throws -> StoredMedia {
        do {
            return try await drain.retrying(policy) { _ in
                let token = try await token(of: tenantID, refresh: false, traceparent)
                do {
                    return try await fetchOnce(file, token, tenantID, phoneNumberID, key, traceparent)
                } catch let problem as MediaProblem where problem.code == .mediaDenied {
                    let fresh = try await self.token(of: tenantID, refresh: true, traceparent)
                    guard fresh != token else { throw problem }
                    return try await fetchOnce(file, fresh, tenantID, phoneNumberID, key, traceparent)
                }
            }
        } catch let given as RetriesExhausted {
            if let problem = given.cause as? MediaProblem, problem.isTokenRefused {
                throw problem.lacksPermission
                    ? HeldBack(
                        refusedCredential: "permission-missing",
                        reason: "WhatsApp's token lacks a permission: \(problem.reason)")
                    : HeldBack(refusedCredential: "credential-refused", reason: "WhatsApp refuses the token")
            }
            throw given.cause
        }
    }

    private func fetchOnce(
        _ file: CustomerFile, _ token: String, _ tenantID: String, _ phoneNumberID: String, _ key: String,
        _ traceparent: String
    ) async throws -> StoredMedia {
        try await store.store(key: key, tenantID: tenantID, maximumBytes: CustomerFile.maximumBytes) {
            let found = try await find(file.mediaID, token, phoneNumberID, traceparent)
            if let size = found.sizeBytes, size > CustomerFile.maximumBytes {
                throw MediaProblem.tooLarge(maximumBytes: CustomerFile.maximumBytes)
            }
            var announced = file.file
            announced.declared = found.mimeType.flatMap { MIMEType($0) } ?? announced.declared
            // The look-up's is the digest of what is at the address that it gives; where it has none, the webhook's has to do.
            announced.sha256 = AnnouncedFile.digest(found.sha256) ?? announced.sha256
            do {
                return (announced, try await downloader.download(found.url, token: token))
            } catch let problem as MediaProblem where problem.code == .mediaGone {
                // Addresses run out (404: ask for a new one).
                throw MediaProblem.passing(.mediaGone, problem.reason)
            } catch let problem as MediaProblem where problem.isTokenRefused {
                // The look-up has just taken the same token: it is this file that is refused.
                throw MediaProblem.lasting(.mediaDenied, problem.reason)
            }
        }
    }

    private func find(
        _ mediaID: String, _ token: String, _ phoneNumberID: String, _ traceparent: String
    ) async throws -> WhatsAppGraphContract.Media {
        let output: GetNode.Output
        do throws(ClientError) {
            output = try await WhatsAppGraphClient(
                transport: graph, credentials: ClientCredentials(bearerToken: token)
            ).getNode(
                GetNode.Input(version: graphVersion, nodeId: mediaID, phoneNumberId: phoneNumberID),
                traceparent: traceparent)
        } catch {
            switch error {
            case .transport(let error) where error.code == .cancelled: throw CancellationError()
            case .transport: throw MediaProblem.passing(.mediaUnreachable, "the Graph API gives no answer")
            case .invalidResponse(let status, _, _) where status == 408 || status == 429 || status >= 500:
                throw MediaProblem.passing(
                    .mediaUnreachable, "the Graph API answered \(status)", after: Self.wait(error.retryAfter))
            // Its lane waits for a file that is tried again, so that only what passes as a rule is.
            case .invalidRequest, .invalidResponse:
                throw MediaProblem.lasting(.mediaGone, "the Graph API does not know the file")
            }
        }
        guard case .ok(.media(let media)) = output else { throw MediaProblem(refusal: output) }
        return media
    }

    /// What is waited for an answer's `Retry-After`: at most a minute, since the message waits for its file meanwhile.
    fileprivate static func wait(_ retryAfter: Int?) -> Duration? { retryAfter.map { .seconds(min($0, 60)) } }

    private func token(of tenantID: String, refresh: Bool, _ traceparent: String) async throws -> String {
        let output: GetWhatsAppToken.Output
        do throws(ClientError) {
            output = try await authService.getWhatsAppToken(
                GetWhatsAppToken.Input(tenantId: tenantID, refresh: refresh ? true : nil), traceparent: traceparent)
        } catch {
            throw AttemptFailure.unreachable("auth-service")
        }
        switch output {
        case .ok(let token): return token.accessToken
        case .conflict:
            throw HeldBack(
                refusedCredential: "credential-refused", reason: "WhatsApp refuses the stored credential")
        case .notFound:
            throw HeldBack(
                refusedCredential: "credential-missing", reason: "no WhatsApp credential is stored for the tenant")
        case .badRequest, .unauthorized, .internalServerError, .serviceUnavailable, .undocumented:
            throw AttemptFailure.unreachable("auth-service")
        }
    }
}

extension WhatsAppGraphContract.Media {
    /// `file_size`: a string by the documentation, a number in recorded answers.
    fileprivate var sizeBytes: Int? {
        switch fileSize {
        case .integer(let number): Int(number.text)
        case .string(let text): Int(text)
        case nil: nil
        }
    }
}

extension MediaProblem {
    /// A look-up that was refused, classified as a message that is refused.
    fileprivate init(refusal output: GetNode.Output) {
        var retryAfter: String?
        let (status, error): (Int, GraphErrorDetail?)
        switch output {
        // An object of another kind.
        case .ok:
            self = .lasting(.mediaGone, "the Graph API does not know the file")
            return
        case .badRequest(let body): (status, error) = (400, body.error)
        case .unauthorized(let body): (status, error) = (401, body.error)
        case .forbidden(let body): (status, error) = (403, body.error)
        case .notFound(let body): (status, error) = (404, body.error)
        case .tooManyRequests(let body, let wait): (status, error, retryAfter) = (429, body.error, wait)
        case .internalServerError(let body): (status, error) = (500, body.error)
        case .serviceUnavailable(let body): (status, error) = (503, body.error)
        case .undocumented(let response):
            (status, error, retryAfter) = (response.status, nil, response.headers[.retryAfter])
        }
        let wait = InboundFiles.wait(retryAfter.flatMap { RetryAfter.seconds($0) })
        let code = error?.code
        let reason = "the Graph API answered \(status)" + (code.map { " with code \($0)" } ?? "")
        switch GraphErrorClass(status: status, code: code, isTransient: error?.isTransient ?? false) {
        case .authentication:
            // 0, 104, 190 and a bare 401 are about the token itself, the others about what it may do.
            let isToken = code.map { [0, 104, 190].contains($0) } ?? true
            self = .tokenRefused(reason, lacksPermission: !isToken)
        case .throttle, .transient, .unknownOutcome: self = .passing(.mediaUnreachable, reason, after: wait)
        case .permanent: self = .lasting(status == 403 ? .mediaDenied : .mediaGone, reason)
        }
    }
}
