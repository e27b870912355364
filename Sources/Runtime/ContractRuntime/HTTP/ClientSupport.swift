public import ContractJSON
public import HTTPTypes

/// Why a generated client method gave no typed outcome.
public enum ClientError: Error, Sendable, Hashable {
    /// No usable response arrived.
    case transport(TransportError)
    /// The request breaks its contract; nothing was sent.
    case invalidRequest([ContractViolation])
    /// The response breaks its contract; the server has acted.
    case invalidResponse(status: Int, ContractDecodingError)

    /// Whether the server may have acted on the request.
    public var mayHaveBeenProcessed: Bool {
        switch self {
        case .transport(let error): error.mayHaveBeenProcessed
        case .invalidRequest: false
        case .invalidResponse: true
        }
    }
}

/// What a client shows to prove who it is. Carried only where an operation's contract asks for it.
public struct ClientCredentials: Sendable, Hashable {
    /// For schemes of kind bearer.
    public var bearerToken: String?
    /// For schemes of kind basic.
    public var basic: Basic?
    /// For key schemes, by scheme name.
    public var keys: [String: String]

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
    public static func segment(_ value: some ContractValue) -> String { PercentCoding.encode(text(value)) }

    /// Adds a query parameter; arrays once for each element, or joined by commas where `isExploded` is false.
    public mutating func query(
        _ name: String, _ value: (some ContractValue)?, isExploded: Bool = true, allowsReserved: Bool = false
    ) {
        guard let value else { return }
        let encodedName = PercentCoding.encode(name)
        let texts = Self.texts(value).map { PercentCoding.encode($0, allowsReserved: allowsReserved) }
        if isExploded {
            query += texts.map { "\(encodedName)=\($0)" }
        } else {
            query.append("\(encodedName)=\(texts.joined(separator: ","))")
        }
    }

    /// Sets a header field.
    public mutating func header(_ name: String, _ value: (some ContractValue)?) {
        guard let value, let field = HTTPField.Name(name) else { return }
        headers[field] = Self.texts(value).joined(separator: ",")
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
    public mutating func form(
        _ value: some ContractValue, _ isValid: (JSONNode, inout DecodingContext) -> Void
    ) throws(ClientError) {
        try Self.validate(value.jsonBytes, isValid)
        let pairs = value.jsonValue.object?.members.flatMap { member in
            Self.texts(member.value).map { "\(PercentCoding.encode(member.name))=\(PercentCoding.encode($0))" }
        }
        headers[.contentType] = "application/x-www-form-urlencoded"
        body = .bytes(Array((pairs ?? []).joined(separator: "&").utf8))
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
        case .bearer: credentials.bearerToken != nil
        case .basic: credentials.basic != nil
        case .headerKey, .queryKey: credentials.keys[requirement.scheme] != nil
        case .external: true
        }
    }

    private mutating func add(_ requirement: SecurityRequirement, _ credentials: ClientCredentials) {
        switch requirement.kind {
        case .bearer: headers[.authorization] = credentials.bearerToken.map { "Bearer \($0)" }
        case .basic:
            headers[.authorization] = credentials.basic.map {
                "Basic " + Base64.encode(Array("\($0.user):\($0.password)".utf8))
            }
        case .headerKey(let name):
            if let field = HTTPField.Name(name) { headers[field] = credentials.keys[requirement.scheme] }
        case .queryKey(let name): query(name, credentials.keys[requirement.scheme])
        case .external: break
        }
    }

    /// The request.
    public func request(traceparent: String?) -> ContractRequest {
        var headers = headers
        if let traceparent { headers[.traceparent] = TraceContext.child(of: traceparent) }
        return ContractRequest(
            method: method, target: query.isEmpty ? target : "\(target)?\(query.joined(separator: "&"))",
            headers: headers, body: body)
    }

    private static func validate(_ bytes: [UInt8], _ isValid: (JSONNode, inout DecodingContext) -> Void)
        throws(ClientError)
    {
        var context = DecodingContext()
        do {
            try JSONDocument(parsing: bytes, limits: JSONLimits(maximumBytes: .max, maximumDepth: 512)).withRoot {
                isValid($0, &context)
            }
        } catch {
            throw .invalidRequest([
                ContractViolation(instancePointer: "", keyword: "type", schemaPointer: "", message: error.reason)
            ])
        }
        if !context.violations.isEmpty { throw .invalidRequest(context.violations) }
    }

    private static func text(_ value: some ContractValue) -> String { texts(value).joined(separator: ",") }

    /// The texts of a scalar, or of every element of an array.
    private static func texts(_ value: some ContractValue) -> [String] {
        switch value.jsonValue {
        case .array(let elements): elements.flatMap { texts($0) }
        case .string(let text): [text]
        case .null: []
        case let other: [other.jsonText]
        }
    }
}

/// Reads one response; what generated clients call.
public struct ResponseReader {
    private let response: ContractResponse

    /// - Parameter response: A response whose body was collected.
    public init(_ response: ContractResponse) { self.response = response }

    /// A header field read by its contract; nil if it is absent or broken.
    public func header<Value>(_ name: String, isLiteral: Bool, _ decode: (JSONNode, inout DecodingContext) -> Value?)
        -> Value?
    {
        guard let field = HTTPField.Name(name), let text = response.headers[field] else { return nil }
        let value = isLiteral ? JSONNumber(text).map(JSONValue.number) ?? .string(text) : .string(text)
        var context = DecodingContext()
        let decoded = try? JSONDocument(parsing: value.jsonBytes).withRoot { decode($0, &context) }
        return context.violations.isEmpty ? decoded.flatMap { $0 } : nil
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
            throw .invalidResponse(status: response.status, .syntax(error))
        }
        var context = DecodingContext()
        let value = document.withRoot { decode($0, &context) }
        guard let value, context.violations.isEmpty else {
            throw .invalidResponse(status: response.status, .violations(context.violations))
        }
        return value
    }

    /// A text body.
    public var text: String {
        guard case .bytes(let bytes) = response.body else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }
}
