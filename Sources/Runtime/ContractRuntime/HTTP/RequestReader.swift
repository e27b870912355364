public import ContractJSON
import HTTPTypes

/// Reads and validates the input of one operation; what generated routes call. Violations of all parameters and the body
/// are collected before anything is refused.
public struct RequestReader {
    let request: ServerRequest
    private let query: [ParameterDecoding.Pair]
    private let cookies: [ParameterDecoding.Pair]
    var violations: [ContractViolation] = []
    /// Values of the parts of a multipart body that were accepted.
    var parts = JSONObject()
    private var unknownQuery = UnknownQuery()

    /// - Parameter request: The matched request.
    /// - Throws: ``ProblemDocument`` with 400 if the query is no percent-encoded UTF-8.
    public init(_ request: ServerRequest) throws(ProblemDocument) {
        self.request = request
        guard let pairs = Self.pairs(request.request.query ?? ""), Self.areDecodable(pairs) else {
            throw ProblemDocument(status: 400, title: "Bad Request", detail: "the query is not percent-encoded UTF-8")
        }
        query = pairs
        let fields = request.request.headers[values: .cookie].joined(separator: ";")
        cookies = fields.split(separator: ";").compactMap { part in
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2 else { return nil }
            return ParameterDecoding.Pair(name: String(halves[0]).trimmingSpaces, raw: halves[1])
        }
    }

    /// Names decoded, values as they came, in order; nil if a name is broken.
    static func pairs(_ text: some StringProtocol) -> [ParameterDecoding.Pair]? {
        var pairs: [ParameterDecoding.Pair] = []
        for part in text.split(separator: "&", omittingEmptySubsequences: true) {
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentCoding.decode(halves[0], plusIsSpace: true) else { return nil }
            pairs.append(ParameterDecoding.Pair(name: name, raw: Substring(halves.count > 1 ? halves[1] : "")))
        }
        return pairs
    }

    static func areDecodable(_ pairs: [ParameterDecoding.Pair]) -> Bool {
        pairs.allSatisfy { PercentCoding.decode($0.raw, plusIsSpace: true) != nil }
    }

    /// Where a parameter is carried.
    public enum Place: String, Sendable {
        /// In the path.
        case path
        /// In the query.
        case query
        /// In a header field.
        case header
        /// In a cookie.
        case cookie
    }

    /// Reads a parameter that may be absent.
    public mutating func optional<Value>(
        _ place: Place, _ name: String, _ form: ParameterForm, _ decode: (JSONNode, inout DecodingContext) -> Value?
    ) -> Value? {
        if place == .query { unknownQuery.takes(name, form) }
        guard let carrier = carrier(place, name) else { return nil }
        let before = violations
        let value = read(ParameterDecoding(name: name, form: form, carrier: carrier), at: place.rawValue, decode)
        if form.allowsEmpty, value == nil, query.contains(where: { $0.name == name && $0.raw.isEmpty }) {
            violations = before
        }
        return value
    }

    /// Reads a parameter that must be there.
    public mutating func required<Value>(
        _ place: Place, _ name: String, _ form: ParameterForm, _ decode: (JSONNode, inout DecodingContext) -> Value?
    ) -> Value? {
        let before = violations.count
        let value = optional(place, name, form, decode)
        if value == nil, violations.count == before {
            violations.append(
                ContractViolation(
                    instancePointer: "/\(place.rawValue)/\(JSONPointer.escape(name))", keyword: "required",
                    schemaPointer: "", message: "the \(place.rawValue) parameter \"\(name)\" is missing"))
        }
        return value
    }

    private func carrier(_ place: Place, _ name: String) -> ParameterDecoding.Carrier? {
        switch place {
        case .path: request.rawPathParameters[name].map { .segment($0) }
        case .query: .pairs(query, plusIsSpace: true)
        case .header: HTTPField.Name(name).flatMap { request.request.headers[$0] }.map { .field($0) }
        case .cookie: .pairs(cookies, plusIsSpace: false)
        }
    }

    private mutating func read<Value>(
        _ parameter: ParameterDecoding, at place: String, _ decode: (JSONNode, inout DecodingContext) -> Value?
    ) -> Value? {
        let pointer = "/\(place)/\(JSONPointer.escape(parameter.name))"
        let candidates: [JSONValue]
        do { candidates = try parameter.candidates() } catch {
            violations.append(
                ContractViolation(
                    instancePointer: pointer, keyword: "style", schemaPointer: "", message: error.reason))
            return nil
        }
        return decoded(candidates, at: pointer, decode)
    }

    /// The first candidate that the contract accepts; the violations of the first one if it accepts none.
    private mutating func decoded<Value>(
        _ candidates: [JSONValue], at pointer: String, _ decode: (JSONNode, inout DecodingContext) -> Value?
    ) -> Value? {
        accepted(candidates, at: pointer, decode)?.value
    }

    /// As ``decoded(_:at:_:)``, with the candidate that was accepted.
    mutating func accepted<Value>(
        _ candidates: [JSONValue], at pointer: String, _ decode: (JSONNode, inout DecodingContext) -> Value?
    ) -> (value: Value?, json: JSONValue)? {
        let before = violations
        var refusal: [ContractViolation]?
        for candidate in candidates {
            let value = decoded(candidate, at: pointer, decode)
            if violations.count == before.count { return (value, candidate) }
            refusal = refusal ?? violations
            violations = before
        }
        violations = refusal ?? before
        return nil
    }

    mutating func decoded<Value>(
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
        let (value, found) = document.withRoot { DecodingContext.read($0, decode) }
        violations += found.map {
            ContractViolation(
                instancePointer: pointer + $0.instancePointer, keyword: $0.keyword, schemaPointer: $0.schemaPointer,
                message: $0.message)
        }
        return value
    }

    // MARK: Bodies

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

    /// - Parameter refusesUnknownQuery: Whether a query parameter that was not asked for is a violation, as it is for
    ///   operations of ours.
    /// - Throws: ``ProblemDocument`` with 400 and every violation found so far.
    public func finish(refusesUnknownQuery: Bool = false) throws(ProblemDocument) {
        let unknown = refusesUnknownQuery ? unknownQuery.violations(query.map(\.name)) : []
        let violations = violations + unknown
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
