public import ContractJSON
import HTTPTypes

/// A refusal in the form of RFC 9457 (`application/problem+json`). Throw it from a handler to answer with it.
public struct ProblemDocument: Error, Sendable, Hashable {
    /// HTTP status.
    public var status: Int
    /// Short, the same for every occurrence.
    public var title: String
    /// What happened here and what to do; contains no secret and no value of the payload.
    public var detail: String
    /// What the contract refused, with pointers.
    public var violations: [ContractViolation]

    /// Creates a problem.
    public init(status: Int, title: String, detail: String, violations: [ContractViolation] = []) {
        self.status = status
        self.title = title
        self.detail = detail
        self.violations = violations
    }

    /// A body or parameter that the contract refused.
    public init(_ error: ContractDecodingError) {
        switch error {
        case .syntax(let syntax):
            let status = syntax.code == .tooLarge ? 413 : 400
            self.init(
                status: status, title: status == 413 ? "Content Too Large" : "Bad Request",
                detail: "the body is no acceptable JSON: at byte \(syntax.offset): \(syntax.reason)")
        case .violations(let violations):
            self.init(
                status: 400, title: "Bad Request", detail: "the request does not satisfy its contract",
                violations: violations)
        }
    }

    /// The problem as a response.
    public var response: ContractResponse {
        ContractResponse(
            status: status, headers: [.contentType: "application/problem+json"], body: .bytes(json.jsonBytes))
    }

    /// The problem as JSON.
    public var json: JSONValue {
        var object = JSONObject([
            ("type", "about:blank"), ("title", .string(title)), ("status", .number(JSONNumber(status))),
            ("detail", .string(detail)),
        ])
        if !violations.isEmpty {
            object["violations"] = .array(
                violations.map { violation in
                    .object(
                        JSONObject([
                            ("pointer", .string(violation.instancePointer)), ("keyword", .string(violation.keyword)),
                            ("schemaPointer", .string(violation.schemaPointer)),
                            ("message", .string(violation.message)),
                        ]))
                })
        }
        return .object(object)
    }
}
