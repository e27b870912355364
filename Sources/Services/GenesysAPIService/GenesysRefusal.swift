import ContractRuntime
import GenesysOpenMessagingContract
import GenesysPlatformContract
import HTTPTypes

/// An answer of Genesys other than a success, reduced to what is decided by.
struct GenesysRefusal: Error, Sendable, Hashable {
    var status: Int
    /// `code` of the error body, for example `too.many.requests`.
    var code: String?
    /// `ININ-Correlation-Id`, by which Genesys' support finds the request.
    var correlationID: String?
    /// What `Retry-After` asks for, in seconds from when the answer came.
    var retryAfter: Int?

    /// Whether another token may help.
    var isUnauthorized: Bool { status == 401 }

    /// For operators. Genesys' own words are left out, because they may quote the request.
    private var reason: String {
        "Genesys answered \(status)" + (code.map { " \($0)" } ?? "")
            + (correlationID.map { ", correlation \($0)" } ?? "")
    }

    /// What to do about it.
    var failure: PlatformFailure {
        switch status {
        case 200..<300: .unknown(reason: "Genesys answered \(status) without a message id")
        // 403 names a permission or a role that the OAuth client lacks: no message of the tenant gets through.
        case 401, 403: .authentication(code: failureCode, reason: reason)
        // Genesys sends Retry-After with each 429 (rate limit guide); the default is for whatever stands in between.
        case 429:
            .throttled(afterSeconds: Double(min(retryAfter ?? 5, 86_400)), reason: reason, scope: .tenant)
        // The request did not arrive in time, or met another one for the same resource.
        case 408, 409, 425: .transient(code: failureCode, reason: reason)
        // Genesys leaves open whether a request that ended so took effect, and does not recognise one that is repeated
        // (no statement found, September 2026): the conversation says what became of it.
        case 500...: .unknown(reason: reason)
        default: .permanent(code: failureCode, reason: reason)
        }
    }

    private var failureCode: String {
        guard let code, !code.isEmpty else { return "http-\(status)" }
        return String(code.unicodeScalars.prefix(120))
    }
}

extension GenesysRefusal {
    init(
        _ status: Int,
        _ body: GenesysOpenMessagingContract.ErrorBody,
        _ correlationID: String?,
        retryAfter: String? = nil
    ) {
        self.init(
            status: status, code: body.code.value?.rawValue, correlationID: correlationID,
            retryAfter: retryAfter.flatMap { RetryAfter.seconds($0) })
    }

    init(
        _ status: Int, _ body: GenesysPlatformContract.ErrorBody, _ correlationID: String?, retryAfter: String? = nil
    ) {
        self.init(
            status: status, code: body.code.value?.rawValue, correlationID: correlationID,
            retryAfter: retryAfter.flatMap { RetryAfter.seconds($0) })
    }

    /// An answer that the contract does not document.
    init(_ response: ContractResponse) {
        self.init(status: response.status, retryAfter: response.headers[.retryAfter].flatMap { RetryAfter.seconds($0) })
    }
}

extension PlatformFailure {
    /// No answer, or one that breaks the contract.
    init(_ error: ClientError) {
        switch error {
        case .invalidRequest:
            self = .permanent(code: "contract-violation", reason: "Genesys' contract refuses the message")
        case .invalidResponse(let status, _, _):
            // A gateway's page in place of an error body still has a status; a success that can't be read is none.
            self = GenesysRefusal(status: status, retryAfter: error.retryAfter).failure
        case .transport(let error):
            switch error.code {
            case .notConnected, .timedOutBeforeSending:
                self = .transient(code: error.code.rawValue, reason: "Genesys can't be reached")
            case .outcomeUnknown, .responseTooLarge, .cancelled:
                self = .unknown(reason: "the request left, no answer came (\(error.code.rawValue))")
            case .invalidRequest:
                self = .permanent(code: "invalid-address", reason: "the address of the platform API is not usable")
            }
        }
    }
}
