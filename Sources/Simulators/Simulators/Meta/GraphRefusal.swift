import ContractJSON
import ContractRuntime
import HTTPTypes
import WhatsAppGraphContract

/// An error answer of the Graph API: code, status and wording of Meta's error codes page (HTTP statuses: edition of Jan.
/// 2026).
struct GraphRefusal: Error, Sendable, Hashable {
    var status: Int
    var code: Int
    var message: String
    var type = "OAuthException"
    var details: String?
    var subcode: Int?

    static let invalidToken = GraphRefusal(
        status: 401,
        code: 190,
        message: "Invalid OAuth access token - Cannot parse access token"
    )
    static let expiredToken = GraphRefusal(
        status: 401,
        code: 190,
        message: "Error validating access token: Session has expired",
        subcode: 463
    )
    static let missingToken = GraphRefusal(
        status: 401,
        code: 104,
        message: "An access token is required to request this resource."
    )
    static let throughput = GraphRefusal(
        status: 400,
        code: 130429,
        message: "(#130429) Rate limit hit",
        details:
            "Message failed to send because there were too many messages sent from this phone number in a short period of time"
    )
    static let pair = GraphRefusal(
        status: 400,
        code: 131056,
        message: "(#131056) (Business Account, Consumer Account) pair rate limit hit",
        details:
            "Message failed to send because there were too many messages sent from this phone number to the same phone number in a short period of time."
    )
    static let management = GraphRefusal(
        status: 400,
        code: 80007,
        message: "(#80007) There have been too many calls to this WhatsApp Business account.",
        details: "The WhatsApp Business Account has reached its rate limit."
    )
    static let closedWindow = GraphRefusal(
        status: 400,
        code: 131047,
        message: "(#131047) Re-engagement message",
        details:
            "Message failed to send because more than 24 hours have passed since the customer last replied to this number."
    )
    static let recipientIsSender = GraphRefusal(
        status: 400,
        code: 131021,
        message: "(#131021) Recipient cannot be the sender",
        details: "The recipient's phone number is the sender's."
    )
    static let notRegistered = GraphRefusal(
        status: 400,
        code: 133010,
        message: "(#133010) Account not registered",
        details: "Account does not exist in Cloud API, please use /register API to create an account first"
    )

    /// An object that does not exist, or that the token may not see: Meta does not tell which.
    static func unknownObject(_ id: String, method: String) -> GraphRefusal {
        GraphRefusal(
            status: 400,
            code: 100,
            message:
                "Unsupported \(method.lowercased()) request. Object with ID '\(id)' does not exist, cannot be loaded due "
                + "to missing permissions, or does not support this operation.",
            type: "GraphMethodException",
            subcode: 33
        )
    }

    static func invalidParameter(_ message: String, details: String? = nil) -> GraphRefusal {
        GraphRefusal(status: 400, code: 100, message: "(#100) \(message)", details: details)
    }

    static func missingParameter(_ details: String) -> GraphRefusal {
        GraphRefusal(status: 400, code: 131008, message: "(#131008) Required parameter is missing", details: details)
    }

    static func invalidValue(_ details: String) -> GraphRefusal {
        GraphRefusal(status: 400, code: 131009, message: "(#131009) Parameter value is not valid", details: details)
    }

    /// The body of the answer.
    var body: GraphError {
        GraphError(
            error: GraphErrorDetail(
                message: message,
                code: code,
                type: GraphErrorDetail.Kind(rawValue: type),
                errorSubcode: subcode,
                errorData: details.map { GraphErrorData(messagingProduct: "whatsapp", details: $0) },
                fbtraceId: "A" + String(UInt(bitPattern: message.hashValue), radix: 36)
            )
        )
    }

    var response: ContractResponse {
        ContractResponse(status: status, headers: [.contentType: "application/json"], body: .bytes(body.jsonBytes))
    }
}

extension GraphRefusal {
    /// What Meta says about parameters that are missing, too long or otherwise wrong.
    init(_ violations: [ContractViolation]) {
        let details = violations.map { violation in
            "\(violation.instancePointer.isEmpty ? "the request" : violation.instancePointer): \(violation.message)"
        }.joined(separator: "; ")
        guard let first = violations.first else {
            self = .invalidParameter("Invalid parameter")
            return
        }
        let missing = first.keyword == "required" ? Self.missingMember(first) : nil
        switch first.keyword {
        case "anyOf" where first.instancePointer.isEmpty:
            self = .invalidParameter("The parameter to is required.", details: details)
        case "required" where first.instancePointer.isEmpty && Self.common.contains(missing ?? ""):
            self = .invalidParameter("The parameter \(missing ?? "") is required.", details: details)
        case "required":
            self = .missingParameter(details)
        case "maxLength":
            self = .invalidParameter("Param \(Self.graphName(first.instancePointer)) is too long.", details: details)
        case "const" where first.instancePointer == "/messaging_product":
            self = .invalidParameter("Param messaging_product must be one of {WHATSAPP}", details: details)
        default:
            self = .invalidValue(details)
        }
    }

    /// Parameters whose absence is answered with 100 instead of 131008.
    private static let common: Set = ["messaging_product", "to", "message_id", "status", "pin", "object"]

    /// The name in the message of a `required` violation, whose pointer leads to the object that lacks it.
    private static func missingMember(_ violation: ContractViolation) -> String? {
        let parts = violation.message.split(separator: "\"", omittingEmptySubsequences: false)
        return parts.count > 2 ? String(parts[1]) : nil
    }

    /// `/text/body` as `text['body']`.
    private static func graphName(_ pointer: String) -> String {
        let parts = pointer.split(separator: "/")
        return parts.dropFirst().reduce(String(parts.first ?? "")) { "\($0)['\($1)']" }
    }
}
