public import ContractInterpreter
public import ContractJSON
public import ContractModel
public import ContractRuntime

/// Reads requests of an API as documents and judges them.
public struct ExchangeReader: Sendable {
    /// Why a request is refused before its values are looked at.
    public enum Refusal: Error, Sendable, Hashable {
        /// None of the alternatives of credentials is there: how they would be carried.
        case credentials([String])
        /// The media type is none that the operation takes.
        case mediaType(String, known: [String])
        /// The body is no JSON, or no form.
        case body(String)
    }

    /// The document.
    public let document: APIDocument
    /// Finds operations.
    public let matcher: OperationMatcher
    /// Judges documents of the API.
    public let interpreter: SchemaInterpreter
    private let decoder: ParameterDecoder
    private let requests: [String: SchemaID]

    /// - Parameters:
    ///   - document: The API.
    ///   - graph: Its schemas.
    public init(_ document: APIDocument, graph: SchemaGraph) {
        self.document = document
        matcher = OperationMatcher(document.operations)
        var exchanges = ExchangeSchemas(graph: graph)
        var requests: [String: SchemaID] = [:]
        for operation in document.operations { requests[operation.id] = exchanges.request(of: operation, in: document) }
        self.requests = requests
        interpreter = SchemaInterpreter(graph: exchanges.graph)
        decoder = ParameterDecoder(graph: exchanges.graph, interpreter: interpreter)
    }

    /// Everything that a request breaks, with pointers into its document.
    public func violations(of document: JSONValue, for operation: APIOperation) -> [ContractViolation] {
        guard let schema = requests[operation.id] else { return [] }
        return interpreter.violations(of: document, against: schema)
    }

    /// The document of a request.
    /// - Parameter parameters: Raw path parameters by name.
    /// - Throws: ``Refusal``
    public func document(
        of request: WireRequest, for operation: APIOperation, parameters: [String: String]
    ) throws(Refusal) -> JSONValue {
        var sections = JSONObject()
        for parameter in operation.parameters {
            let value: JSONValue?
            let section: String
            var name = parameter.name
            switch parameter.place {
            case .path:
                section = "path"
                value = parameters[parameter.name].map { decoder.path(parameter, $0) }
            case .query:
                section = "query"
                value = decoder.query(parameter, request.pairs)
            case .header:
                section = "headers"
                name = name.lowercased()
                value = request.header(name).map { decoder.plain(parameter, $0) }
            case .cookie:
                section = "cookies"
                value = request.cookies.first { $0.name == name }.map { decoder.plain(parameter, $0.value) }
            }
            // A section is there even if nothing is in it, so that what is missing is named at its place.
            var object = sections[section]?.object ?? JSONObject()
            if let value { object[name] = value }
            sections[section] = .object(object)
        }
        if let security = try security(of: request, for: operation) { sections["security"] = security }
        if let body = operation.requestBody, let value = try self.body(of: request, body) { sections["body"] = value }
        return .object(sections)
    }

    // MARK: Credentials

    /// The first alternative whose credentials are there; whether they are right is nobody's business here.
    private func security(of request: WireRequest, for operation: APIOperation) throws(Refusal) -> JSONValue? {
        guard !operation.security.isEmpty else { return nil }
        var carriers: [String] = []
        for alternative in operation.security {
            var found = JSONObject()
            for requirement in alternative {
                guard let scheme = document.securitySchemes.first(where: { $0.name == requirement.scheme })?.scheme
                else {
                    continue
                }
                let carrier = scheme.kind.carrier
                if !carriers.contains(carrier) { carriers.append(carrier) }
                if isThere(scheme.kind, in: request) {
                    found[carrier] = .array(requirement.scopes.map { .string($0) })
                }
            }
            if found.count == Set(alternative.map(\.scheme)).count || alternative.isEmpty {
                return found.isEmpty ? nil : .object(found)
            }
        }
        throw .credentials(carriers)
    }

    private func isThere(_ kind: APISecurityScheme.Kind, in request: WireRequest) -> Bool {
        let authorization = request.header("authorization") ?? ""
        func has(_ scheme: String) -> Bool {
            authorization.lowercased().hasPrefix(scheme + " ") && authorization.count > scheme.count + 1
        }
        switch kind {
        case .httpBearer, .oauth2, .openIDConnect: return has("bearer")
        case .httpBasic: return has("basic")
        case .httpOther(let scheme): return has(scheme.lowercased())
        case .apiKey(let name, .header): return !(request.header(name.lowercased()) ?? "").isEmpty
        case .apiKey(let name, .query): return request.pairs.contains { $0.name == name && !$0.value.isEmpty }
        case .apiKey(let name, .cookie): return request.cookies.contains { $0.name == name && !$0.value.isEmpty }
        case .apiKey(_, .path): return false
        // Below HTTP, so it cannot be seen here.
        case .mutualTLS: return true
        }
    }

    // MARK: Bodies

    private func body(of request: WireRequest, _ body: APIRequestBody) throws(Refusal) -> JSONValue? {
        guard !request.body.isEmpty else { return nil }
        let given = MediaType.essence(request.header("content-type") ?? "application/octet-stream")
        guard let content = MediaType.best(given, among: body.contents) else {
            throw .mediaType(given, known: body.contents.map(\.mediaType))
        }
        let value = try self.value(of: request, given, content.schema)
        return .object(JSONObject([(content.mediaType, value)]))
    }

    private func value(of request: WireRequest, _ type: String, _ schema: SchemaID?) throws(Refusal) -> JSONValue {
        if MediaType.isJSON(type) {
            do {
                return try JSONValue(
                    parsing: request.body, limits: JSONLimits(maximumBytes: 64 << 20, maximumDepth: 128))
            } catch {
                throw .body("it is no JSON: \(error.reason) at byte \(error.offset)")
            }
        }
        if type == "application/x-www-form-urlencoded", let schema {
            var form = request
            form.query = String(decoding: request.body, as: UTF8.self)
            return decoder.form(schema, form.pairs)
        }
        if type == "multipart/form-data", let schema {
            guard let parts = Multipart.parts(of: request.body, request.header("content-type") ?? "") else {
                throw .body("it is no multipart body with the boundary that Content-Type names")
            }
            return decoder.form(schema, parts: parts)
        }
        return .string(String(decoding: request.body, as: UTF8.self))
    }
}

/// Media types.
public enum MediaType {
    /// Type and subtype in lower case, without parameters.
    public static func essence(_ text: String) -> String {
        WireText.trimmed(text.prefix { $0 != ";" }).lowercased()
    }

    /// Whether bodies of a type are JSON.
    public static func isJSON(_ type: String) -> Bool {
        let essence = essence(type)
        return essence == "application/json" || essence.hasSuffix("+json") || essence == "text/json"
    }

    /// The content whose type or range covers a type; the most exact one.
    public static func best(_ type: String, among contents: [APIContent]) -> APIContent? {
        let group = type.prefix { $0 != "/" } + "/*"
        for wanted in [type, String(group), "*/*"] {
            if let found = contents.first(where: { essence($0.mediaType) == wanted }) { return found }
        }
        return nil
    }
}
