import ContractRuntime
import GraphErrors
import HTTPTypes
import SharedContract
import WhatsAppGraphContract

/// An answer of the Graph API other than a success, reduced to what is decided by. Meta says to decide by code, not by
/// HTTP status, sub-code or title (error codes, September 2026).
struct GraphRefusal: Error, Sendable, Hashable {
    var status: Int
    /// nil: the body was no error body, for example a gateway's page.
    var code: Int?
    /// `is_transient`, where it is said.
    var isTransient = false
    /// By which Meta's support finds the request.
    var traceID: String?
    /// What `Retry-After` asks for, in seconds from when the answer came.
    var retryAfter: Int?

    /// Whether another token may help.
    var isUnauthorized: Bool { kind == .authentication }

    private var kind: GraphErrorClass { GraphErrorClass(status: status, code: code, isTransient: isTransient) }

    /// For operators. Meta's own words are left out, because they may quote the request.
    private var reason: String {
        "WhatsApp answered \(status)" + (code.map { " with code \($0)" } ?? "")
            + (traceID.map { ", fbtrace \($0)" } ?? "")
    }

    /// What to do about it.
    /// - Parameter attempt: Which attempt was refused, from 1.
    func failure(attempt: Int) -> PlatformFailure {
        let code = self.code.map(String.init) ?? "http-\(status)"
        switch kind {
        case .throttle:
            let wait =
                retryAfter.map(Double.init) ?? GraphErrorClass.waitSeconds(code: self.code ?? 0, attempt: attempt)
            return .throttled(
                afterSeconds: min(wait, 86_400), reason: reason, scope: GraphErrorClass.scope(code: self.code))
        case .transient: return .transient(code: code, reason: reason)
        case .unknownOutcome: return .unknown(reason: reason)
        case .authentication: return .authentication(code: code, reason: reason)
        case .permanent: return .permanent(code: code, reason: reason)
        }
    }
}

extension GraphRefusal {
    /// - Parameter retryAfter: The field `Retry-After`.
    init(_ status: Int, _ body: GraphError, retryAfter: String? = nil) {
        self.init(
            status: status,
            code: body.error.code,
            isTransient: body.error.isTransient ?? false,
            traceID: body.error.fbtraceId,
            retryAfter: retryAfter.flatMap { RetryAfter.seconds($0) }
        )
    }

    /// An answer that the contract does not document.
    init(_ response: ContractResponse) {
        self.init(status: response.status, retryAfter: response.headers[.retryAfter].flatMap { RetryAfter.seconds($0) })
        guard case .bytes(let bytes) = response.body, let body = try? GraphError(json: bytes) else { return }
        code = body.error.code
        isTransient = body.error.isTransient ?? false
        traceID = body.error.fbtraceId
    }
}

extension WhatsAppGraphContract.SendMessage.Output {
    /// What WhatsApp made of it.
    func result() throws(GraphRefusal) -> MessagesResponse {
        switch self {
        case .ok(let response): return response
        case .badRequest(let body): throw GraphRefusal(400, body)
        case .unauthorized(let body): throw GraphRefusal(401, body)
        case .forbidden(let body): throw GraphRefusal(403, body)
        case .notFound(let body): throw GraphRefusal(404, body)
        case .tooManyRequests(let body, let wait): throw GraphRefusal(429, body, retryAfter: wait)
        case .internalServerError(let body): throw GraphRefusal(500, body)
        case .serviceUnavailable(let body): throw GraphRefusal(503, body)
        case .undocumented(let response): throw GraphRefusal(response)
        }
    }
}

extension PlatformFailure {
    /// No answer, or one that breaks the contract.
    init(_ error: ClientError) {
        switch error {
        case .invalidRequest:
            self = .permanent(code: "contract-violation", reason: "WhatsApp's contract refuses the message")
        case .invalidResponse(let status, _, _):
            self = .unknown(reason: "WhatsApp answered \(status) with a body that can't be read")
        case .transport(let error):
            switch error.code {
            case .notConnected, .timedOutBeforeSending:
                self = .transient(code: error.code.rawValue, reason: "WhatsApp can't be reached")
            case .outcomeUnknown, .responseTooLarge, .cancelled:
                self = .unknown(reason: "the request left, no answer came (\(error.code.rawValue))")
            case .invalidRequest:
                self = .permanent(code: "invalid-address", reason: "the address of the Graph API is not usable")
            }
        }
    }
}
