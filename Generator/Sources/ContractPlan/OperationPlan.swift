public import ContractJSON
public import ContractModel

/// One operation as Swift sees it.
public struct OperationPlan: Sendable {
    /// The operation.
    public var operation: APIOperation
    /// The enum that holds its input and output.
    public var typeName: TypeName
    /// The client's and handler's method.
    public var methodName: String
    /// Path, query, header and cookie parameters in document order.
    public var parameters: [ParameterPlan]
    /// The request body.
    public var body: BodyPlan?
    /// Documented outcomes in document order.
    public var outcomes: [OutcomePlan]
    /// Most bytes of the request body.
    public var bodyLimit: Int
    /// How a client behaves (`x-timeout-seconds`, `x-retry`, `x-idempotency-key`, `x-pagination`).
    public var behaviour: ClientBehaviour
    /// Whether the other side is called: a webhook or callback, whose address the contract leaves open.
    public var isCallback: Bool
    /// Types of inline schemas.
    public var nested: [TypePlan]
}

/// What extensions ask of a generated client.
public struct ClientBehaviour: Sendable {
    /// `x-timeout-seconds`, as written.
    public var timeoutSeconds: JSONNumber?
    /// `x-retry`.
    public var retry: Retry?
    /// `x-idempotency-key`: the header field that carries a key which is the same for all attempts.
    public var idempotencyHeader: String?
    /// `x-pagination`.
    public var pagination: Pagination?

    /// When a call is tried again.
    public struct Retry: Sendable {
        /// Most attempts, the first one included.
        public var attempts: Int
        /// Statuses after which it is tried again.
        public var statuses: [Int]
        /// Wait before the second attempt.
        public var backoffMilliseconds: Int
        /// Longest wait.
        public var maximumWaitSeconds: Int
        /// Whether it may be repeated when its outcome is unknown.
        public var isIdempotent: Bool
    }

    /// How the next page is asked for.
    public struct Pagination: Sendable {
        /// Swift name of the query parameter that takes the cursor.
        public var parameter: String
        /// JSON Pointer of the next cursor in the body of a success.
        public var next: String
    }
}

/// One parameter or response header.
public struct ParameterPlan: Sendable {
    /// The parameter.
    public var parameter: APIParameter
    /// Swift name without backticks.
    public var swiftName: String
    /// Its type.
    public var representation: Representation
    /// What its text becomes before it is decoded.
    public var shape: ParameterShape
    /// Names of other query parameters, where it is an exploded object with free members.
    public var others: [String] = []
    /// Default of the schema.
    public var defaultValue: JSONValue?
}

/// What the text of a parameter becomes before it is decoded.
public indirect enum ParameterShape: Sendable, Hashable {
    /// A string.
    case text
    /// A number or truth value.
    case literal
    /// A list.
    case list(ParameterShape)
    /// Members in document order, and what others are.
    case object([Member], rest: ParameterShape?)
    /// The first that the schema accepts.
    case choice([ParameterShape])

    /// A member of an object.
    public struct Member: Sendable, Hashable {
        /// Name on the wire.
        public var name: String
        /// Its shape.
        public var shape: ParameterShape
    }

    /// Whether it is one text.
    var isScalar: Bool {
        switch self {
        case .text, .literal: true
        case .choice(let shapes): shapes.allSatisfy(\.isScalar)
        case .list, .object: false
        }
    }
}

/// A body with its media type.
public struct BodyPlan: Sendable {
    /// What the body is in Swift.
    public enum Kind: Sendable {
        /// A typed JSON value.
        case json(SchemaID, Representation)
        /// A typed form.
        case form(SchemaID, Representation, FormPlan)
        /// Typed parts.
        case multipart(MultipartPlan)
        /// Server-sent events.
        case events
        /// Text.
        case text
        /// The bytes as received, for operations that judge them before anything reads them.
        case bytes
        /// Bytes or a stream.
        case stream
    }

    /// What the body is in Swift.
    public var kind: Kind
    /// Media types, the one to send first.
    public var contentTypes: [String]
    /// Whether it must be there.
    public var isRequired: Bool
}

/// One documented answer.
public struct OutcomePlan: Sendable {
    /// `200`, `4XX` or `default`.
    public var status: String
    /// Enum case.
    public var caseName: String
    /// Its body.
    public var body: BodyPlan?
    /// Its headers.
    public var headers: [ParameterPlan]
    /// Description of the response.
    public var summary: String
}

/// Swift names of HTTP statuses.
enum StatusNaming {
    static func caseName(_ status: String) -> String {
        if let name = names[status] { return name }
        switch status {
        case "default": return "other"
        case "1XX", "2XX", "3XX", "4XX", "5XX":
            return ["informational", "success", "redirection", "clientError", "serverError"][
                (Int(status.prefix(1)) ?? 1) - 1]
        default: return "status\(status)"
        }
    }

    private static let names = [
        "200": "ok", "201": "created", "202": "accepted", "204": "noContent", "206": "partialContent",
        "301": "movedPermanently",
        "302": "found", "303": "seeOther", "304": "notModified", "307": "temporaryRedirect", "308": "permanentRedirect",
        "400": "badRequest", "401": "unauthorized", "402": "paymentRequired", "403": "forbidden", "404": "notFound",
        "405": "methodNotAllowed", "406": "notAcceptable", "408": "requestTimeout", "409": "conflict", "410": "gone",
        "411": "lengthRequired", "412": "preconditionFailed", "413": "contentTooLarge", "415": "unsupportedMediaType",
        "416": "rangeNotSatisfiable", "422": "unprocessableContent", "423": "locked", "425": "tooEarly",
        "428": "preconditionRequired", "429": "tooManyRequests", "500": "internalServerError", "501": "notImplemented",
        "502": "badGateway", "503": "serviceUnavailable", "504": "gatewayTimeout",
    ]
}
