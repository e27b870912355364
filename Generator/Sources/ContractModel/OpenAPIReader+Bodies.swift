import ContractJSON
import ContractSource

extension OpenAPIReader {
    /// A request body.
    func requestBody(_ cursor: DocumentCursor) -> APIRequestBody? {
        guard let target = reader.dereference(cursor) else { return nil }
        reader.checkFields(target, of: "Request Body Object", ["description", "content", "required"])
        guard let content = target["content"] else {
            log.error(target.node, "The Request Body Object has no content.", reason: "The field is required.")
            return nil
        }
        return APIRequestBody(
            location: target.node.location,
            summary: reader.optional("description", of: cursor) ?? reader.optional("description", of: target),
            isRequired: reader.flag("required", of: target) ?? false,
            contents: contents(content),
            extensions: target.extensions
        )
    }

    /// A response.
    func response(_ cursor: DocumentCursor) -> APIResponse? {
        guard let target = reader.dereference(cursor) else { return nil }
        reader.checkFields(target, of: "Response Object", ["description", "headers", "content", "links"])
        let own = cursor.node["$ref"] == nil ? nil : reader.optional("description", of: cursor)
        let summary = own ?? reader.optional("description", of: target) ?? ""
        if own == nil, target.node["description"] == nil {
            reader.lapse(target, "The Response Object has no description.", reason: "The field is required.")
        }
        var response = APIResponse(location: target.node.location, summary: summary)
        for entry in target["headers"]?.freeEntries ?? [] where entry.name.lowercased() != "content-type" {
            if let header = header(entry.name, entry.value) { response.headers.append(header) }
        }
        response.contents = target["content"].map(contents) ?? []
        for entry in target["links"]?.freeEntries ?? [] {
            link(entry.value)
            response.links[entry.name] = entry.value.node.value
        }
        return response
    }

    /// Checks a link, which is documentation only.
    func link(_ cursor: DocumentCursor) {
        guard let target = reader.dereference(cursor) else { return }
        reader.checkFields(
            target,
            of: "Link Object",
            ["operationRef", "operationId", "parameters", "requestBody", "description", "server"]
        )
    }

    private func contents(_ cursor: DocumentCursor) -> [APIContent] {
        guard cursor.node.members != nil else {
            log.error(cursor.node, "content is \(cursor.node.kind); it has to be a mapping of media types.")
            return []
        }
        return cursor.entries.map { content($0.name, $0.value) }
    }

    /// One media type of a body.
    func content(_ mediaType: String, _ cursor: DocumentCursor) -> APIContent {
        checkMediaType(mediaType, cursor)
        guard let target = reader.dereference(cursor) else { return APIContent(mediaType: mediaType, schema: nil) }
        reader.checkFields(target, of: "Media Type Object", ["schema", "example", "examples", "encoding"])
        let schema = target["schema"].map { reader.builder.schema(at: $0.node, document: $0.document) }
        var partHeaders: [String: [APIParameter]] = [:]
        for entry in target["encoding"]?.freeEntries ?? [] {
            reader.checkFields(
                entry.value,
                of: "Encoding Object",
                ["contentType", "headers", "style", "explode", "allowReserved"]
            )
            partHeaders[entry.name] = (entry.value["headers"]?.freeEntries ?? []).compactMap {
                self.header($0.name, $0.value)
            }
            checkStyle(entry.value)
        }
        var content = APIContent(
            mediaType: mediaType,
            schema: schema,
            encoding: target.node["encoding"]?.value.object ?? JSONObject(),
            examples: reader.examples(of: target)
        )
        content.partHeaders = partHeaders
        return content
    }

    /// Reports a style that fields and parts do not have.
    private func checkStyle(_ encoding: DocumentCursor) {
        _ = reader.optional("contentType", of: encoding)
        _ = reader.flag("explode", of: encoding)
        _ = reader.flag("allowReserved", of: encoding)
        guard let style = reader.optional("style", of: encoding) else { return }
        let styles = Self.styles(of: .query)
        if !styles.contains(style) {
            log.error(
                encoding.node["style"] ?? encoding.node, "\(style) is no style of a field.",
                reason: "It can be \(styles.joined(separator: ", ")).",
                remedy: NearestName.of(style, among: styles).map { "Did you mean \($0)?" })
        }
    }

    private func checkMediaType(_ mediaType: String, _ cursor: DocumentCursor) {
        guard let slash = mediaType.firstIndex(of: "/") else {
            reader.lapse(
                cursor,
                "\(mediaType) is no media type.",
                remedy: mediaType == "json" ? "Write application/json." : nil
            )
            return
        }
        let kind = mediaType[..<slash].lowercased()
        guard kind != "*", !kind.hasPrefix("x-"), !Self.mediaKinds.contains(kind) else { return }
        reader.lapse(
            cursor,
            "\(mediaType) is no media type: there is no kind \(kind).",
            reason: "The kinds are \(Self.mediaKinds.joined(separator: ", ")) (IANA).",
            remedy: NearestName.of(kind, among: Self.mediaKinds).map { "Did you mean \($0)\(mediaType[slash...])?" }
        )
    }

    /// Top-level media types (RFC 6838 and IANA's registry, 2025).
    private static let mediaKinds = [
        "application", "audio", "example", "font", "haptics", "image", "message", "model", "multipart", "text", "video",
    ]

    /// Checks components that no operation of this document may use.
    func checkComponents() {
        guard let components = root["components"] else { return }
        reader.checkFields(
            components,
            of: "Components Object",
            isHarmless: true,
            [
                "schemas", "responses", "parameters", "examples", "requestBodies", "headers", "securitySchemes",
                "links", "callbacks", "pathItems",
            ]
        )
        for (section, cursor) in components.entries {
            for entry in cursor.freeEntries {
                checkName(entry.name, of: section, at: entry.value)
                switch section {
                case "responses": _ = response(entry.value)
                case "parameters": _ = parameter(entry.value)
                case "requestBodies": _ = requestBody(entry.value)
                case "headers": _ = header(entry.name, entry.value)
                case "links": link(entry.value)
                case "callbacks": _ = callback(entry.value)
                case "pathItems": _ = operations(of: entry.value, path: entry.name, isTemplate: false)
                default: break
                }
            }
        }
    }

    private func checkName(_ name: String, of section: String, at cursor: DocumentCursor) {
        let isValid =
            !name.isEmpty
            && name.utf8.allSatisfy {
                (48...57).contains($0) || (65...90).contains($0 & 0xDF) || $0 == 45 || $0 == 46 || $0 == 95
            }
        if !isValid {
            log.error(
                cursor.node,
                "\(name) is no name of a component.",
                reason: "Names of \(section) hold letters, digits, '.', '-' and '_' (OpenAPI 3.1, 4.8.7)."
            )
        }
    }
}
