public import ContractJSON
public import ContractModel

/// Schemas of whole exchanges, added to a graph: with them the interpreter judges requests and responses as documents.
///
/// A request is `{"path": {}, "query": {}, "headers": {}, "cookies": {}, "security": {}, "body": {"application/json": …}}`, a
/// response `{"headers": {}, "body": {…}}`; members of a section are there if the exchange has them. Names of header fields
/// are in lower case. Values are those behind the wire's spelling: a number is a number.
public struct ExchangeSchemas: Sendable {
    /// The schemas given and those added.
    public private(set) var graph: SchemaGraph

    /// - Parameter graph: The schemas that bodies and parameters refer to.
    public init(graph: SchemaGraph) { self.graph = graph }

    // MARK: Requests and responses

    /// The schema of an operation's requests.
    /// - Parameter pathNames: Names of the path parameters to use instead of the document's, in order of the template.
    public mutating func request(
        of operation: APIOperation,
        in document: APIDocument,
        pathNames: [String]? = nil
    ) -> SchemaID {
        var names: [String: String] = [:]
        for (own, other) in zip(PathTemplate.names(operation.path), pathNames ?? []) { names[own] = other }
        var sections: [(String, SchemaID, Bool)] = []
        for (title, place) in [
            ("path", APIParameter.Place.path), ("query", .query), ("headers", .header),
            ("cookies", .cookie),
        ] {
            let parameters = operation.parameters.filter { $0.place == place }
            guard !parameters.isEmpty else { continue }
            let members = parameters.map { parameter in
                let name = place == .header ? parameter.name.lowercased() : names[parameter.name] ?? parameter.name
                return (name, parameter.schema, parameter.isRequired)
            }
            let isRequired = parameters.contains(where: \.isRequired)
            sections.append((title, object(members, at: parameters[0].location), isRequired))
        }
        if let security = security(of: operation, in: document) { sections.append(("security", security, true)) }
        if let body = operation.requestBody, !body.contents.isEmpty {
            sections.append(("body", self.body(body.contents, at: body.location), body.isRequired))
        }
        return object(sections, at: operation.location)
    }

    /// The schema of a response.
    public mutating func response(_ response: APIResponse) -> SchemaID {
        var sections: [(String, SchemaID, Bool)] = []
        if !response.headers.isEmpty {
            let members = response.headers.map { ($0.name.lowercased(), $0.schema, $0.isRequired) }
            let isRequired = response.headers.contains(where: \.isRequired)
            sections.append(("headers", object(members, at: response.headers[0].location), isRequired))
        }
        if !response.contents.isEmpty {
            sections.append(("body", body(response.contents, at: response.location), true))
        }
        return object(sections, at: response.location)
    }

    /// The schema of a message: its payload and, where it has some, its headers.
    public mutating func message(payload: SchemaID, headers: SchemaID?, at location: SourceLocation) -> SchemaID {
        var members = [("payload", payload, true)]
        if let headers { members.append(("headers", headers, true)) }
        return object(members, at: location)
    }

    /// A body: one member, called like the media type.
    private mutating func body(_ contents: [APIContent], at location: SourceLocation) -> SchemaID {
        let members = contents.map { content in
            (content.mediaType, content.schema ?? anything(at: location), false)
        }
        let id = object(members, at: location)
        graph[id].minProperties = 1
        graph[id].maxProperties = 1
        graph[id].additionalProperties = nothing(at: location)
        return id
    }

    // MARK: Security

    /// Credentials by how they are carried, so that the names of schemes do not matter; nil where none is asked for.
    private mutating func security(of operation: APIOperation, in document: APIDocument) -> SchemaID? {
        let alternatives = operation.security.filter { !$0.isEmpty }
        guard !alternatives.isEmpty, alternatives.count == operation.security.count else { return nil }
        let branches = alternatives.map { alternative in
            let members = alternative.map { requirement in
                let scheme = document.securitySchemes.first { $0.name == requirement.scheme }?.scheme
                let carrier = scheme?.kind.carrier ?? requirement.scheme
                return (carrier, scopes(requirement.scopes, at: operation.location), true)
            }
            return object(members, at: operation.location)
        }
        if branches.count == 1 { return branches[0] }
        let id = anything(at: operation.location)
        graph[id].types = [.object]
        graph[id].anyOf = branches
        return id
    }

    /// A list that has all of some scopes.
    private mutating func scopes(_ scopes: [String], at location: SourceLocation) -> SchemaID {
        let id = anything(at: location)
        graph[id].types = [.array]
        for scope in scopes.sorted() {
            let one = constant(.string(scope), at: location)
            let some = anything(at: location)
            graph[some].contains = one
            graph[id].allOf.append(some)
        }
        return id
    }

    // MARK: Building blocks

    /// An object with members, each required or not, and any others.
    public mutating func object(
        _ members: [(name: String, schema: SchemaID, isRequired: Bool)],
        at location: SourceLocation
    ) -> SchemaID {
        let id = anything(at: location)
        graph[id].types = [.object]
        graph[id].properties = members.map { ($0.name, $0.schema) }
        graph[id].required = members.filter(\.isRequired).map(\.name)
        return id
    }

    /// One value only.
    public mutating func constant(_ value: JSONValue, at location: SourceLocation) -> SchemaID {
        let id = anything(at: location)
        graph[id].constant = value
        return id
    }

    /// Any value.
    public mutating func anything(at location: SourceLocation) -> SchemaID {
        let id = SchemaID(index: graph.schemas.count)
        graph.schemas.append(
            Schema(location: location, uri: "exchange:///\(id.index)#", resource: "exchange:///\(id.index)"))
        return id
    }

    /// No value.
    public mutating func nothing(at location: SourceLocation) -> SchemaID {
        let id = anything(at: location)
        graph[id].isNever = true
        return id
    }
}

extension APISecurityScheme.Kind {
    /// How the credential travels, in words: `bearer`, `key in header X-Key`.
    public var carrier: String {
        switch self {
        case .httpBearer, .oauth2, .openIDConnect: "bearer"
        case .httpBasic: "basic"
        case .httpOther(let scheme): scheme.lowercased()
        case .apiKey(let name, let place): "key in \(place.rawValue) \(place == .header ? name.lowercased() : name)"
        case .mutualTLS: "client certificate"
        }
    }
}

extension ExchangeSchemas {
    /// Lets an object made here have no other members.
    public mutating func close(_ id: SchemaID) {
        let location = graph[id].location
        let nothing = nothing(at: location)
        graph[id].additionalProperties = nothing
    }
}
