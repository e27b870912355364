public import HTTPTypes

/// One operation that a server answers: generated from the contract, mounted by whoever serves it.
public struct Route: Sendable {
    /// Answers one request.
    public typealias Handle = @Sendable (ServerRequest) async throws -> ContractResponse

    /// The method.
    public let method: HTTPRequest.Method
    /// Path template, `/tenants/{tenantId}`.
    public let template: String
    /// The operation's id in the contract.
    public let operationID: String
    /// Alternatives (OR) of schemes (AND) of which one must be satisfied. Empty: everyone may call it.
    public let security: [[SecurityRequirement]]
    /// Who may reach it, from `x-audience`: `public`, `internal` or `operations`; nil if the contract does not say.
    public let audience: String?
    /// Most bytes of the request body.
    public let bodyLimit: Int
    /// Answers one request.
    public let handle: Handle

    /// Creates a route of an operation.
    /// - Parameter template: Another path than the contract names, for webhooks and callbacks.
    public init(_ description: OperationDescription, template: String? = nil, handle: @escaping Handle) {
        self.init(
            method: description.method, template: template ?? description.template,
            operationID: description.operationID, security: description.security, audience: description.audience,
            bodyLimit: description.bodyLimit, handle: handle)
    }

    /// Creates a route.
    public init(
        method: HTTPRequest.Method, template: String, operationID: String, security: [[SecurityRequirement]] = [],
        audience: String? = nil, bodyLimit: Int, handle: @escaping Handle
    ) {
        self.method = method
        self.template = template
        self.operationID = operationID
        self.security = security
        self.audience = audience
        self.bodyLimit = bodyLimit
        self.handle = handle
    }
}

/// What a contract says of an operation besides its types: enough to route, to guard and to forward it.
public struct OperationDescription: Sendable, Hashable {
    /// The method.
    public let method: HTTPRequest.Method
    /// Path template, `/tenants/{tenantId}`.
    public let template: String
    /// The operation's id in the contract.
    public let operationID: String
    /// Alternatives (OR) of schemes (AND) of which one must be satisfied. Empty: everyone may call it.
    public let security: [[SecurityRequirement]]
    /// Who may reach it, from `x-audience`: `public`, `internal` or `operations`; nil if the contract does not say.
    public let audience: String?
    /// Most bytes of the request body.
    public let bodyLimit: Int

    /// Creates a description.
    public init(
        method: HTTPRequest.Method, template: String, operationID: String, security: [[SecurityRequirement]],
        audience: String? = nil, bodyLimit: Int
    ) {
        self.method = method
        self.template = template
        self.operationID = operationID
        self.security = security
        self.audience = audience
        self.bodyLimit = bodyLimit
    }
}

/// A security scheme that an operation asks for.
public struct SecurityRequirement: Sendable, Hashable {
    /// How the credential is carried.
    public enum Kind: Sendable, Hashable {
        /// `Authorization: Bearer …`
        case bearer
        /// `Authorization: Basic …`
        case basic
        /// A key in the header field of this name.
        case headerKey(String)
        /// A key in the query parameter of this name.
        case queryKey(String)
        /// A key in the cookie of this name.
        case cookieKey(String)
        /// Something a transport below HTTP or a client library sees to.
        case external
    }

    /// The scheme's name in the contract.
    public let scheme: String
    /// How the credential is carried.
    public let kind: Kind
    /// Scopes asked for.
    public let scopes: [String]

    /// Creates a requirement.
    public init(scheme: String, kind: Kind, scopes: [String] = []) {
        self.scheme = scheme
        self.kind = kind
        self.scopes = scopes
    }
}

/// Decides whether the credential of a request satisfies a requirement.
public protocol Authenticator: Sendable {
    /// - Returns: Who calls, or nil if the credential is missing or wrong. Must compare in constant time.
    func principal(of request: ContractRequest, for requirement: SecurityRequirement) async -> Principal?
}

/// Who calls.
public struct Principal: Sendable, Hashable {
    /// A name for logs and audits; never a secret.
    public let name: String

    /// Creates a principal.
    public init(name: String) { self.name = name }
}

/// What a handler may know about a call besides its input.
public struct RequestContext: Sendable, Hashable {
    /// W3C `traceparent` of the call, received or made.
    public var traceparent: String
    /// Who calls; nil where the operation has no security.
    public var principal: Principal?
    /// All header fields of the request.
    public var headers: HTTPFields

    /// Creates a context.
    public init(traceparent: String, principal: Principal? = nil, headers: HTTPFields = [:]) {
        self.traceparent = traceparent
        self.principal = principal
        self.headers = headers
    }
}

/// A request that was matched to a route.
public struct ServerRequest: Sendable {
    /// The request.
    public var request: ContractRequest
    /// Percent-decoded path parameters by their names.
    public var pathParameters: [String: String]
    /// The same before decoding, where a comma that separates and one that belongs to a value differ.
    public var rawPathParameters: [String: Substring]
    /// What the handler gets besides its input.
    public var context: RequestContext

    /// Creates a matched request.
    /// - Parameter rawPathParameters: Made from the decoded ones where they are not given.
    public init(
        request: ContractRequest, pathParameters: [String: String], rawPathParameters: [String: Substring]? = nil,
        context: RequestContext
    ) {
        self.request = request
        self.pathParameters = pathParameters
        self.rawPathParameters =
            rawPathParameters ?? pathParameters.mapValues { Substring(PercentCoding.encode($0)) }
        self.context = context
    }
}
