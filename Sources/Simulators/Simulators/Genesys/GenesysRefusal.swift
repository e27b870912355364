import ContractJSON
import ContractRuntime
import GenesysPlatformContract
import HTTPTypes

/// An error answer of Genesys Cloud: HTTP status and `code` as the public API description lists them.
struct GenesysRefusal: Error, Sendable, Hashable {
    var status: Int
    var code: String
    var message: String
    var details: [String] = []
    var retryAfterSeconds: Int?

    static let noCredential = GenesysRefusal(
        status: 401,
        code: "authentication.required",
        message: "No authentication bearer token specified in authorization header."
    )
    static let badCredential = GenesysRefusal(
        status: 401,
        code: "bad.credentials",
        message: "Invalid login credentials."
    )
    static let notFound = GenesysRefusal(
        status: 404,
        code: "not.found",
        message: "The requested resource was not found."
    )
    static let tooLarge = GenesysRefusal(
        status: 413,
        code: "request.entity.too.large",
        message: "The request is over the size limit. Maximum bytes: 512000"
    )

    static func missingPermission(_ permission: String) -> GenesysRefusal {
        GenesysRefusal(
            status: 403,
            code: "missing.permissions",
            message: "Unable to perform the requested action. You are missing the following permission(s): "
                + permission
        )
    }

    /// The wording of rate limit answers (developer forum 12028).
    static func rateLimit(retryAfterSeconds: Int) -> GenesysRefusal {
        GenesysRefusal(
            status: 429,
            code: "too.many.requests.retry.after",
            message: "Rate limit exceeded the maximum. Retry the request in [\(retryAfterSeconds)] seconds",
            retryAfterSeconds: retryAfterSeconds
        )
    }

    /// The answer. Its correlation id is in the body and in a header field.
    func response(contextID: String) -> ContractResponse {
        let body = ErrorBody(
            message: .value(message),
            code: .value(ErrorBody.Code(rawValue: code)),
            status: .value(status),
            contextId: .value(contextID),
            details: .value(details.map { ErrorDetail(errorCode: .value(code), fieldName: .value($0)) }),
            errors: .value([])
        )
        var response = ContractResponse(
            status: status,
            headers: [.contentType: "application/json"],
            body: .bytes(body.jsonBytes)
        )
        if let name = HTTPField.Name("ININ-Correlation-Id") { response.headers[name] = contextID }
        if let retryAfterSeconds { response.headers[.retryAfter] = String(retryAfterSeconds) }
        return response
    }
}

extension GenesysRefusal {
    /// What Genesys Cloud says about a request that its contract refuses.
    init(_ problem: ProblemDocument, operation: String) {
        switch problem.status {
        case 413: self = .tooLarge
        case 415:
            self.init(status: 415, code: "unsupported.media.type", message: "HTTP 415 Unsupported Media Type")
        default:
            guard let first = problem.violations.first else {
                self.init(
                    status: 400,
                    code: "bad.request",
                    message: "The request could not be understood by the server due to malformed syntax."
                )
                return
            }
            let isIntegration = operation.hasSuffix("OpenIntegration")
            self.init(
                status: 400,
                code: isIntegration ? Self.integrationCode(first) : Self.inboundCode(first),
                message: problem.violations.map { "\($0.instancePointer): \($0.message)" }.joined(separator: ", "),
                details: problem.violations.map(\.instancePointer)
            )
            if first.keyword == "anyOf", first.instancePointer.isEmpty {
                // Recorded for a message without text and content.
                message =
                    "should have required property 'content', should have required property '.text', "
                    + "should match some schema in anyOf"
            }
        }
    }

    private static func inboundCode(_ violation: ContractViolation) -> String {
        if violation.instancePointer.hasPrefix("/query") { return "invalid.query.param.value" }
        switch violation.keyword {
        case "required":
            let isTime = violation.instancePointer == "/channel" && violation.message.contains("\"time\"")
            return isTime ? "missing.open.channel.date" : "constraint.validation"
        case "format" where violation.instancePointer == "/channel/time": return "invalid.date"
        case "type", "anyOf", "oneOf": return "bad.request"
        default: return "invalid.value"
        }
    }

    private static func integrationCode(_ violation: ContractViolation) -> String {
        switch (violation.keyword, violation.instancePointer) {
        case ("required", _): "missing.required.field.value"
        case (_, "/outboundNotificationWebhookUrl"): "invalid.outbound.webhook.url"
        case (_, "/outboundNotificationWebhookSignatureSecretToken"):
            "notification.webhook.signature.secret.token.longer.than.15.characters"
        default: "invalid.value"
        }
    }
}
