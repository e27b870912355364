import ContractRuntime
import GenesysPlatformContract
import HTTPTypes

/// Genesys Cloud before its handlers: tokens, the rate limit of a client, and refusals in its words.
struct GenesysFront: PlatformFront {
    let platform: GenesysPlatform
    let world: SimulatorWorld

    /// `request.bytes.max` of the platform API.
    func bodyLimit(of operation: String) -> Int { 512_000 }

    func refusal(of request: ServerRequest, to operation: String, security: [[SecurityRequirement]]) async
        -> ContractResponse?
    {
        guard operation != "requestToken", operation != "downloadFile" else { return nil }
        guard let token = MetaFront.bearerToken(request.request.headers) else { return answer(.noCredential) }
        do {
            try await platform.admit(token: token)
            try await platform.authorize(operation, token: token)
            return nil
        } catch {
            return answer(error)
        }
    }

    func refusal(for problem: ProblemDocument, of request: ServerRequest, body: [UInt8], to operation: String)
        -> ContractResponse
    {
        guard operation == "requestToken" else { return answer(GenesysRefusal(problem, operation: operation)) }
        let isGrant = problem.violations.contains { $0.instancePointer == "/grant_type" && $0.keyword != "required" }
        return Self.tokenRefusal(
            status: 400,
            isGrant ? "unsupported_grant_type" : "invalid_request",
            problem.detail
        )
    }

    func failure(status: Int, code: String?, in operation: String) -> ContractResponse {
        if operation == "requestToken", status == 400 || status == 401 {
            return Self.tokenRefusal(status: status, code ?? "invalid_client", "authentication failed")
        }
        let fitting = [
            400: "bad.request", 401: "bad.credentials", 403: "missing.permissions", 404: "not.found",
            408: "client.timeout",
            409: "request.conflict", 413: "request.entity.too.large", 429: "too.many.requests",
            500: "internal.server.error",
            503: "service.unavailable", 504: "request.timeout",
        ]
        let refusal = GenesysRefusal(
            status: status,
            code: code ?? fitting[status] ?? (status >= 500 ? "internal.server.error" : "bad.request"),
            message: "A fault of the simulator was asked for.",
            retryAfterSeconds: status == 429 ? 1 : nil
        )
        return answer(refusal)
    }

    func throttled(retryAfterSeconds: Int, in operation: String) -> ContractResponse {
        answer(.rateLimit(retryAfterSeconds: retryAfterSeconds))
    }

    func answer(_ refusal: GenesysRefusal) -> ContractResponse { refusal.response(contextID: world.uuid()) }

    /// Errors of the token endpoint carry their text twice (recorded by an open-source client).
    static func tokenRefusal(status: Int, _ error: String, _ description: String) -> ContractResponse {
        let body = TokenError(
            error: TokenError.ErrorValue(rawValue: error),
            description: .value(description),
            errorDescription: .value(description)
        )
        return ContractResponse(
            status: status,
            headers: [.contentType: "application/json"],
            body: .bytes(body.jsonBytes)
        )
    }
}
