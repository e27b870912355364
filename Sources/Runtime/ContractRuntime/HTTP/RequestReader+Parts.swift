public import ContractJSON

/// Bodies of type `multipart/form-data`.
extension RequestReader {
    /// Reads the parts of a multipart body.
    /// - Parameters:
    ///   - limit: Most bytes of the body.
    ///   - values: Names of the parts that are values.
    ///   - files: Names of the parts that are files.
    ///   - streamed: Name of the file that is handed over as a stream, if there is one.
    ///   - required: Names of the parts that must be there.
    public func multipart(
        limit: Int, values: Set<String> = [], files: Set<String>, streamed: String?, required: Set<String>
    ) async throws -> MultipartParts {
        try await MultipartParts.read(
            request.request.body, contentType: request.request.headers[.contentType] ?? "", limit: limit,
            values: values, files: files, streamed: streamed, required: required)
    }

    /// Reads a part that is a value.
    public mutating func part<Value>(
        _ parts: MultipartParts, _ name: String, _ form: ParameterForm, isRequired: Bool,
        _ rules: PartRules = PartRules(), _ decode: (JSONNode, inout DecodingContext) -> Value?
    ) -> Value? {
        let pointer = "/\(JSONPointer.escape(name))"
        check(parts, name, rules)
        let pairs = parts.values.map { part in
            ParameterDecoding.Pair(name: part.head.name, raw: Substring(String(decoding: part.bytes, as: UTF8.self)))
        }
        let candidates: [JSONValue]
        do { candidates = try ParameterDecoding(name: name, form: form, carrier: .parts(pairs)).candidates() } catch {
            let keyword = form.style == .json ? "contentType" : "style"
            missing(pointer, keyword: keyword, error.reason)
            return nil
        }
        if candidates.isEmpty {
            if isRequired { missing(pointer, "the part \"\(name)\" is missing") }
            return nil
        }
        guard let (value, json) = accepted(candidates, at: pointer, decode) else { return nil }
        self.parts[name] = json
        return value
    }

    /// The file of a name.
    public mutating func file(
        _ parts: MultipartParts, _ name: String, isRequired: Bool, _ rules: PartRules = PartRules()
    ) -> MultipartFile? {
        let file = files(parts, name, isRequired: isRequired, rules).first
        if file != nil { self.parts[name] = .string("") }
        return file
    }

    /// The files of a name.
    public mutating func files(
        _ parts: MultipartParts, _ name: String, isRequired: Bool, _ rules: PartRules = PartRules()
    ) -> [MultipartFile] {
        let files = parts.files.filter { $0.head.name == name }.map(\.file)
        if files.isEmpty, isRequired { missing("/\(JSONPointer.escape(name))", "the part \"\(name)\" is missing") }
        if !files.isEmpty { self.parts[name] = .array(files.map { _ in .string("") }) }
        check(parts, name, rules)
        return files
    }

    private mutating func check(_ parts: MultipartParts, _ name: String, _ rules: PartRules) {
        for head in parts.heads(name) {
            violations += rules.violations(name, contentType: head.contentType, head.headers)
        }
    }

    /// The headers of the parts of a name, in order.
    /// - Parameter read: Reads those of one part.
    public mutating func headers<Headers>(
        _ parts: MultipartParts, _ name: String, _ read: (PartHeaders, inout RequestReader) -> Headers?
    ) -> [Headers] {
        parts.heads(name).compactMap { read($0.headers, &self) }
    }

    /// A header field of a part; nil if it is absent or broken, which is a violation.
    public mutating func header<Value>(
        _ headers: PartHeaders, of part: String, _ name: String, _ form: ParameterForm,
        _ decode: (JSONNode, inout DecodingContext) -> Value?
    ) -> Value? {
        guard let text = headers[name] else { return nil }
        let pointer = "/\(JSONPointer.escape(part))/headers/\(JSONPointer.escape(name))"
        do {
            let candidates = try ParameterDecoding(name: name, form: form, carrier: .field(text)).candidates()
            return accepted(candidates, at: pointer, decode)?.value
        } catch {
            missing(pointer, keyword: "style", error.reason)
            return nil
        }
    }

    /// Parts that the contract does not name.
    /// - Parameters:
    ///   - known: Names of the others.
    ///   - form: How their values are written.
    /// - Returns: The parts, which ``whole(_:)`` sees too.
    @discardableResult
    public mutating func others(
        _ parts: MultipartParts, besides known: Set<String>, _ form: ParameterForm
    ) -> [MultipartPart] {
        let isOther: (String) -> Bool = { name in !known.contains { $0 == name || name.hasPrefix($0 + "[") } }
        var found: [MultipartPart] = []
        var names: [String] = []
        for part in parts.values where isOther(part.head.name) && !names.contains(part.head.name) {
            names.append(part.head.name)
        }
        for name in names {
            let same = parts.values.filter { $0.head.name == name }
            let isJSON = same.contains { $0.head.contentType?.lowercased().hasPrefix("application/json") ?? false }
            let pairs = same.map { part in
                ParameterDecoding.Pair(name: name, raw: Substring(String(decoding: part.bytes, as: UTF8.self)))
            }
            let form = isJSON ? ParameterForm(.json) : form
            do {
                let decoding = ParameterDecoding(name: name, form: form, carrier: .parts(pairs))
                guard let value = try decoding.candidates().first else { continue }
                self.parts[name] = value
                found.append(MultipartPart(name: name, content: .value(value)))
            } catch { missing("/\(JSONPointer.escape(name))", keyword: "style", error.reason) }
        }
        for part in parts.files where isOther(part.head.name) {
            self.parts[part.head.name] = .string("")
            found.append(MultipartPart(name: part.head.name, content: .file(part.file)))
        }
        return found
    }

    /// Checks what the contract says of the body as a whole, files as empty texts; once each part is as it should be.
    public mutating func whole(_ check: (JSONNode, inout DecodingContext) -> Void) {
        if violations.isEmpty { _ = decoded(.object(parts), at: "") { check($0, &$1) } }
    }

    private mutating func missing(_ pointer: String, keyword: String = "required", _ message: String) {
        violations.append(
            ContractViolation(instancePointer: pointer, keyword: keyword, schemaPointer: "", message: message))
    }
}
