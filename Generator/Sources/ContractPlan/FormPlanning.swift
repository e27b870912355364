import ContractJSON
import ContractModel

/// Bodies whose members travel as fields or parts.
extension Planner {
    // MARK: Members

    /// What a schema says of the members of a form: those that it names itself, then those that only branches of it name.
    struct FormMembers {
        var structure: CollectedStructure
        /// Names with every schema that applies somewhere, without references that stand alone.
        var members: [(name: String, schemas: [SchemaID])] = []
        /// Schemas of members without a name: `additionalProperties` and the like.
        var rest: [SchemaID] = []
    }

    func formMembers(_ schema: SchemaID) -> FormMembers {
        let structure = StructureCollector(predicates: predicates).collect(predicates.resolved(schema))
        var found = FormMembers(structure: structure, members: structure.properties)
        var seen: Set<SchemaID> = []
        var pending = structure.residuals.map(\.schema)
        for (_, value) in structure.additional where !set.graph[value].isNever { found.rest.append(value) }
        while let id = pending.popLast() {
            guard seen.insert(id).inserted else { continue }
            let schema = set.graph[id]
            for (name, own) in schema.properties where !structure.properties.contains(where: { $0.name == name }) {
                add(name, own, to: &found.members)
            }
            found.rest += schema.patternProperties.map(\.schema)
            found.rest += [schema.additionalProperties, schema.unevaluatedProperties].compactMap(\.self)
                .filter { !set.graph[$0].isNever && !found.rest.contains($0) }
            let optional = [schema.reference, schema.ifSchema, schema.thenSchema, schema.elseSchema]
            let branches =
                schema.allOf + schema.anyOf + schema.oneOf + schema.dependentSchemas.map(\.schema)
                + optional.compactMap(\.self)
            pending += branches.reversed()
        }
        return found
    }

    private func add(_ name: String, _ schema: SchemaID, to members: inout [(name: String, schemas: [SchemaID])]) {
        let target = predicates.resolved(schema)
        guard let index = members.firstIndex(where: { $0.name == name }) else {
            return members.append((name, [schema]))
        }
        if !members[index].schemas.contains(where: { predicates.resolved($0) == target }) {
            members[index].schemas.append(schema)
        }
    }

    /// What texts of several schemas become; nil if one has values that no text stands for.
    private func shape(ofAll schemas: [SchemaID]) -> ParameterShape? {
        let typed = schemas.filter { predicates.types(of: $0) != nil }
        var shapes: [ParameterShape] = []
        for schema in typed.isEmpty ? Array(schemas.prefix(1)) : typed {
            guard let shape = shape(of: schema) else { return nil }
            if !shapes.contains(shape) { shapes.append(shape) }
        }
        return shapes.isEmpty ? .text : shapes.count == 1 ? shapes[0] : .choice(shapes)
    }

    private func rest(_ schemas: [SchemaID]) -> ParameterShape {
        schemas.isEmpty ? .text : shape(ofAll: schemas) ?? .text
    }

    // MARK: Forms

    mutating func form(
        _ schema: SchemaID, _ content: APIContent, in module: String, at location: SourceLocation
    ) -> FormPlan {
        let form = formMembers(schema)
        checkEncoding(content, form, at: location)
        let isFlat: (ParameterShape) -> Bool = { shape in
            if case .object = shape { false } else { true }
        }
        let rest = rest(form.rest)
        return FormPlan(
            fields: form.members.map {
                field($0.name, $0.schemas, content.encoding[$0.name], in: module, at: location)
            },
            rest: isFlat(rest) ? rest : .text)
    }

    /// Style and shape of a field. What has no form in a style is a JSON text where the contract asks for no style.
    private mutating func field(
        _ name: String, _ schemas: [SchemaID], _ encoding: JSONValue?, in module: String, at location: SourceLocation
    ) -> FieldPlan {
        let style = encoding?["style"]?.string
        let hasStyle = style != nil || encoding?["explode"] != nil || encoding?["allowReserved"] != nil
        let explodes = encoding?["explode"]?.bool ?? (style ?? "form" == "form")
        func json(_ shape: ParameterShape) -> FieldPlan {
            FieldPlan(name: name, style: "json", explodes: shape != .text, allowsReserved: false, shape: shape)
        }
        // A style outdoes a content type (OpenAPI 3.1.0 §4.8.15).
        if !hasStyle, encoding?["contentType"]?.string.map(Self.isJSON) ?? false { return json(.text) }
        let deep = schemas.compactMap { self.shape(of: $0, isDeep: true) }
        let shape = style == "deepObject" ? deep.first : shape(ofAll: schemas)
        if let shape {
            if case .object = shape, !hasStyle { return json(.text) }
            return FieldPlan(
                name: name, style: style ?? "form", explodes: explodes,
                allowsReserved: encoding?["allowReserved"]?.bool ?? false, shape: shape)
        }
        if hasStyle {
            diagnostics.append(
                Diagnostic(
                    attitudes[module] == .open ? .warning : .error, at: location,
                    "the field \(name) has the style \(style ?? "form")",
                    reason:
                        "OpenAPI leaves undefined how lists and objects within a list or object stand in it: RFC 6570 knows lists of texts and pairs of texts only",
                    remedy:
                        "write contentType: application/json in encoding, without style and explode; so it is sent and read"
                ))
        }
        return json(schemas.contains { isList($0) { _ in true } } ? .list(.text) : .text)
    }

    /// Reports what `encoding` says to no effect.
    private mutating func checkEncoding(_ content: APIContent, _ form: FormMembers, at location: SourceLocation) {
        let isMultipart = Self.type(content.mediaType).hasPrefix("multipart/")
        for (name, encoding) in content.encoding.members {
            if !form.members.contains(where: { $0.name == name }) {
                diagnostics.append(
                    Diagnostic(
                        .warning, at: location, "encoding names \(name), which is no member of the body",
                        reason: "an entry of encoding is about the property of that name",
                        remedy: NearestName.of(name, among: form.members.map(\.name)).map { "did you mean \($0)?" }
                            ?? "remove it"))
            }
            if !isMultipart, encoding["headers"] != nil {
                diagnostics.append(
                    Diagnostic(
                        .warning, at: location, "the headers of \(name) are ignored",
                        reason: "only the parts of a multipart body have headers (OpenAPI 3.1, 4.8.15)",
                        remedy: "remove them, or use multipart/form-data"))
            }
        }
    }

    // MARK: Multipart

    mutating func multipart(
        _ schema: SchemaID, _ content: APIContent, as name: TypeName, at location: SourceLocation
    ) -> MultipartPlan? {
        let form = formMembers(schema)
        guard !form.members.isEmpty || !form.rest.isEmpty else { return nil }
        checkEncoding(content, form, at: location)
        var used: Set<String> = ["otherParts"]
        var parts: [PartPlan] = []
        for (wireName, schemas) in form.members {
            guard
                let part = part(
                    wireName, schemas, content, form, as: name, at: location, &used)
            else { return nil }
            parts.append(part)
        }
        var residuals = form.structure.residuals
        for (owner, value) in form.structure.additional where !predicates.isTrivial(value) {
            let covered = predicates.keywords(set.graph[owner]).subtracting(["additionalProperties"])
            residuals.append(Residual(schema: owner, covered: covered))
        }
        let others = form.rest.isEmpty ? nil : field("", form.rest, nil, in: name.module, at: location)
        return MultipartPlan(parts: parts, others: others, residuals: residuals)
    }

    private mutating func part(
        _ wireName: String, _ schemas: [SchemaID], _ content: APIContent, _ form: FormMembers, as name: TypeName,
        at location: SourceLocation, _ used: inout Set<String>
    ) -> PartPlan? {
        let encoding = content.encoding[wireName]
        let typed = schemas.first { predicates.types(of: $0) != nil } ?? schemas[0]
        var swiftName = SwiftNaming.plainMemberName(wireName)
        while !used.insert(swiftName).inserted { swiftName += "Value" }
        let kind: PartPlan.Kind
        let isOwn = form.structure.properties.contains { $0.name == wireName }
        let fileCount = schemas.count { isBinary($0) || isList($0, whose: { self.isBinary($0) }) }
        if fileCount > 0, fileCount < schemas.count, !isOwn {
            diagnostics.append(
                Diagnostic(
                    at: location, "the part \(wireName) is a file in one branch of the body and a value in another",
                    reason: "it is generated with one Swift type",
                    remedy: "give it two names, or set x-stream-body: true at the request body"))
            return nil
        }
        if isBinary(typed) {
            kind = .file
            checkFile(wireName, schemas, at: location)
        } else if isList(typed, whose: { self.isBinary($0) }) {
            kind = .files
            checkFile(wireName, schemas, at: location)
        } else if schemas.count > 1, !isOwn {
            kind = .value(nil, .any)
        } else {
            // The body itself has no type, so that the types of its parts stand beside it.
            let own = (name.path.last ?? "") + SwiftNaming.typeName(wireName)
            let partName = TypeName(module: name.module, path: name.path.dropLast() + [own])
            kind = .value(typed, representation(of: typed, as: partName))
        }
        let contentTypes = encoding?["contentType"]?.string?.split(separator: ",").map { $0.trimmingSpaces } ?? []
        return PartPlan(
            kind: kind, also: isOwn ? schemas.filter { $0 != typed } : [],
            field: field(wireName, schemas, encoding, in: name.module, at: location), swiftName: swiftName,
            contentTypes: contentTypes,
            headers: partHeaders(content.partHeaders[wireName] ?? [], of: swiftName, in: name, at: location),
            isRequired: form.structure.required.contains { $0.name == wireName },
            summary: set.graph[schemas[0]].summary ?? set.graph[predicates.resolved(typed)].summary)
    }

    private mutating func partHeaders(
        _ headers: [APIParameter], of part: String, in body: TypeName, at location: SourceLocation
    ) -> [ParameterPlan] {
        let operation = TypeName(module: body.module, path: Array(body.path.dropLast()))
        var used: Set<String> = []
        return headers.compactMap { header in
            let name = header.name.lowercased()
            if name == "content-disposition" {
                diagnostics.append(
                    Diagnostic(
                        .warning, at: header.location, "the header Content-Disposition of the part \(part) is ignored",
                        reason: "it holds the name of the part and its file name, which are written for you",
                        remedy: "remove it"))
            }
            // Content-Type is described by contentType (OpenAPI 3.1, 4.8.15).
            guard name != "content-type", name != "content-disposition" else { return nil }
            return parameter(
                header, of: operation, used: &used, named: "the part \(part)", prefix: SwiftNaming.typeName(part))
        }
    }

    /// Warns of keywords that would need a file's content.
    private mutating func checkFile(_ name: String, _ schemas: [SchemaID], at location: SourceLocation) {
        let content: Set = ["minLength", "maxLength", "pattern", "const", "enum", "not", "if", "anyOf", "oneOf"]
        var found: Set<String> = []
        for schema in schemas {
            let target = set.graph[predicates.resolved(schema)]
            found.formUnion(predicates.keywords(target).intersection(content))
            if let items = target.items {
                found.formUnion(predicates.keywords(set.graph[predicates.resolved(items)]).intersection(content))
            }
        }
        guard !found.isEmpty else { return }
        diagnostics.append(
            Diagnostic(
                .warning, at: location, "\(found.sorted().joined(separator: ", ")) of the file \(name) is not checked",
                reason: "a file is handed over as bytes, or as a stream that nobody has read yet",
                remedy: "set x-max-bytes at the request body, and look at the bytes in the handler"))
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

extension Substring {
    fileprivate var trimmingSpaces: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
