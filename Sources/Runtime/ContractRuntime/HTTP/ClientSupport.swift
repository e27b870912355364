public import ContractJSON
public import HTTPTypes

/// Why a generated client method gave no typed outcome.
public enum ClientError: Error, Sendable, Hashable {
    /// No usable response arrived.
    case transport(TransportError)
    /// The request breaks its contract; nothing was sent.
    case invalidRequest([ContractViolation])
    /// The response breaks its contract; the server has acted. Its fields stay readable: a gateway in between answers
    /// with a page of its own, and its `Retry-After` counts all the same.
    case invalidResponse(status: Int, headers: HTTPFields, ContractDecodingError)

    /// Whether the server may have acted on the request.
    public var mayHaveBeenProcessed: Bool {
        switch self {
        case .transport(let error): error.mayHaveBeenProcessed
        case .invalidRequest: false
        case .invalidResponse: true
        }
    }

    /// What `Retry-After` of a response that breaks its contract asks for, in seconds; nil without it.
    public var retryAfter: Int? {
        guard case .invalidResponse(_, let headers, _) = self else { return nil }
        return headers[.retryAfter].flatMap { RetryAfter.seconds($0) }
    }
}

/// What a client shows to prove who it is. Carried only where an operation's contract asks for it.
public struct ClientCredentials: Sendable, Hashable {
    /// For schemes of kind bearer.
    public var bearerToken: String?
    /// For schemes of kind basic.
    public var basic: Basic?
    /// For key schemes, by scheme name; for schemes of kind bearer too, before ``bearerToken``.
    public var keys: [String: String]
    /// For schemes of kind basic, by scheme name, before ``basic``.
    public var logins: [String: Basic] = [:]

    /// User and password.
    public struct Basic: Sendable, Hashable {
        /// User or client id.
        public var user: String
        /// Password or client secret.
        public var password: String

        /// Creates a pair.
        public init(user: String, password: String) {
            self.user = user
            self.password = password
        }
    }

    /// Creates credentials.
    public init(bearerToken: String? = nil, basic: Basic? = nil, keys: [String: String] = [:]) {
        self.bearerToken = bearerToken
        self.basic = basic
        self.keys = keys
    }
}

/// Builds one request; what generated clients call.
public struct RequestWriter {
    private var target: String
    private var query: [String] = []
    private var cookies: [String] = []
    private var headers: HTTPFields = [:]
    private var body = ContractBody.empty
    private let method: HTTPRequest.Method

    /// - Parameters:
    ///   - method: The method.
    ///   - path: The path with its parameters filled in.
    public init(method: HTTPRequest.Method, path: String) {
        self.method = method
        target = path
    }

    /// A path segment for a parameter.
    public static func segment(
        _ name: String, _ value: some ContractValue, _ style: ParameterForm.Style = .simple, explodes: Bool = false
    ) -> String {
        ParameterEncoding(name: name, form: ParameterForm(style, explodes: explodes)).segment(value.jsonValue)
    }

    /// Adds a query parameter; an absent one adds nothing.
    public mutating func query(
        _ name: String, _ value: (some ContractValue)?, _ style: ParameterForm.Style = .form, explodes: Bool = true,
        allowsReserved: Bool = false
    ) {
        guard let value else { return }
        let form = ParameterForm(style, explodes: explodes, allowsReserved: allowsReserved)
        query += ParameterEncoding(name: name, form: form).pairs(value.jsonValue)
    }

    /// Sets a header field; an absent parameter sets nothing.
    public mutating func header(
        _ name: String, _ value: (some ContractValue)?, _ style: ParameterForm.Style = .simple, explodes: Bool = false
    ) {
        guard let value, let field = HTTPField.Name(name) else { return }
        headers[field] = ParameterEncoding(name: name, form: ParameterForm(style, explodes: explodes)).header(
            value.jsonValue)
    }

    /// Adds a cookie; an absent parameter adds nothing.
    public mutating func cookie(
        _ name: String, _ value: (some ContractValue)?, _ style: ParameterForm.Style = .form, explodes: Bool = true
    ) {
        guard let value else { return }
        cookies += ParameterEncoding(name: name, form: ParameterForm(style, explodes: explodes)).pairs(value.jsonValue)
    }

    /// Sets a JSON body after validating it.
    /// - Throws: ``ClientError/invalidRequest(_:)``.
    public mutating func json(
        _ value: some ContractValue, contentType: String, _ isValid: (JSONNode, inout DecodingContext) -> Void
    ) throws(ClientError) {
        let bytes = value.jsonBytes
        try Self.validate(bytes, isValid)
        headers[.contentType] = contentType
        body = .bytes(bytes)
    }

    /// Sets a form body after validating it as the object that it carries.
    /// - Parameter fields: Forms of the fields that are not written as exploded `form`.
    public mutating func form(
        _ value: some ContractValue, fields: [String: ParameterForm] = [:],
        _ isValid: (JSONNode, inout DecodingContext) -> Void
    ) throws(ClientError) {
        try Self.validate(value.jsonBytes, isValid)
        let pairs = value.jsonValue.object?.members.flatMap { member in
            let form = fields[member.name] ?? ParameterForm(.form, explodes: true)
            return ParameterEncoding(name: member.name, form: form).pairs(member.value)
        }
        headers[.contentType] = "application/x-www-form-urlencoded"
        body = .bytes(Array((pairs ?? []).joined(separator: "&").utf8))
    }

    /// Validates a value that travels as a part of the body.
    public func validate(
        _ value: (some ContractValue)?, _ isValid: (JSONNode, inout DecodingContext) -> Void
    ) throws(ClientError) {
        if let value { try Self.validate(value.jsonBytes, isValid) }
    }

    /// Sets any body.
    public mutating func raw(_ value: ContractBody, contentType: String) {
        headers[.contentType] = contentType
        body = value
    }

    /// Adds the credential of the first alternative that `credentials` can satisfy.
    public mutating func authorize(_ credentials: ClientCredentials, _ security: [[SecurityRequirement]]) {
        for alternative in security where alternative.allSatisfy({ Self.canSatisfy($0, credentials) }) {
            for requirement in alternative { add(requirement, credentials) }
            return
        }
    }

    private static func canSatisfy(_ requirement: SecurityRequirement, _ credentials: ClientCredentials) -> Bool {
        switch requirement.kind {
        case .bearer: credentials.keys[requirement.scheme] ?? credentials.bearerToken != nil
        case .basic: credentials.logins[requirement.scheme] ?? credentials.basic != nil
        case .headerKey, .queryKey, .cookieKey: credentials.keys[requirement.scheme] != nil
        case .external: true
        }
    }

    private mutating func add(_ requirement: SecurityRequirement, _ credentials: ClientCredentials) {
        switch requirement.kind {
        case .bearer:
            let token = credentials.keys[requirement.scheme] ?? credentials.bearerToken
            headers[.authorization] = token.map { "Bearer \($0)" }
        case .basic:
            headers[.authorization] = (credentials.logins[requirement.scheme] ?? credentials.basic).map {
                "Basic " + Base64.encode(Array("\($0.user):\($0.password)".utf8))
            }
        case .headerKey(let name):
            if let field = HTTPField.Name(name) { headers[field] = credentials.keys[requirement.scheme] }
        case .queryKey(let name): query(name, credentials.keys[requirement.scheme])
        case .cookieKey(let name): cookie(name, credentials.keys[requirement.scheme])
        case .external: break
        }
    }

    /// The request.
    public func request(traceparent: String?) -> ContractRequest {
        var headers = headers
        if !cookies.isEmpty { headers[.cookie] = cookies.joined(separator: "; ") }
        if let traceparent { headers[.traceparent] = TraceContext.child(of: traceparent) }
        return ContractRequest(
            method: method, target: query.isEmpty ? target : "\(target)?\(query.joined(separator: "&"))",
            headers: headers, body: body)
    }

    private static func validate(_ bytes: [UInt8], _ isValid: (JSONNode, inout DecodingContext) -> Void)
        throws(ClientError)
    {
        let violations: [ContractViolation]
        do {
            let document = try JSONDocument(
                parsing: bytes, limits: JSONLimits(maximumBytes: .max, maximumDepth: 512))
            violations = document.withRoot { DecodingContext.read($0) { isValid($0, &$1) }.violations }
        } catch {
            throw .invalidRequest([
                ContractViolation(instancePointer: "", keyword: "type", schemaPointer: "", message: error.reason)
            ])
        }
        if !violations.isEmpty { throw .invalidRequest(violations) }
    }
}

/// Reads one response; what generated clients call.
public struct ResponseReader {
    private let response: ContractResponse

    /// - Parameter response: A response whose body was collected.
    public init(_ response: ContractResponse) { self.response = response }

    /// A header field read by its contract; nil if it is absent or broken.
    public func header<Value>(
        _ name: String, _ form: ParameterForm, _ decode: (JSONNode, inout DecodingContext) -> Value?
    ) -> Value? {
        guard let field = HTTPField.Name(name) else { return nil }
        let candidates: [JSONValue]
        if field == .setCookie {
            // Each cookie has a field of its own; they must not be joined (RFC 6265 §3).
            let fields = response.headers[values: field]
            guard let first = fields.first else { return nil }
            if case .list = form.shape {
                candidates = [.array(fields.map { .string($0) })]
            } else {
                candidates = [.string(first)]
            }
        } else {
            guard let text = response.headers[field] else { return nil }
            candidates = (try? ParameterDecoding(name: name, form: form, carrier: .field(text)).candidates()) ?? []
        }
        for candidate in candidates {
            let document = try? JSONDocument(parsing: candidate.jsonBytes)
            if let value = document?.withRoot({ DecodingContext.read($0, decode).value }) { return value }
        }
        return nil
    }

    /// A JSON body.
    public func json<Value>(_ decode: (JSONNode, inout DecodingContext) -> Value?) throws(ClientError) -> Value {
        guard case .bytes(let bytes) = response.body else {
            return try json([], decode)
        }
        return try json(bytes, decode)
    }

    private func json<Value>(_ bytes: [UInt8], _ decode: (JSONNode, inout DecodingContext) -> Value?)
        throws(ClientError) -> Value
    {
        let document: JSONDocument
        do { document = try JSONDocument(parsing: bytes, limits: JSONLimits(maximumBytes: .max)) } catch {
            throw .invalidResponse(status: response.status, headers: response.headers, .syntax(error))
        }
        let (value, violations) = document.withRoot { DecodingContext.read($0, decode) }
        guard let value else {
            throw .invalidResponse(status: response.status, headers: response.headers, .violations(violations))
        }
        return value
    }

    /// A text body.
    public var text: String {
        guard case .bytes(let bytes) = response.body else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }
}
