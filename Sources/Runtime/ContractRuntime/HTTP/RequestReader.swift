public import ContractJSON
import HTTPTypes

/// Reads and validates the input of one operation; what generated routes call. Violations of all parameters and the body
/// are collected before anything is refused.
public struct RequestReader {
    private let request: ServerRequest
    private let query: [(name: String, value: String)]
    private var violations: [ContractViolation] = []

    /// - Parameter request: The matched request.
    /// - Throws: ``ProblemDocument`` with 400 if the query is no percent-encoded UTF-8.
    public init(_ request: ServerRequest) throws(ProblemDocument) {
        self.request = request
        guard let pairs = PercentCoding.pairs(request.request.query ?? "") else {
            throw ProblemDocument(status: 400, title: "Bad Request", detail: "the query is not percent-encoded UTF-8")
        }
        query = pairs
    }

    /// Where a parameter is carried.
    public enum Place: String, Sendable {
        /// In the path.
        case path
        /// In the query.
        case query
        /// In a header field.
        case header
    }

    /// How the text of a parameter becomes a value.
    public enum Form: Sendable {
        /// A string.
        case text
        /// A number or truth value; other text stays a string, which the contract then refuses.
        case literal
        /// Strings, one for each occurrence of the parameter, or separated by commas where `isExploded` is false.
        case list(isExploded: Bool, isLiteral: Bool)
    }

    /// Reads a parameter that may be absent.
    public mutating func optional<Value>(
        _ place: Place, _ name: String, _ form: Form, _ decode: (JSONNode, inout DecodingContext) -> Value?
    ) -> Value? {
        let texts = texts(place, name)
        guard !texts.isEmpty, let value = value(texts, form) else { return nil }
        return decoded(value, at: "/\(place.rawValue)/\(JSONPointer.escape(name))", decode)
    }

    /// Reads a parameter that must be there.
    public mutating func required<Value>(
        _ place: Place, _ name: String, _ form: Form, _ decode: (JSONNode, inout DecodingContext) -> Value?
    ) -> Value? {
        if texts(place, name).isEmpty {
            violations.append(
                ContractViolation(
                    instancePointer: "/\(place.rawValue)/\(JSONPointer.escape(name))", keyword: "required",
                    schemaPointer: "", message: "the \(place.rawValue) parameter \"\(name)\" is missing"))
            return nil
        }
        return optional(place, name, form, decode)
    }

    private func texts(_ place: Place, _ name: String) -> [String] {
        switch place {
        case .path: request.pathParameters[name].map { [$0] } ?? []
        case .query: query.filter { $0.name == name }.map(\.value)
        case .header: HTTPField.Name(name).flatMap { request.request.headers[$0] }.map { [$0] } ?? []
        }
    }

    private func value(_ texts: [String], _ form: Form) -> JSONValue? {
        switch form {
        case .text: return texts.first.map(JSONValue.string)
        case .literal: return texts.first.map(Self.literal)
        case .list(let isExploded, let isLiteral):
            let parts =
                isExploded
                ? texts : texts.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
            return .array(parts.map { isLiteral ? Self.literal($0) : .string($0) })
        }
    }

    private static func literal(_ text: String) -> JSONValue {
        switch text {
        case "true": .bool(true)
        case "false": .bool(false)
        default: JSONNumber(text).map(JSONValue.number) ?? .string(text)
        }
    }

    private mutating func decoded<Value>(
        _ value: JSONValue, at pointer: String, _ decode: (JSONNode, inout DecodingContext) -> Value?
    ) -> Value? {
        do {
            return try check(JSONDocument(parsing: value.jsonBytes), at: pointer, decode)
        } catch {
            // The text was written by our own writer; only its size can be refused.
            violations.append(
                ContractViolation(
                    instancePointer: pointer, keyword: "maxLength", schemaPointer: "", message: error.reason))
            return nil
        }
    }

    private mutating func check<Value>(
        _ document: JSONDocument, at pointer: String, _ decode: (JSONNode, inout DecodingContext) -> Value?
    ) -> Value? {
        var context = DecodingContext()
        let value = document.withRoot { decode($0, &context) }
        violations += context.violations.map {
            ContractViolation(
                instancePointer: pointer + $0.instancePointer, keyword: $0.keyword, schemaPointer: $0.schemaPointer,
                message: $0.message)
        }
        return context.violations.isEmpty ? value : nil
    }

    /// Checks the content type of the body.
    /// - Throws: ``ProblemDocument`` with 415 if it is none of `allowed`; a missing one passes.
    public func contentType(_ allowed: [String]) throws(ProblemDocument) {
        guard let field = request.request.headers[.contentType] else { return }
        let type = field.prefix { $0 != ";" }.lowercased().trimmingSpaces
        if allowed.contains(where: { $0 == type || $0 == "*/*" || $0.hasSuffix("/*") && type.hasPrefix($0.dropLast()) })
        {
            return
        }
        if allowed.contains("application/json"), type.hasSuffix("+json") { return }
        throw ProblemDocument(
            status: 415, title: "Unsupported Media Type", detail: "expected \(allowed.joined(separator: " or "))")
    }

    /// Collects the body.
    public func bytes(limit: Int) async throws -> [UInt8] { try await request.request.body.collect(limit: limit) }

    /// Reads a JSON body. An empty body is nil where `isRequired` is false.
    /// - Throws: ``ProblemDocument`` with 400 or 413, ``BodyTooLarge``.
    public mutating func json<Value>(
        limit: Int, isRequired: Bool, _ decode: (JSONNode, inout DecodingContext) -> Value?
    ) async throws -> Value? {
        let bytes = try await bytes(limit: limit)
        if bytes.isEmpty, !isRequired { return nil }
        let document: JSONDocument
        do { document = try JSONDocument(parsing: bytes, limits: JSONLimits(maximumBytes: limit)) } catch {
            throw ProblemDocument(.syntax(error))
        }
        return check(document, at: "", decode)
    }

    /// Reads a form body as an object of strings (numbers and truth values where `literals` names the member).
    public mutating func form<Value>(
        limit: Int, literals: Set<String>, _ decode: (JSONNode, inout DecodingContext) -> Value?
    ) async throws -> Value? {
        let bytes = try await bytes(limit: limit)
        guard let text = String(validating: bytes, as: UTF8.self), let pairs = PercentCoding.pairs(text) else {
            throw ProblemDocument(status: 400, title: "Bad Request", detail: "the body is not percent-encoded UTF-8")
        }
        var object = JSONObject()
        for (name, value) in pairs { object[name] = literals.contains(name) ? Self.literal(value) : .string(value) }
        return decoded(.object(object), at: "", decode)
    }

    /// - Throws: ``ProblemDocument`` with 400 and every violation found so far.
    public func finish() throws(ProblemDocument) {
        if !violations.isEmpty { throw ProblemDocument(.violations(violations)) }
    }
}

extension StringProtocol {
    /// Without spaces and tabs at both ends.
    var trimmingSpaces: String {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        return String(drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }
}
