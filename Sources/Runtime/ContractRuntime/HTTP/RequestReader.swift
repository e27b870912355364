public import ContractJSON
import HTTPTypes

/// Reads and validates the input of one operation; what generated routes call. Violations of all parameters and the body
/// are collected before anything is refused.
public struct RequestReader {
    private let request: ServerRequest
    private let query: [ParameterDecoding.Pair]
    private let cookies: [ParameterDecoding.Pair]
    private var violations: [ContractViolation] = []
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
    private static func pairs(_ text: some StringProtocol) -> [ParameterDecoding.Pair]? {
        var pairs: [ParameterDecoding.Pair] = []
        for part in text.split(separator: "&", omittingEmptySubsequences: true) {
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentCoding.decode(halves[0], plusIsSpace: true) else { return nil }
            pairs.append(ParameterDecoding.Pair(name: name, raw: Substring(halves.count > 1 ? halves[1] : "")))
        }
        return pairs
    }

    private static func areDecodable(_ pairs: [ParameterDecoding.Pair]) -> Bool {
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
        return read(ParameterDecoding(name: name, form: form, carrier: carrier), at: place.rawValue, decode)
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
        let before = violations
        var refusal: [ContractViolation]?
        for candidate in candidates {
            let value = decoded(candidate, at: pointer, decode)
            if violations.count == before.count { return value }
            refusal = refusal ?? violations
            violations = before
        }
        violations = refusal ?? before
        return nil
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

    /// Reads a form body as the object that it carries. Fields that are not listed are texts.
    public mutating func form<Value>(
        limit: Int, isRequired: Bool, fields: [String: ParameterForm],
        _ decode: (JSONNode, inout DecodingContext) -> Value?
    ) async throws -> Value? {
        let bytes = try await bytes(limit: limit)
        if bytes.isEmpty, !isRequired { return nil }
        guard let text = String(validating: bytes, as: UTF8.self), let pairs = Self.pairs(text),
            Self.areDecodable(pairs)
        else {
            throw ProblemDocument(status: 400, title: "Bad Request", detail: "the body is not percent-encoded UTF-8")
        }
        var object = JSONObject()
        var taken: Set<String> = []
        for (name, form) in fields.sorted(by: { $0.key < $1.key }) {
            let field = ParameterDecoding(name: name, form: form, carrier: .pairs(pairs, plusIsSpace: true))
            do {
                // What a choice means is decided by the whole object; the first meaning is tried.
                if let value = try field.candidates().first { object[name] = value }
            } catch {
                violations.append(
                    ContractViolation(
                        instancePointer: "/\(JSONPointer.escape(name))", keyword: "style", schemaPointer: "",
                        message: error.reason))
            }
            taken.insert(name)
            if form.style == .form, form.explodes, case .object(let members, _) = form.shape {
                taken.formUnion(members.keys)
            }
        }
        for pair in pairs where !taken.contains(where: { $0 == pair.name || pair.name.hasPrefix($0 + "[") }) {
            object[pair.name] = PercentCoding.decode(pair.raw, plusIsSpace: true).map(JSONValue.string)
        }
        return decoded(.object(object), at: "", decode)
    }

    /// Reads the parts of a multipart body.
    /// - Parameters:
    ///   - limit: Most bytes of the body.
    ///   - files: Names of the parts that are files.
    ///   - streamed: Name of the file that is handed over as a stream, if there is one.
    ///   - required: Names of the parts that must be there.
    public func multipart(
        limit: Int, files: Set<String>, streamed: String?, required: Set<String>
    ) async throws -> MultipartParts {
        try await MultipartParts.read(
            request.request.body, contentType: request.request.headers[.contentType] ?? "", limit: limit, files: files,
            streamed: streamed, required: required)
    }

    /// Reads a part that is a value.
    public mutating func part<Value>(
        _ parts: MultipartParts, _ name: String, _ form: ParameterForm, isRequired: Bool,
        _ decode: (JSONNode, inout DecodingContext) -> Value?
    ) -> Value? {
        let pointer = "/\(JSONPointer.escape(name))"
        let texts = parts.values.filter { $0.name == name }.map(\.bytes)
        if texts.isEmpty {
            if isRequired { missing(pointer, "the part \"\(name)\" is missing") }
            return nil
        }
        if form.style == .json {
            let document: JSONDocument
            do { document = try JSONDocument(parsing: texts[0]) } catch {
                missing(pointer, keyword: "contentType", "at byte \(error.offset): \(error.reason)")
                return nil
            }
            return check(document, at: pointer, decode)
        }
        let pairs = texts.map { text in
            ParameterDecoding.Pair(
                name: name, raw: Substring(PercentCoding.encode(String(decoding: text, as: UTF8.self))))
        }
        let decoding = ParameterDecoding(
            name: name, form: ParameterForm(.form, explodes: true, form.shape),
            carrier: .pairs(pairs, plusIsSpace: false))
        do { return decoded(try decoding.candidates(), at: pointer, decode) } catch {
            missing(pointer, keyword: "style", error.reason)
            return nil
        }
    }

    /// The files of a name.
    public mutating func files(_ parts: MultipartParts, _ name: String, isRequired: Bool) -> [MultipartFile] {
        let files = parts.files.filter { $0.name == name }.map(\.file)
        if files.isEmpty, isRequired { missing("/\(JSONPointer.escape(name))", "the part \"\(name)\" is missing") }
        return files
    }

    private mutating func missing(_ pointer: String, keyword: String = "required", _ message: String) {
        violations.append(
            ContractViolation(instancePointer: pointer, keyword: keyword, schemaPointer: "", message: message))
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
