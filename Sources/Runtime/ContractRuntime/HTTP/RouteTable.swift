import HTTPTypes

/// Finds the route of a request by walking its path once, whatever the number of routes; only segments that mix text and
/// parameters, such as `{id}.json`, are tried one after the other where several stand in one place. Answers what no handler
/// can: unknown paths, other methods, missing credentials and contract violations.
public struct RouteTable: Sendable {
    private struct Node: Sendable {
        var children: [String: Int] = [:]
        /// Segments that mix text and parameters, those with most text first.
        var patterns: [(pattern: SegmentPattern, child: Int)] = []
        var parameter: Int?
        var routes: [String: (route: Route, names: [String])] = [:]

        mutating func add(_ pattern: SegmentPattern, child: Int) {
            let place = patterns.firstIndex { $0.pattern.fixedBytes < pattern.fixedBytes } ?? patterns.endIndex
            patterns.insert((pattern, child), at: place)
        }
    }

    private var nodes: [Node] = [Node()]
    private let authenticator: any Authenticator
    private let report: @Sendable (any Error, Route) -> Void
    private let refusal: @Sendable (ProblemDocument, ContractRequest) -> ContractResponse
    /// The routes, in the order they were given.
    public private(set) var routes: [Route] = []

    /// Creates a table.
    /// - Parameters:
    ///   - routes: The routes; of two with equal method and template the first wins.
    ///   - authenticator: Judges credentials.
    ///   - refusal: How a refusal is answered that comes from no handler; as problem document by default.
    ///   - report: Told of every error that a handler throws, which the caller sees as 500 without details.
    public init(
        routes: [Route], authenticator: any Authenticator,
        refusal: @escaping @Sendable (ProblemDocument, ContractRequest) -> ContractResponse = { problem, _ in
            problem.response
        },
        report: @escaping @Sendable (any Error, Route) -> Void = { _, _ in }
    ) {
        self.authenticator = authenticator
        self.refusal = refusal
        self.report = report
        for route in routes { add(route) }
    }

    private mutating func add(_ route: Route) {
        routes.append(route)
        var node = 0
        var names: [String] = []
        for segment in route.template.split(separator: "/", omittingEmptySubsequences: true) {
            let next: Int
            if let mixed = SegmentPattern.parse(segment) {
                names += mixed.names
                next = nodes[node].patterns.first { $0.pattern == mixed.pattern }?.child ?? nodes.count
                if next == nodes.count { nodes[node].add(mixed.pattern, child: next) }
            } else if segment.hasPrefix("{"), segment.hasSuffix("}") {
                names.append(String(segment.dropFirst().dropLast()))
                next = nodes[node].parameter ?? nodes.count
                nodes[node].parameter = next
            } else {
                next = nodes[node].children[String(segment)] ?? nodes.count
                nodes[node].children[String(segment)] = next
            }
            if next == nodes.count { nodes.append(Node()) }
            node = next
        }
        if nodes[node].routes[route.method.rawValue] == nil {
            nodes[node].routes[route.method.rawValue] = (route, names)
        }
    }

    /// What a path and a method lead to.
    public enum Match: Sendable {
        /// A route with its path parameters as they stand in the path.
        case route(Route, parameters: [String: Substring])
        /// The path exists with these methods only.
        case otherMethods([String])
        /// No such path.
        case none
    }

    /// Finds the route of a request.
    public func match(_ request: ContractRequest) -> Match {
        let segments = request.path.split(separator: "/", omittingEmptySubsequences: true)
        var values: [Substring] = []
        guard let node = find(segments[...], from: 0, &values) else { return .none }
        guard let (route, names) = nodes[node].routes[request.method.rawValue] else {
            return .otherMethods(nodes[node].routes.keys.sorted())
        }
        return .route(route, parameters: Dictionary(zip(names, values), uniquingKeysWith: { first, _ in first }))
    }

    /// Fixed segments win over mixed ones, those over parameters; goes back where one leads nowhere.
    private func find(_ segments: ArraySlice<Substring>, from node: Int, _ values: inout [Substring]) -> Int? {
        guard let segment = segments.first else { return nodes[node].routes.isEmpty ? nil : node }
        guard let decoded = PercentCoding.decode(segment) else { return nil }
        if let child = nodes[node].children[decoded], let found = find(segments.dropFirst(), from: child, &values) {
            return found
        }
        for (pattern, child) in nodes[node].patterns {
            guard let found = pattern.values(in: segment) else { continue }
            values += found
            if let found = find(segments.dropFirst(), from: child, &values) { return found }
            values.removeLast(found.count)
        }
        guard let parameter = nodes[node].parameter else { return nil }
        values.append(segment)
        if let found = find(segments.dropFirst(), from: parameter, &values) { return found }
        values.removeLast()
        return nil
    }

    /// Answers a request.
    /// - Parameters:
    ///   - request: The request.
    ///   - traceparent: W3C trace context of the call.
    public func respond(to request: ContractRequest, traceparent: String) async -> ContractResponse {
        switch match(request) {
        case .none:
            return refusal(
                ProblemDocument(status: 404, title: "Not Found", detail: "there is no such path"), request)
        case .otherMethods(let methods):
            var response = refusal(
                ProblemDocument(
                    status: 405, title: "Method Not Allowed", detail: "allowed: \(methods.joined(separator: ", "))"),
                request)
            response.headers[.allow] = methods.joined(separator: ", ")
            return response
        case .route(let route, let parameters):
            return await respond(to: request, route: route, parameters: parameters, traceparent: traceparent)
        }
    }

    private func respond(
        to request: ContractRequest, route: Route, parameters: [String: Substring], traceparent: String
    ) async -> ContractResponse {
        var context = RequestContext(traceparent: traceparent, headers: request.headers)
        if !route.security.isEmpty {
            guard let principal = await authenticate(request, route) else {
                var response = refusal(
                    ProblemDocument(status: 401, title: "Unauthorized", detail: "a valid credential is needed"),
                    request)
                response.headers[.wwwAuthenticate] = Self.challenge(route.security)
                return response
            }
            context.principal = principal
        }
        do {
            // A broken escape was refused by the search already.
            let decoded = parameters.mapValues { PercentCoding.decode($0) ?? "" }
            return try await route.handle(
                ServerRequest(
                    request: request, pathParameters: decoded, rawPathParameters: parameters, context: context))
        } catch let problem as ProblemDocument {
            return refusal(problem, request)
        } catch let body as BodyTooLarge {
            return refusal(
                ProblemDocument(status: 413, title: "Content Too Large", detail: "at most \(body.limit) bytes"),
                request)
        } catch {
            report(error, route)
            return refusal(
                ProblemDocument(
                    status: 500, title: "Internal Server Error", detail: "the error was logged under this trace"),
                request)
        }
    }

    /// The HTTP schemes that would do (RFC 9110 §11.6.1); bearer where there is none.
    private static func challenge(_ security: [[SecurityRequirement]]) -> String {
        var challenges: [String] = []
        for requirement in security.joined() {
            let challenge = requirement.kind == .basic ? "Basic realm=\"\(requirement.scheme)\"" : "Bearer"
            if [.basic, .bearer].contains(requirement.kind), !challenges.contains(challenge) {
                challenges.append(challenge)
            }
        }
        return challenges.isEmpty ? "Bearer" : challenges.joined(separator: ", ")
    }

    private func authenticate(_ request: ContractRequest, _ route: Route) async -> Principal? {
        for alternative in route.security {
            var principal: Principal? = Principal(name: "anonymous")
            for requirement in alternative {
                principal = await authenticator.principal(of: request, for: requirement)
                if principal == nil { break }
            }
            if let principal { return principal }
        }
        return nil
    }
}

/// Carries requests to a route table in the same process; the same contracts hold as over TCP.
public struct InProcessTransport: ClientTransport {
    private let table: @Sendable () -> RouteTable

    /// - Parameter table: The table to call, asked for at every request so that services can be wired in a circle.
    public init(table: @escaping @Sendable () -> RouteTable) { self.table = table }

    /// Calls the route table.
    public func send(_ request: ContractRequest, options: RequestOptions) async throws(TransportError)
        -> ContractResponse
    {
        await table().respond(to: request, traceparent: request.headers[.traceparent] ?? TraceContext.make())
    }
}
