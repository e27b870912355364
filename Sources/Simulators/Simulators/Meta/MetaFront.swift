import ContractJSON
import ContractRuntime
import HTTPTypes
import WhatsAppGraphContract

/// The Graph API before its handlers: tokens, and refusals as Graph errors.
struct MetaFront: PlatformFront {
    let platform: MetaPlatform

    /// Media have their own limits, and a form around them; the documents of the Graph API are small (not documented; ours).
    func bodyLimit(of operation: String) -> Int {
        operation == "uploadMedia" ? (100 << 20) + (64 << 10) : 1 << 20
    }

    func refusal(of request: ServerRequest, to operation: String, security: [[SecurityRequirement]]) async
        -> ContractResponse?
    {
        guard !security.isEmpty else { return nil }
        guard let token = Self.bearerToken(request.request.headers) else { return GraphRefusal.missingToken.response }
        do {
            try await platform.admit(token: token)
            if Self.management.contains(operation) { try await platform.admitManagement(token: token) }
            return nil
        } catch {
            return error.response
        }
    }

    /// Calls about accounts, which have a limit of their own.
    private static let management: Set = [
        "listPhoneNumbers", "listTemplates", "listSubscribedApps", "subscribeApp", "unsubscribeApp",
    ]

    func refusal(for problem: ProblemDocument, of request: ServerRequest, body: [UInt8], to operation: String)
        -> ContractResponse
    {
        if problem.status == 413 {
            return GraphRefusal.invalidParameter("The request is too large", details: problem.detail).response
        }
        if problem.status == 415 {
            return GraphRefusal.invalidParameter("Unsupported content type", details: problem.detail).response
        }
        let violations = operation == "sendMessage" ? Self.messageViolations(body) : problem.violations
        guard !violations.isEmpty else {
            return GraphRefusal.invalidParameter("Invalid parameter", details: problem.detail).response
        }
        return GraphRefusal(violations).response
    }

    func failure(status: Int, code: String?, in operation: String) -> ContractResponse {
        let fitting = [401: 190, 403: 10, 404: 100, 429: 4, 500: 131000, 503: 131016][status]
        let code = code.flatMap { Int($0) } ?? fitting ?? (status >= 500 ? 2 : 1)
        var refusal = GraphRefusal(status: status, code: code, message: "(#\(code)) Injected failure")
        refusal.details = "a fault of the simulator was asked for"
        return refusal.response
    }

    /// Meta sends no Retry-After.
    func throttled(retryAfterSeconds: Int, in operation: String) -> ContractResponse {
        GraphRefusal.throughput.response
    }

    static func bearerToken(_ headers: HTTPFields) -> String? {
        guard let field = headers[.authorization], field.lowercased().hasPrefix("bearer ") else { return nil }
        let token = field.dropFirst(7).drop { $0 == " " }
        return token.isEmpty ? nil : String(token)
    }

    /// What is wrong with a request to `/messages`, found by its kind: the contract's union only says that none fits.
    private static func messageViolations(_ body: [UInt8]) -> [ContractViolation] {
        guard let value = try? JSONValue(parsing: body, limits: JSONLimits(maximumBytes: 1 << 20)) else { return [] }
        do {
            if value["status"] != nil {
                _ = try MarkMessageReadRequest(json: value)
            } else {
                _ = try SendMessageRequest(json: value)
            }
        } catch .violations(let violations) {
            return violations
        } catch {
            return []
        }
        return []
    }
}
