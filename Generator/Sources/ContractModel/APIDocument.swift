public import ContractJSON

/// What an OpenAPI 3.1 document says, with references resolved.
public struct APIDocument: Sendable {
    /// File as given.
    public var file: String
    /// `info.title`.
    public var title: String
    /// `info.version`.
    public var version: String
    /// `info.description`.
    public var summary: String?
    /// `servers[].url`, with the defaults of their variables.
    public var servers: [String]
    /// `servers[].url` as they are written, with variables in braces.
    public var serverTemplates: [String] = []
    /// Named component schemas in document order.
    public var schemas: [(name: String, schema: SchemaID)]
    /// Operations under `paths`, in document order.
    public var operations: [APIOperation]
    /// Operations under `webhooks`, in document order; the path is the webhook's name.
    public var webhooks: [APIOperation]
    /// `components.securitySchemes` in document order.
    public var securitySchemes: [(name: String, scheme: APISecurityScheme)]
    /// `x-` members of the root.
    public var extensions: JSONObject

    /// Creates a document.
    public init(
        file: String,
        title: String,
        version: String,
        summary: String? = nil,
        servers: [String] = [],
        schemas: [(name: String, schema: SchemaID)] = [],
        operations: [APIOperation] = [],
        webhooks: [APIOperation] = [],
        securitySchemes: [(name: String, scheme: APISecurityScheme)] = [],
        extensions: JSONObject = JSONObject()
    ) {
        self.file = file
        self.title = title
        self.version = version
        self.summary = summary
        self.servers = servers
        self.schemas = schemas
        self.operations = operations
        self.webhooks = webhooks
        self.securitySchemes = securitySchemes
        self.extensions = extensions
    }
}

/// One operation.
public struct APIOperation: Sendable {
    /// Where it stands.
    public var location: SourceLocation
    /// `operationId`; one made from method and path where the document has none.
    public var id: String
    /// Lower-case HTTP method.
    public var method: String
    /// Path template, `/tenants/{tenantId}`.
    public var path: String
    /// `summary`.
    public var title: String?
    /// `description`.
    public var summary: String?
    /// `tags`.
    public var tags: [String]
    /// `deprecated`.
    public var isDeprecated: Bool
    /// Path-item and operation parameters merged, in document order.
    public var parameters: [APIParameter]
    /// The request body, if any.
    public var requestBody: APIRequestBody?
    /// Responses by status (`200`, `4XX`, `default`) in document order.
    public var responses: [(status: String, response: APIResponse)]
    /// Alternatives (OR) of scheme sets (AND): scheme name to scopes. Empty: no security; an empty set: optional.
    public var security: [[(scheme: String, scopes: [String])]]
    /// Operations that `callbacks` describes, by callback name in document order; the path is the runtime expression.
    public var callbacks: [(name: String, operations: [APIOperation])] = []
    /// `servers[].url` of the operation or its path item, with the defaults of their variables; empty: those of the document.
    public var servers: [String] = []
    /// `x-` members.
    public var extensions: JSONObject

    /// Creates an operation.
    public init(
        location: SourceLocation,
        id: String,
        method: String,
        path: String,
        title: String? = nil,
        summary: String? = nil,
        tags: [String] = [],
        isDeprecated: Bool = false,
        parameters: [APIParameter] = [],
        requestBody: APIRequestBody? = nil,
        responses: [(status: String, response: APIResponse)] = [],
        security: [[(scheme: String, scopes: [String])]] = [],
        extensions: JSONObject = JSONObject()
    ) {
        self.location = location
        self.id = id
        self.method = method
        self.path = path
        self.title = title
        self.summary = summary
        self.tags = tags
        self.isDeprecated = isDeprecated
        self.parameters = parameters
        self.requestBody = requestBody
        self.responses = responses
        self.security = security
        self.extensions = extensions
    }
}

/// One parameter or response header.
public struct APIParameter: Sendable {
    /// Where it stands.
    public enum Place: String, Sendable, Hashable { case path, query, header, cookie }

    /// Position in the source.
    public var location: SourceLocation
    /// Name on the wire.
    public var name: String
    /// Where it is carried.
    public var place: Place
    /// Whether it must be there.
    public var isRequired: Bool
    /// `deprecated`.
    public var isDeprecated: Bool
    /// `description`.
    public var summary: String?
    /// `style`, with the location's default filled in.
    public var style: String
    /// `explode`, with the style's default filled in.
    public var explodes: Bool
    /// `allowReserved`.
    public var allowsReserved: Bool
    /// `allowEmptyValue`, where it has an effect: an empty value counts as none.
    public var allowsEmpty = false
    /// Its schema.
    public var schema: SchemaID
    /// The media type, where `content` is used instead of `schema`.
    public var contentType: String?

    /// Creates a parameter.
    public init(
        location: SourceLocation,
        name: String,
        place: Place,
        isRequired: Bool,
        isDeprecated: Bool = false,
        summary: String? = nil,
        style: String,
        explodes: Bool,
        allowsReserved: Bool = false,
        schema: SchemaID,
        contentType: String? = nil
    ) {
        self.location = location
        self.name = name
        self.place = place
        self.isRequired = isRequired
        self.isDeprecated = isDeprecated
        self.summary = summary
        self.style = style
        self.explodes = explodes
        self.allowsReserved = allowsReserved
        self.schema = schema
        self.contentType = contentType
    }
}

/// A media type of a body.
public struct APIContent: Sendable {
    /// Media type or range, e.g. `application/json`.
    public var mediaType: String
    /// Its schema; nil where the document gives none (bytes).
    public var schema: SchemaID?
    /// `encoding` by property, for multipart and form bodies.
    public var encoding: JSONObject
    /// `headers` of `encoding` by property, for multipart bodies.
    public var partHeaders: [String: [APIParameter]] = [:]
    /// `example` and the values of `examples`.
    public var examples: [JSONValue]

    /// Creates a content.
    public init(mediaType: String, schema: SchemaID?, encoding: JSONObject = JSONObject(), examples: [JSONValue] = []) {
        self.mediaType = mediaType
        self.schema = schema
        self.encoding = encoding
        self.examples = examples
    }
}

/// A request body.
public struct APIRequestBody: Sendable {
    /// Where it stands.
    public var location: SourceLocation
    /// `description`.
    public var summary: String?
    /// Whether it must be there.
    public var isRequired: Bool
    /// Media types in document order.
    public var contents: [APIContent]
    /// `x-` members (`x-max-bytes`).
    public var extensions: JSONObject

    /// Creates a request body.
    public init(
        location: SourceLocation,
        summary: String? = nil,
        isRequired: Bool,
        contents: [APIContent],
        extensions: JSONObject = JSONObject()
    ) {
        self.location = location
        self.summary = summary
        self.isRequired = isRequired
        self.contents = contents
        self.extensions = extensions
    }
}

/// A response.
public struct APIResponse: Sendable {
    /// Where it stands.
    public var location: SourceLocation
    /// `description`.
    public var summary: String
    /// Headers in document order.
    public var headers: [APIParameter]
    /// Media types in document order; empty: no body.
    public var contents: [APIContent]
    /// `links` as they stand in the document; documentation only.
    public var links = JSONObject()

    /// Creates a response.
    public init(location: SourceLocation, summary: String, headers: [APIParameter] = [], contents: [APIContent] = []) {
        self.location = location
        self.summary = summary
        self.headers = headers
        self.contents = contents
    }
}

/// A security scheme.
public struct APISecurityScheme: Sendable {
    /// The kinds that OpenAPI 3.1 knows.
    public enum Kind: Sendable, Hashable {
        /// `Authorization: Bearer …`.
        case httpBearer
        /// `Authorization: Basic …`.
        case httpBasic
        /// Another HTTP scheme.
        case httpOther(String)
        /// A key in a header, query parameter or cookie.
        case apiKey(name: String, place: APIParameter.Place)
        /// OAuth 2.
        case oauth2
        /// OpenID Connect.
        case openIDConnect(url: String)
        /// Mutual TLS.
        case mutualTLS
    }

    /// Its kind.
    public var kind: Kind
    /// `description`.
    public var summary: String?

    /// Creates a scheme.
    public init(kind: Kind, summary: String? = nil) {
        self.kind = kind
        self.summary = summary
    }
}
