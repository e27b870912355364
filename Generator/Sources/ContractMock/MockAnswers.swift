public import ContractExchange
import ContractInstances
import ContractInterpreter
import ContractJSON
public import ContractModel
public import ContractRuntime
import HTTPTypes

/// Answers requests to APIs from nothing but their documents: examples where there are some that are valid, generated
/// instances elsewhere; problem documents for what an API would refuse.
///
/// The same request and seed get the same answer.
public struct MockAnswers: Sendable {
    /// Most bytes of a request body where the document does not say.
    public static let defaultBodyLimit = 1 << 20

    private let readers: [ExchangeReader]
    /// Paths of the readers' servers, in their order.
    private let prefixes: [ServerPrefixes]
    private let generator: InstanceGenerator
    private let graph: SchemaGraph
    private let interpreter: SchemaInterpreter
    private let seed: UInt64

    /// - Parameters:
    ///   - set: Contracts; their APIs are answered.
    ///   - seed: What generated values depend on.
    public init(_ set: ContractSet, seed: UInt64) {
        readers = set.contracts.compactMap { contract in
            guard case .api(let document) = contract.document else { return nil }
            return ExchangeReader(document, graph: set.graph)
        }
        prefixes = readers.map { ServerPrefixes($0.document.serverTemplates) }
        generator = InstanceGenerator(graph: set.graph)
        graph = set.graph
        interpreter = SchemaInterpreter(graph: set.graph)
        self.seed = seed
    }

    /// Every operation that is answered, as method and path.
    public var operations: [(method: String, path: String, id: String)] {
        readers.flatMap { $0.document.operations }.map { ($0.method.uppercased(), $0.path, $0.id) }
    }

    /// Most bytes of a body to a path, so that the server can stop reading.
    public func bodyLimit(method: String, path: String) -> Int {
        for (reader, prefixes) in zip(readers, prefixes) {
            guard case .operation(let operation, _) = prefixes.match(method: method, path: path, reader.matcher) else {
                continue
            }
            return operation.requestBody?.extensions["x-max-bytes"]?.int ?? Self.defaultBodyLimit
        }
        return Self.defaultBodyLimit
    }

    /// The answer to a request.
    public func answer(_ request: WireRequest) -> ContractResponse {
        var methods: [String] = []
        for (reader, prefixes) in zip(readers, prefixes) {
            switch prefixes.match(method: request.method, path: request.path, reader.matcher) {
            case .none: continue
            case .otherMethods(let others): methods += others
            case .operation(let operation, let parameters):
                return answer(request, operation, parameters, reader)
            }
        }
        guard !methods.isEmpty else {
            return ProblemDocument(status: 404, title: "Not Found", detail: "no operation has this path").response
        }
        let allowed = methods.joined(separator: ", ")
        var response = ProblemDocument(status: 405, title: "Method Not Allowed", detail: "allowed: \(allowed)").response
        response.headers[.allow] = allowed
        return response
    }

    private func answer(
        _ request: WireRequest, _ operation: APIOperation, _ parameters: [String: String], _ reader: ExchangeReader
    ) -> ContractResponse {
        let document: JSONValue
        do throws(ExchangeReader.Refusal) {
            document = try reader.document(of: request, for: operation, parameters: parameters)
        } catch {
            return Self.response(to: error)
        }
        let violations = reader.violations(of: document, for: operation)
        guard violations.isEmpty else {
            return ProblemDocument(
                status: 400, title: "Bad Request", detail: "the request does not satisfy its contract",
                violations: violations
            ).response
        }
        return success(request, operation)
    }

    private static func response(to refusal: ExchangeReader.Refusal) -> ContractResponse {
        switch refusal {
        case .credentials(let carriers):
            var response = ProblemDocument(
                status: 401, title: "Unauthorized",
                detail: "a credential is needed: \(carriers.joined(separator: " or "))"
            ).response
            response.headers[.wwwAuthenticate] = carriers.contains("basic") ? "Basic" : "Bearer"
            return response
        case .mediaType(let given, let known):
            return ProblemDocument(
                status: 415, title: "Unsupported Media Type",
                detail: "\(given) is none of \(known.joined(separator: ", "))"
            ).response
        case .body(let reason):
            return ProblemDocument(status: 400, title: "Bad Request", detail: "the body cannot be read: \(reason)")
                .response
        }
    }

    // MARK: Responses

    private func success(_ request: WireRequest, _ operation: APIOperation) -> ContractResponse {
        let preferences = Preferences(request.header("prefer") ?? "")
        if let code = preferences.impossibleCode {
            return ProblemDocument(
                status: 400, title: "Bad Request",
                detail: "the field Prefer asks for code=\(code), which is no status: name one from 100 to 599"
            ).response
        }
        guard let (status, response) = chosen(preferences.code, operation) else {
            return ProblemDocument(
                status: 501, title: "Not Implemented", detail: "\(operation.id) documents no such response"
            ).response
        }
        var random = SeededText(seed, "\(operation.id) \(request.path)?\(request.query)")
        var answer = ContractResponse(status: status)
        for header in response.headers {
            guard let name = HTTPField.Name(header.name), let value = value(header.schema, [], random.next()) else {
                continue
            }
            answer.headers[name] = Self.text(value)
        }
        guard !response.contents.isEmpty, status != 204, status != 304 else { return answer }
        guard let content = acceptable(request.header("accept"), response.contents) else {
            let known = response.contents.map(\.mediaType).joined(separator: ", ")
            return ProblemDocument(status: 406, title: "Not Acceptable", detail: "there is \(known)").response
        }
        answer.headers[.contentType] = Self.concrete(content.mediaType)
        let value = content.schema.map { self.value($0, content.examples, random.next()) } ?? content.examples.first
        guard let value else {
            if content.schema == nil { return answer }
            return ProblemDocument(
                status: 501, title: "Not Implemented",
                detail: "no value that satisfies the schema of \(operation.id) was found"
            ).response
        }
        let told = agreeing(value, status, content)
        answer.body = .bytes(MediaType.isJSON(content.mediaType) ? told.jsonBytes : Array(Self.text(told).utf8))
        return answer
    }

    /// A problem document repeats the status of its answer (RFC 9457, 3.1.2), where its schema lets it.
    private func agreeing(_ value: JSONValue, _ status: Int, _ content: APIContent) -> JSONValue {
        guard MediaType.essence(content.mediaType) == "application/problem+json", let schema = content.schema,
            case .object(var object) = value, object["status"] != nil
        else { return value }
        object["status"] = .number(JSONNumber(status))
        return interpreter.isValid(.object(object), against: schema) ? .object(object) : value
    }

    /// The response that is asked for, else the first success, else the first of all.
    private func chosen(_ code: Int?, _ operation: APIOperation) -> (status: Int, response: APIResponse)? {
        let documented = operation.responses
        if let code {
            for key in [String(code), "\(code / 100)XX", "default"] {
                if let found = documented.first(where: { $0.status == key }) { return (code, found.response) }
            }
            return nil
        }
        let ordered = documented.filter { $0.status.hasPrefix("2") } + documented.filter { $0.status.hasPrefix("3") }
        guard let found = ordered.first ?? documented.first(where: { $0.status == "default" }) ?? documented.first
        else {
            return nil
        }
        return (Int(found.status) ?? Int("\(found.status.prefix(1))00") ?? 200, found.response)
    }

    private func acceptable(_ accept: String?, _ contents: [APIContent]) -> APIContent? {
        guard let accept, !accept.isEmpty else { return contents.first }
        let ranges = accept.split(separator: ",").compactMap { range -> (type: String, quality: Double)? in
            let parts = range.split(separator: ";").map { $0.filter { $0 != " " } }
            let quality = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            return parts.first.map { ($0.lowercased(), quality) }
        }.filter { $0.quality > 0 }.sorted { $0.quality > $1.quality }
        for (range, _) in ranges {
            if let found = contents.first(where: { Self.covers(range, MediaType.essence($0.mediaType)) }) {
                return found
            }
        }
        return nil
    }

    private static func covers(_ range: String, _ type: String) -> Bool {
        if range == "*/*" || type == "*/*" || range == type { return true }
        let group = type.prefix { $0 != "/" }
        return range == "\(group)/*" || type == "\(range.prefix { $0 != "/" })/*"
    }

    /// A type for a range.
    private static func concrete(_ type: String) -> String { type.contains("*") ? "application/octet-stream" : type }

    /// An example that is valid, else a generated value.
    private func value(_ schema: SchemaID, _ examples: [JSONValue], _ seed: UInt64) -> JSONValue? {
        let known = examples + self.examples(of: schema)
        return known.first { interpreter.isValid($0, against: schema) } ?? generator.generate(schema, seed: seed)
    }

    /// Examples of a schema and of what it only refers to.
    private func examples(of schema: SchemaID) -> [JSONValue] {
        var found: [JSONValue] = []
        var current = schema
        var seen: Set<SchemaID> = []
        while seen.insert(current).inserted {
            found += graph[current].examples
            guard let next = graph[current].reference else { break }
            current = next
        }
        return found
    }

    private static func text(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): text
        case .array(let elements): elements.map(text).joined(separator: ",")
        default: value.jsonText
        }
    }
}

/// The `Prefer` field of a request (RFC 7240): `code=404` asks for a documented response.
struct Preferences {
    var code: Int?
    /// What stands for a status and can be none.
    var impossibleCode: String?

    init(_ text: String) {
        for part in text.split(separator: ",") {
            let pair = part.split(separator: "=").map { $0.filter { $0 != " " && $0 != "\"" } }
            if pair.count == 2, pair[0].lowercased() == "code" {
                code = Int(pair[1]).flatMap { (100...599).contains($0) ? $0 : nil }
                impossibleCode = code == nil ? pair[1] : nil
            }
        }
    }
}

/// Numbers that depend on a seed and a text alone.
struct SeededText {
    private var state: UInt64

    init(_ seed: UInt64, _ text: String) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325 ^ seed
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        state = hash
    }

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33
    }
}
