import AuthServiceContract
import ContractRuntime
import HTTPTransport
import MediaFiles
import MediaTransfer
import RelayDelivery
import ServiceKit
import SharedContract
import WebhookIntake

/// Fetches the files of agents' messages from Genesys Cloud and stores them in `media-outbound`.
struct OutboundFiles: Sendable {
    let authService: AuthServiceClient
    let fetching: AttachmentFetching
    let store: MediaStore
    let drain: DrainSignal
    let downloaders: GenesysDownloaders

    /// Fetches a file.
    /// - Throws: ``MediaProblem``, when trying again has not helped either; `HeldBack`, while Genesys gives the tenant no
    ///   token; `AttemptFailure`, while auth-service gives no answer; `CancellationError`.
    func fetch(_ file: AgentFile, tenantID: String, key: String, traceparent: String) async throws -> StoredMedia {
        do {
            return try await drain.retrying(fetching.policy) { _ in
                let token = try await token(of: tenantID, refresh: false, traceparent)
                do {
                    return try await fetchOnce(file, token, tenantID, key)
                } catch let problem as MediaProblem where problem.code == .mediaDenied {
                    let fresh = try await self.token(of: tenantID, refresh: true, traceparent)
                    guard fresh != token else { throw problem }
                    return try await fetchOnce(file, fresh, tenantID, key)
                }
            }
        } catch let given as RetriesExhausted {
            if let problem = given.cause as? MediaProblem, problem.isTokenRefused {
                throw HeldBack(refusedCredential: "credential-refused", reason: "Genesys refuses the token")
            }
            throw given.cause
        }
    }

    private func fetchOnce(
        _ file: AgentFile, _ token: GenesysToken, _ tenantID: String, _ key: String
    ) async throws -> StoredMedia {
        let genesys = try downloaders.downloader(apiBaseURL: token.apiBaseUrl)
        return try await store.store(key: key, tenantID: tenantID, maximumBytes: AgentFile.maximumBytes) {
            let body = try await genesys.downloader.download(file.url, token: token.accessToken) { genesys.issued($0) }
            return (file.file, body)
        }
    }

    private func token(of tenantID: String, refresh: Bool, _ traceparent: String) async throws -> GenesysToken {
        let output: GetGenesysToken.Output
        do throws(ClientError) {
            output = try await authService.getGenesysToken(
                GetGenesysToken.Input(tenantId: tenantID, refresh: refresh ? true : nil), traceparent: traceparent)
        } catch {
            throw AttemptFailure.unreachable("auth-service")
        }
        switch output {
        case .ok(let token): return token
        case .conflict:
            throw HeldBack(
                refusedCredential: "credential-refused", reason: "Genesys refuses the stored credential")
        case .notFound:
            throw HeldBack(
                refusedCredential: "credential-missing", reason: "no Genesys credential is stored for the tenant")
        case .badRequest, .unauthorized, .internalServerError, .serviceUnavailable, .undocumented:
            throw AttemptFailure.unreachable("auth-service")
        }
    }
}
