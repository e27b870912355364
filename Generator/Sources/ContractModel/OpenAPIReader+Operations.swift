import ContractJSON
import ContractSource

extension OpenAPIReader {
    /// One operation.
    func operation(
        _ cursor: DocumentCursor,
        method: String,
        path: String,
        shared: [DocumentCursor],
        isTemplate: Bool
    ) -> APIOperation {
        reader.checkFields(
            cursor,
            of: "Operation Object",
            [
                "tags", "summary", "description", "externalDocs", "operationId", "parameters", "requestBody",
                "responses", "callbacks", "deprecated", "security", "servers",
            ]
        )
        var operation = APIOperation(
            location: cursor.node.location,
            id: reader.optional("operationId", of: cursor) ?? "",
            method: method,
            path: path
        )
        operation.title = reader.optional("summary", of: cursor)
        operation.summary = reader.optional("description", of: cursor)
        if let tags = cursor["tags"] { reader.checkList(tags, "tags") }
        operation.tags = cursor["tags"]?.elements.compactMap { reader.string($0.node, "A tag") } ?? []
        operation.isDeprecated = reader.flag("deprecated", of: cursor) ?? false
        operation.parameters = parameters(shared: shared, own: cursor["parameters"])
        dropDescribedElsewhere(&operation.parameters)
        if let servers = cursor["servers"] { operation.servers = self.servers(servers) }
        if let documentation = cursor["externalDocs"] { check(externalDocs: documentation) }
        if isTemplate { checkTemplate(path, &operation.parameters, at: cursor) }
        operation.requestBody = cursor["requestBody"].flatMap(requestBody)
        if let responses = cursor["responses"]?.node, responses.members == nil {
            log.error(responses, "responses is \(responses.kind); it has to be a mapping of statuses.")
        }
        for (status, response) in cursor["responses"]?.entries ?? [] {
            check(status: status, at: response)
            guard let response = self.response(response) else { continue }
            operation.responses.append((status, response))
        }
        if let security = cursor["security"] ?? root["security"] { operation.security = requirements(security) }
        operation.callbacks = (cursor["callbacks"]?.entries ?? []).map { ($0.name, callback($0.value)) }
        operation.extensions = cursor.extensions
        return operation
    }

    private func check(status: String, at response: DocumentCursor) {
        let digits = Array(status.utf8)
        let isCode = digits.count == 3 && (49...53).contains(digits[0]) && digits.allSatisfy { (48...57).contains($0) }
        let isRange = digits.count == 3 && (49...53).contains(digits[0]) && status.hasSuffix("XX")
        if status == "default" || isCode || isRange { return }
        log.error(
            response.node,
            "\(status) is no status of a response.",
            reason: "A status is three digits (200), a range (2XX) or default."
        )
    }

    // MARK: Parameters

    private func parameters(shared: [DocumentCursor], own: DocumentCursor?) -> [APIParameter] {
        if let own { reader.checkList(own, "parameters") }
        var parameters: [APIParameter] = []
        for (isOwn, cursor) in shared.map({ (false, $0) }) + (own?.elements ?? []).map({ (true, $0) }) {
            guard let parameter = parameter(cursor) else { continue }
            let same = parameters.firstIndex { $0.name == parameter.name && $0.place == parameter.place }
            guard let same else {
                parameters.append(parameter)
                continue
            }
            if isOwn, own?.elements.contains(where: { $0.node.location == parameters[same].location }) == true {
                log.error(cursor.node, "The parameter \(parameter.name) stands here twice.", remedy: "Remove one.")
            }
            parameters[same] = parameter
        }
        return parameters
    }

    /// Leaves out the header parameters that OpenAPI has ignored (3.1, 4.8.12): other parts of the document describe them.
    private func dropDescribedElsewhere(_ parameters: inout [APIParameter]) {
        let places = [
            "accept": "the content of responses", "content-type": "the content of bodies", "authorization": "security",
        ]
        parameters.removeAll { parameter in
            guard parameter.place == .header, let place = places[parameter.name.lowercased()] else { return false }
            log.add(
                Diagnostic(
                    .warning, at: parameter.location, "The header parameter \(parameter.name) is ignored.",
                    reason: "OpenAPI has \(place) describe it (3.1, 4.8.12).",
                    remedy: parameter.name.lowercased() == "authorization"
                        ? "Describe a scheme in components.securitySchemes and name it in security." : "Remove it."))
            return true
        }
    }

    /// Reports names that stand only in the path or only in the parameters; what can be told is put right.
    private func checkTemplate(_ path: String, _ parameters: inout [APIParameter], at cursor: DocumentCursor) {
        let names = Self.templateNames(path)
        let declared = parameters.filter { $0.place == .path }.map(\.name)
        for name in names where !declared.contains(name) {
            reader.lapse(
                cursor,
                "The path parameter \(name) of \(path) is not described.",
                reason: "Every name in braces needs a parameter with in: path.",
                remedy: NearestName.of(name, among: declared).map { "Did you mean \($0)?" } ?? "Add it to parameters."
            )
            let schema = reader.builder.missingSchema(at: cursor.node, document: cursor.document, types: [.string])
            parameters.append(
                APIParameter(
                    location: cursor.node.location,
                    name: name,
                    place: .path,
                    isRequired: true,
                    style: "simple",
                    explodes: false,
                    schema: schema
                )
            )
        }
        for name in declared where !names.contains(name) {
            reader.lapse(
                cursor,
                "The path \(path) has no {\(name)}.",
                reason: "A parameter with in: path has to stand in the path in braces.",
                remedy: NearestName.of(name, among: names).map { "Did you mean \($0)?" }
            )
            parameters.removeAll { $0.place == .path && $0.name == name }
        }
    }

    /// The names in braces of a path template.
    static func templateNames(_ path: String) -> [String] {
        path.split(separator: "{", omittingEmptySubsequences: false).dropFirst().compactMap { part in
            part.firstIndex(of: "}").map { String(part[..<$0]) }
        }
    }

    /// One parameter.
    func parameter(_ cursor: DocumentCursor) -> APIParameter? {
        guard let target = reader.dereference(cursor) else { return nil }
        reader.checkFields(
            target,
            of: "Parameter Object",
            [
                "name", "in", "description", "required", "deprecated", "allowEmptyValue", "style", "explode",
                "allowReserved", "schema", "example", "examples", "content",
            ]
        )
        guard let name = reader.required("name", of: target, "Parameter Object"),
            let place = reader.required("in", of: target, "Parameter Object")
        else { return nil }
        guard let place = APIParameter.Place(rawValue: place) else {
            log.error(
                target.node["in"] ?? target.node,
                "\(place) is no place of a parameter.",
                reason: "Parameters are carried in path, query, header or cookie.",
                remedy: place == "body" || place == "formData"
                    ? "Describe a body with requestBody."
                    : NearestName.of(place, among: ["path", "query", "header", "cookie"]).map { "Did you mean \($0)?" }
            )
            return nil
        }
        guard var parameter = described(target, name: name, place: place) else { return nil }
        parameter.allowsEmpty = allowsEmpty(target, parameter)
        if let summary = reader.optional("description", of: cursor) { parameter.summary = summary }
        if place == .path, !parameter.isRequired {
            parameter.isRequired = true
            reader.lapse(
                target,
                "The path parameter \(name) is not required.",
                reason: "A path has all of its parts.",
                remedy: "Add required: true."
            )
        }
        return parameter
    }

    /// `allowEmptyValue`, which is about optional parameters in the query whose schema has no empty text.
    private func allowsEmpty(_ cursor: DocumentCursor, _ parameter: APIParameter) -> Bool {
        guard let node = cursor.node["allowEmptyValue"], reader.flag("allowEmptyValue", of: cursor) == true else {
            return false
        }
        if parameter.place == .query, !parameter.isRequired { return true }
        log.warning(
            node, "allowEmptyValue of the parameter \(parameter.name) has no effect.",
            reason: "An empty value counts as none, which only an optional parameter of the query can have.",
            remedy: "Remove it, or let the schema accept the empty text.")
        return false
    }

    /// A response header, which is a parameter without name and place.
    func header(_ name: String, _ cursor: DocumentCursor) -> APIParameter? {
        guard let target = reader.dereference(cursor) else { return nil }
        reader.checkFields(
            target,
            of: "Header Object",
            [
                "description", "required", "deprecated", "style", "explode", "schema", "example", "examples", "content",
            ]
        )
        guard var header = described(target, name: name, place: .header) else { return nil }
        if let summary = reader.optional("description", of: cursor) { header.summary = summary }
        return header
    }

    private func described(_ cursor: DocumentCursor, name: String, place: APIParameter.Place) -> APIParameter? {
        _ = reader.examples(of: cursor)
        let isForm = place == .query || place == .cookie
        let style = reader.optional("style", of: cursor) ?? (isForm ? "form" : "simple")
        let styles = Self.styles(of: place)
        if !styles.contains(style) {
            log.error(
                cursor.node["style"] ?? cursor.node,
                "\(style) is no style of a \(place.rawValue) parameter.",
                reason: "It can be \(styles.joined(separator: ", ")).",
                remedy: NearestName.of(style, among: styles).map { "Did you mean \($0)?" }
            )
        }
        if let reserved = cursor.node["allowReserved"], place != .query {
            log.error(
                reserved,
                "allowReserved stands at a \(place.rawValue) parameter.",
                reason: "Only values in the query are percent-encoded with a choice.",
                remedy: "Remove it."
            )
        }
        guard let (schema, contentType) = value(of: cursor, name: name) else { return nil }
        return APIParameter(
            location: cursor.node.location,
            name: name,
            place: place,
            isRequired: reader.flag("required", of: cursor) ?? false,
            isDeprecated: reader.flag("deprecated", of: cursor) ?? false,
            summary: reader.optional("description", of: cursor),
            style: style,
            explodes: reader.flag("explode", of: cursor) ?? (style == "form"),
            allowsReserved: place == .query && (reader.flag("allowReserved", of: cursor) ?? false),
            schema: schema,
            contentType: contentType
        )
    }

    static func styles(of place: APIParameter.Place) -> [String] {
        switch place {
        case .path: ["simple", "label", "matrix"]
        case .query: ["form", "spaceDelimited", "pipeDelimited", "deepObject"]
        case .header: ["simple"]
        case .cookie: ["form"]
        }
    }

    private func value(of cursor: DocumentCursor, name: String) -> (SchemaID, String?)? {
        let schema = cursor["schema"]
        let content = cursor["content"]
        if let schema, content == nil {
            return (reader.builder.schema(at: schema.node, document: schema.document), nil)
        }
        guard let content, schema == nil, content.entries.count == 1, let entry = content.entries.first else {
            log.error(
                cursor.node,
                "The parameter \(name) needs either schema or content with one media type.",
                reason: schema != nil && content != nil ? "It has both." : nil
            )
            return nil
        }
        guard let schema = self.content(entry.name, entry.value).schema else {
            reader.lapse(entry.value, "The content of the parameter \(name) has no schema.")
            return (
                reader.builder.missingSchema(at: entry.value.node, document: cursor.document, types: nil), entry.name
            )
        }
        return (schema, entry.name)
    }
}
