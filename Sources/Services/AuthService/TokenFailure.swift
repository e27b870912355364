import ContractRuntime
import SharedContract

/// Why there is no token or secret.
enum TokenFailure: Error, Hashable {
    /// No such tenant, or it has no credential for the platform.
    case notFound
    /// The platform refuses the stored credential.
    case refused(reason: String)
    /// What answers at the platform's login address sends elsewhere; a credential never follows.
    case misdirected(reason: String)
    /// Nobody could be asked, or the platform asks to wait.
    case unavailable(reason: String, retryAfterSeconds: Int?)

    /// The failure as the contract answers it.
    func problem(_ context: RequestContext) -> Problem {
        let trace = TraceContext.traceID(of: context.traceparent)
        let (kind, title, status, detail) =
            switch self {
            case .notFound:
                ("not-found", "Not Found", 404, "there is no such tenant, or it has no such credential")
            case .refused(let reason):
                ("credential-refused", "Credential Refused", 409, "\(reason); store a valid credential")
            case .misdirected(let reason): ("login-redirects", "Login Redirects", 409, reason)
            case .unavailable(let reason, _):
                ("unavailable", "Service Unavailable", 503, "\(reason); repeat later")
            }
        return Problem(
            type: "urn:waba-genesys:problem:\(kind)",
            title: title,
            status: status,
            detail: detail,
            traceId: trace.isEmpty ? nil : trace
        )
    }
}
