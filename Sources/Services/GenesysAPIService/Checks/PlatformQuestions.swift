import AuthServiceContract
import ContractRuntime
import GenesysPlatformContract
import ServiceKit

/// Questions to the platform API with one token.
struct PlatformQuestions: Sendable {
    let client: GenesysPlatformClient

    /// Asks, and says for administrators why there was no answer.
    func ask<Answer: Sendable>(
        _ question: (GenesysPlatformClient) async throws -> Answer
    ) async throws(UnansweredQuestion) -> Answer {
        do {
            return try await question(client)
        } catch let refusal as GenesysRefusal {
            throw UnansweredQuestion(refusal)
        } catch let error as ClientError {
            throw UnansweredQuestion(error)
        } catch {
            throw UnansweredQuestion(cause: "The request failed.", remedy: "Check again.")
        }
    }
}

extension GenesysAPIService {
    /// Questions with a token of the tenant.
    /// - Throws: ``PlatformFailure`` if the region's address is not usable.
    func questions(_ token: GenesysToken) throws -> PlatformQuestions {
        guard let transport = try? genesys(token.apiBaseUrl) else {
            throw PlatformFailure.permanent(
                code: "invalid-address", reason: "the address of the platform API is not usable")
        }
        return PlatformQuestions(
            client: GenesysPlatformClient(
                transport: transport, credentials: ClientCredentials(bearerToken: token.accessToken)))
    }

    /// The secrets with which Genesys' webhooks are verified, the current one first.
    func webhookSecrets(of tenantID: String, _ context: RequestContext) async -> [String]? {
        let output = try? await tokens.authService.getWebhookSecrets(
            .init(tenantId: tenantID, platform: .genesys), traceparent: context.traceparent)
        guard case .ok(let secrets) = output, !secrets.secrets.isEmpty else { return nil }
        return secrets.secrets
    }
}

/// Why Genesys did not answer a question.
struct UnansweredQuestion: Error, Sendable, Hashable {
    let cause: String
    let remedy: String

    init(cause: String, remedy: String) {
        self.cause = cause
        self.remedy = remedy
    }

    /// Genesys' own words are left out, because they may quote the request.
    init(_ refusal: GenesysRefusal) {
        let code = refusal.code.map { ", \($0)" } ?? ""
        let correlation = refusal.correlationID.map { " (correlation \($0))" } ?? ""
        switch refusal.status {
        case 401:
            cause = "Genesys refuses the token\(code)\(correlation)."
            remedy = "Compare client id and secret, and that the OAuth client's grant is client credentials."
        case 403:
            cause = "The OAuth client may not do this\(code)\(correlation)."
            remedy =
                "Give the client a role with messaging:integration:view, add and edit, messaging:supportedContent:view, "
                + "routing:message:manage and conversation:message:receive, for the right division."
        case 404:
            cause = "Genesys has no such thing\(correlation)."
            remedy = "The integration may have been deleted, or is of another organisation: choose it anew."
        case 400, 409:
            cause = "Genesys did not take the request\(code)\(correlation)."
            remedy = "The webhook address has to be public HTTPS on port 443; look at PUBLIC_BASE_URL."
        case 429:
            cause = "The OAuth client's budget of requests is used up\(correlation)."
            remedy = "Check again in a minute; give the relay an OAuth client of its own."
        case let status:
            cause = "Genesys answered \(status)\(code)\(correlation)."
            remedy = "Check again; if it lasts, look at status.mypurecloud.com."
        }
    }

    init(_ error: ClientError) {
        switch error {
        case .transport(let error):
            cause = "The platform API gave no answer: \(error.reason)."
            remedy = "Let this machine reach the API of the region, and compare the region."
        case .invalidRequest:
            cause = "An id is not of the form that Genesys' ids have."
            remedy = "Choose the integration from the list instead of typing its id."
        case .invalidResponse(let status, _, _):
            cause = "Genesys answered \(status) in a form that its contract does not know."
            remedy = "Look for a proxy in between; else report it as a defect of the relay."
        }
    }
}

extension PlatformFailure {
    /// For administrators.
    var words: String {
        switch self {
        case .throttled(_, let reason, _), .transient(_, let reason), .authentication(_, let reason),
            .permanent(_, let reason), .unknown(let reason):
            reason
        }
    }
}
