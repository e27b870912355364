public import ContractJSON

/// Bodies of type `application/x-www-form-urlencoded`.
extension RequestReader {
    /// Most ways in which the fields of one form are understood before it is refused.
    private static var maximumReadings: Int { 64 }

    /// Reads a form body as the object that it carries.
    /// - Parameters:
    ///   - limit: Most bytes of the body.
    ///   - isRequired: Whether an empty body is read too, as an object without members.
    ///   - fields: Forms of the fields that the contract names.
    ///   - rest: What other fields become: texts, if it says nothing.
    public mutating func form<Value>(
        limit: Int, isRequired: Bool, fields: [String: ParameterForm], rest: ParameterForm.Shape = .text,
        _ decode: (JSONNode, inout DecodingContext) -> Value?
    ) async throws -> Value? {
        let bytes = try await bytes(limit: limit)
        if bytes.isEmpty, !isRequired { return nil }
        guard let text = String(validating: bytes, as: UTF8.self), let pairs = Self.pairs(text),
            Self.areDecodable(pairs)
        else {
            throw ProblemDocument(status: 400, title: "Bad Request", detail: "the body is not percent-encoded UTF-8")
        }
        // What a text means may be decided by the whole object: all readings are tried, the likeliest first.
        var readings = [JSONObject()]
        func read(_ name: String, _ candidates: [JSONValue]) {
            if candidates.isEmpty { return }
            let combined = candidates.flatMap { candidate in
                readings.map { reading in
                    var reading = reading
                    reading[name] = candidate
                    return reading
                }
            }
            readings = Array(combined.prefix(Self.maximumReadings))
        }
        var taken: Set<String> = []
        for (name, form) in fields.sorted(by: { $0.key < $1.key }) {
            let field = ParameterDecoding(name: name, form: form, carrier: .pairs(pairs, plusIsSpace: true))
            do { read(name, Self.distinct(try field.candidates())) } catch {
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
        let others = pairs.map(\.name).filter { name in
            !taken.contains { $0 == name || name.hasPrefix($0 + "[") }
        }
        var seen: Set<String> = []
        for name in others where seen.insert(name).inserted {
            let form = ParameterForm(.form, explodes: true, rest)
            let field = ParameterDecoding(name: name, form: form, carrier: .pairs(pairs, plusIsSpace: true))
            read(name, Self.distinct((try? field.candidates()) ?? []))
        }
        return accepted(readings.map(JSONValue.object), at: "", decode)?.value
    }

    private static func distinct(_ values: [JSONValue]) -> [JSONValue] {
        values.reduce(into: []) { found, value in if !found.contains(value) { found.append(value) } }
    }
}
