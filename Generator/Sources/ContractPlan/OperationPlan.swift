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
    /// Path, query and header parameters in document order.
    public var parameters: [ParameterPlan]
    /// The request body.
    public var body: BodyPlan?
    /// Documented outcomes in document order.
    public var outcomes: [OutcomePlan]
    /// Most bytes of the request body.
    public var bodyLimit: Int
    /// Types of inline schemas.
    public var nested: [TypePlan]
}

/// One parameter or response header.
public struct ParameterPlan: Sendable {
    /// The parameter.
    public var parameter: APIParameter
    /// Swift name without backticks.
    public var swiftName: String
    /// Its type.
    public var representation: Representation
    /// Default of the schema.
    public var defaultValue: JSONValue?
}

/// A body with its media type.
public struct BodyPlan: Sendable {
    /// What the body is in Swift.
    public enum Kind: Sendable {
        /// A typed JSON value.
        case json(SchemaID, Representation)
        /// A typed form.
        case form(SchemaID, Representation, literals: [String])
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
