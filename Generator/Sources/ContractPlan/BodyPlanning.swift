import ContractJSON
import ContractModel

extension Planner {
    /// How a body travels. Of several media types the one that types say most about is generated; the others are named in
    /// a warning.
    mutating func body(
        _ contents: [APIContent], isRequired: Bool, extensions: JSONObject, as name: TypeName,
        at location: SourceLocation
    ) -> BodyPlan? {
        guard let first = contents.first else { return nil }
        let contentTypes = contents.map(\.mediaType)
        if extensions["x-raw-body"]?.bool == true {
            return BodyPlan(kind: .bytes, contentTypes: contentTypes, isRequired: isRequired)
        }
        if extensions["x-stream-body"]?.bool == true {
            return BodyPlan(kind: .stream, contentTypes: contentTypes, isRequired: isRequired)
        }
        var chosen: (content: APIContent, kind: BodyPlan.Kind)?
        if let json = contents.first(where: { Self.isJSON($0.mediaType) && $0.schema != nil }), let schema = json.schema
        {
            chosen = (json, .json(schema, representation(of: schema, as: name)))
        } else if let form = contents.first(where: { Self.isForm($0.mediaType) && $0.schema != nil }),
            let schema = form.schema, let fields = formFields(schema, form.encoding, at: location)
        {
            chosen = (form, .form(schema, representation(of: schema, as: name), fields: fields))
        } else if let multipart = contents.first(where: { Self.type($0.mediaType) == "multipart/form-data" }),
            let schema = multipart.schema, let parts = parts(schema, multipart.encoding, as: name, at: location)
        {
            chosen = (multipart, .multipart(parts))
        } else if let events = contents.first(where: { Self.type($0.mediaType) == "text/event-stream" }) {
            chosen = (events, .events)
        } else if Self.type(first.mediaType).hasPrefix("text/"), contents.count == 1 {
            chosen = (first, .text)
        }
        guard let chosen else { return BodyPlan(kind: .stream, contentTypes: contentTypes, isRequired: isRequired) }
        let others = contentTypes.filter { $0 != chosen.content.mediaType }
        if !others.isEmpty {
            diagnostics.append(
                Diagnostic(
                    .warning, at: location, "of several media types only \(chosen.content.mediaType) is generated",
                    reason: "one Swift type stands for the body; left out: \(others.joined(separator: ", "))",
                    remedy: "give each media type an operation of its own, or x-stream-body: true to handle the bytes"))
        }
        return BodyPlan(kind: chosen.kind, contentTypes: [chosen.content.mediaType], isRequired: isRequired)
    }

    /// A media type without parameters, in small letters.
    static func type(_ mediaType: String) -> String {
        String(mediaType.prefix { $0 != ";" }.lowercased().filter { !$0.isWhitespace })
    }

    /// Whether a media type is JSON (RFC 6839 suffix included).
    public static func isJSON(_ mediaType: String) -> Bool {
        let type = type(mediaType)
        return type == "application/json" || type.hasSuffix("+json")
    }

    private static func isForm(_ mediaType: String) -> Bool { type(mediaType) == "application/x-www-form-urlencoded" }

    // MARK: Forms

    private mutating func formFields(
        _ schema: SchemaID, _ encoding: JSONObject, at location: SourceLocation
    ) -> [FieldPlan]? {
        let structure = StructureCollector(predicates: predicates).collect(predicates.resolved(schema))
        return structure.properties.map { name, schemas in
            let typed = schemas.first { predicates.types(of: $0) != nil } ?? schemas[0]
            return field(name, typed, encoding[name])
        }
    }

    /// Style and shape of a field. Objects without a style are JSON texts, as OpenAPI 3.1 has it.
    private func field(_ name: String, _ schema: SchemaID, _ encoding: JSONValue?) -> FieldPlan {
        let style = encoding?["style"]?.string
        let isJSON = encoding?["contentType"]?.string.map(Self.isJSON) ?? false
        let isDeep = style == "deepObject"
        let isObject = predicates.types(of: schema)?.subtracting([.null]) == [.object]
        let shape = shape(of: schema, isDeep: isDeep)
        guard !isJSON, let shape, style != nil || encoding?["explode"] != nil || !isObject else {
            return FieldPlan(name: name, style: "json", explodes: false, allowsReserved: false, shape: .text)
        }
        return FieldPlan(
            name: name, style: style ?? "form", explodes: encoding?["explode"]?.bool ?? (style ?? "form" == "form"),
            allowsReserved: encoding?["allowReserved"]?.bool ?? false, shape: shape)
    }

    // MARK: Multipart

    private mutating func parts(
        _ schema: SchemaID, _ encoding: JSONObject, as name: TypeName, at location: SourceLocation
    ) -> [PartPlan]? {
        let structure = StructureCollector(predicates: predicates).collect(predicates.resolved(schema))
        guard !structure.properties.isEmpty else { return nil }
        guard structure.residuals.isEmpty else {
            diagnostics.append(
                Diagnostic(
                    at: set.graph[structure.residuals[0].schema].location,
                    "a multipart body has keywords about the whole object",
                    reason: "its parts are read one by one: only type, properties, required and allOf can be kept",
                    remedy: "say it in the schemas of the parts, or set x-stream-body: true at the request body"))
            return nil
        }
        var used: Set<String> = []
        return structure.properties.map { wireName, schemas in
            let typed = schemas.first { predicates.types(of: $0) != nil } ?? schemas[0]
            let encoding = encoding[wireName]
            if encoding?["headers"] != nil {
                diagnostics.append(
                    Diagnostic(
                        at: location, "the part \(wireName) has headers of its own",
                        reason: "a part is generated with its name, file name and content type only",
                        remedy: "carry the value in a part, or set x-stream-body: true at the request body"))
            }
            var swiftName = SwiftNaming.plainMemberName(wireName)
            while !used.insert(swiftName).inserted { swiftName += "Value" }
            var field = field(wireName, typed, encoding)
            if isList(typed, whose: { self.shape(of: $0)?.isScalar == false }) { field.style = "json" }
            let kind: PartPlan.Kind
            if isBinary(typed) {
                kind = .file
            } else if isList(typed, whose: { self.isBinary($0) }) {
                kind = .files
            } else {
                // The body itself has no type, so that the types of its parts stand beside it.
                let own = (name.path.last ?? "") + SwiftNaming.typeName(wireName)
                let partName = TypeName(module: name.module, path: name.path.dropLast() + [own])
                kind = .value(typed, representation(of: typed, as: partName))
            }
            return PartPlan(
                kind: kind, field: field, swiftName: swiftName, contentType: encoding?["contentType"]?.string,
                isRequired: structure.required.contains { $0.name == wireName },
                summary: set.graph[schemas[0]].summary ?? set.graph[predicates.resolved(typed)].summary)
        }
    }

    private func isList(_ id: SchemaID, whose test: (SchemaID) -> Bool) -> Bool {
        let target = set.graph[predicates.resolved(id)]
        return target.types == [.array] && target.items.map(test) ?? false
    }

    /// Whether a schema stands for bytes rather than text (OpenAPI 3.1 §4.8.14.5, and 3.0's `format: binary`).
    private func isBinary(_ id: SchemaID) -> Bool {
        let schema = set.graph[predicates.resolved(id)]
        guard schema.types == nil || schema.types == [.string], schema.contentEncoding == nil else { return false }
        if schema.format == "binary" { return true }
        guard let media = schema.contentMediaType else { return false }
        return !Self.isJSON(media) && !Self.type(media).hasPrefix("text/")
    }
}
