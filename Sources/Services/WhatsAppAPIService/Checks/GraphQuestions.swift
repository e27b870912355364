import ContractRuntime
import WhatsAppGraphContract

/// Questions to the Graph API with one token.
struct GraphQuestions: Sendable {
    let client: WhatsAppGraphClient
    let version: String
    let timeout: Duration
    let traceparent: String

    var options: RequestOptions { RequestOptions(timeout: timeout) }

    /// Asks, and says for administrators why there was no answer.
    func ask<Answer: Sendable>(
        _ question: (WhatsAppGraphClient) async throws -> Answer
    ) async throws(UnansweredQuestion) -> Answer {
        do {
            return try await question(client)
        } catch let refusal as GraphRefusal {
            throw UnansweredQuestion(refusal)
        } catch let error as ClientError {
            throw UnansweredQuestion(error)
        } catch {
            throw UnansweredQuestion(cause: "The request failed.", remedy: "Check again.")
        }
    }
}

/// Why Meta did not answer a question.
struct UnansweredQuestion: Error, Sendable, Hashable {
    let cause: String
    let remedy: String

    init(cause: String, remedy: String) {
        self.cause = cause
        self.remedy = remedy
    }

    /// Meta's own words are left out, because they may quote the request.
    init(_ refusal: GraphRefusal) {
        let trace = refusal.traceID.map { " (fbtrace \($0))" } ?? ""
        switch refusal.code {
        case 190, 104:
            cause = "Meta refuses the token\(trace)."
            remedy = "Create a new token for the system user and enter it."
        case 10, .some(200...299), 3:
            cause = "The token lacks a permission that this needs\(trace)."
            remedy = "Create the token with whatsapp_business_management and whatsapp_business_messaging."
        case 100, 33, 803:
            cause = "Meta knows no such object, or the token may not see it\(trace)."
            remedy = "Compare the id with WhatsApp Manager, and give the system user access to the account."
        case 4, 17, 80_007, 130_429:
            cause = "Meta throttles requests of this app\(trace)."
            remedy = "Check again in some minutes."
        case let code:
            cause = "Meta answered \(refusal.status)\(code.map { ", code \($0)" } ?? "")\(trace)."
            remedy = "Check again; if it lasts, look at Meta's status page (metastatus.com)."
        }
    }

    init(_ error: ClientError) {
        switch error {
        case .transport(let error):
            cause = "The Graph API gave no answer: \(error.reason)."
            remedy = "Let this machine reach META_GRAPH_BASE_URL (default https://graph.facebook.com)."
        case .invalidRequest:
            cause = "An id is not of the form that Meta's ids have."
            remedy = "Copy the ids from WhatsApp Manager, API setup."
        case .invalidResponse(let status, _, _):
            cause = "Meta answered \(status) in a form that its contract does not know."
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
