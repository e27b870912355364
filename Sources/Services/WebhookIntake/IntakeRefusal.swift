public import ContractRuntime

/// Why a webhook was not accepted.
public enum IntakeRefusal: Error, Sendable {
    /// The body is not declared as JSON.
    case unsupportedMediaType
    /// The body is no JSON or breaks the platform's contract as a whole.
    case malformed(ContractDecodingError)
    /// No secret made this signature, or the tenant is unknown.
    case forged
    /// Nothing was stored; the platform is to send it again.
    case unavailable

    /// Seconds after which the platform is to send again what was ``unavailable``.
    public static let retryAfterSeconds = 5

    /// What the platform is told. Forged requests learn nothing.
    public var problem: ProblemDocument {
        switch self {
        case .unsupportedMediaType:
            ProblemDocument(status: 415, title: "Unsupported Media Type", detail: "expected application/json")
        case .malformed(.syntax(let error)) where error.code != .tooLarge:
            ProblemDocument(
                status: 400, title: "Bad Request", detail: "the body is no acceptable JSON",
                violations: ContractDecodingError.syntax(error).violations)
        case .malformed(let error): ProblemDocument(error)
        case .forged:
            ProblemDocument(status: 401, title: "Unauthorized", detail: "a valid signature is needed")
        case .unavailable:
            ProblemDocument(
                status: 503, title: "Service Unavailable", detail: "nothing was stored; send it again later")
        }
    }

    /// Refuses a body that is declared as something else than JSON; no declaration at all passes.
    public static func checkContentType(_ field: String?) throws(IntakeRefusal) {
        guard let field else { return }
        let type = field.prefix { $0 != ";" }.lowercased().filter { $0 != " " && $0 != "\t" }
        guard type == "application/json" || type.hasSuffix("+json") else { throw .unsupportedMediaType }
    }
}
