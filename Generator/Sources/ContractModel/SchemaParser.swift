import ContractJSON
import ContractSource

/// Reads the keywords of one schema.
struct SchemaParser {
    let builder: SchemaBuilder
    let document: String

    private var log: DiagnosticLog { builder.log }

    init(builder: SchemaBuilder, document: String) {
        self.builder = builder
        self.document = document
    }

    /// Fills `schema` with what `node` says.
    func parse(_ node: SourceNode, into schema: Schema) -> Schema {
        var schema = schema
        guard let members = node.members else {
            if let truth = node.bool {
                schema.isNever = !truth
            } else {
                log.error(
                    node,
                    "A schema is a mapping or a truth value; here is \(node.kind).",
                    remedy: node.string.flatMap { NearestName.of($0, among: ["true", "false"]) }
                        .map { "Did you mean \($0)?" } ?? "Write {} for a schema that allows everything."
                )
            }
            return schema
        }
        let dialect = builder.dialect(ofBase: schema.resource, document: document)
        schema.assertsFormat = builder.assertsFormat || dialect.vocabularies.contains(.formatAssertion)
        let isReferenceOnly = dialect.referenceHidesSiblings && node["$ref"]?.string != nil
        for member in members {
            if isReferenceOnly, member.name != "$ref", member.name != "definitions" { continue }
            guard dialect.keyword(member.name) != nil else {
                unknown(member, dialect: dialect, into: &schema)
                continue
            }
            parse(member, of: node, dialect: dialect, into: &schema)
        }
        if dialect.itemsMayBeList, schema.prefixItems.isEmpty == false, let rest = node["additionalItems"] {
            schema.items = subschema(rest)
        }
        return schema
    }

    private func parse(
        _ member: SourceNode.Member, of node: SourceNode, dialect: Dialect, into schema: inout Schema
    ) {
        let value = member.node
        switch member.name {
        case "$ref", "$dynamicRef", "$recursiveRef": reference(member, into: &schema)
        case "$dynamicAnchor": schema.dynamicAnchor = anchorName(value)
        case "$anchor": _ = anchorName(value)
        case "$recursiveAnchor": if value.bool == true { schema.dynamicAnchor = "" }
        case "$comment": _ = prose(value, member.name)
        case "$id", "id", "$schema": _ = string(value, member.name)
        case "$vocabulary", "xml", "externalDocs": break
        case "$defs", "definitions": _ = map(value, member.name)

        case "type": schema.types = types(value)
        case "const": schema.constant = value.value
        case "enum": schema.enumeration = enumeration(value)
        case "multipleOf": schema.multipleOf = positive(value)
        case "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum":
            bound(member, of: node, dialect: dialect, into: &schema)
        case "maxLength": schema.maxLength = count(value, member.name)
        case "minLength": schema.minLength = count(value, member.name)
        case "pattern": schema.pattern = pattern(value, text: value.string)
        case "format": schema.format = format(value)
        case "contentEncoding": schema.contentEncoding = string(value, member.name)
        case "contentMediaType": schema.contentMediaType = string(value, member.name)
        case "contentSchema": schema.contentSchema = subschema(value)

        case "title": schema.title = prose(value, member.name)
        case "description": schema.summary = prose(value, member.name)
        case "default": schema.defaultValue = value.value
        case "examples": schema.examples.insert(contentsOf: examples(value), at: 0)
        case "example": schema.examples.append(value.value)
        case "deprecated": schema.isDeprecated = bool(value, member.name)
        case "readOnly": schema.isReadOnly = bool(value, member.name)
        case "writeOnly": schema.isWriteOnly = bool(value, member.name)
        case "discriminator": discriminator(value, into: &schema)
        default: structure(member, dialect: dialect, into: &schema)
        }
    }

    private func structure(_ member: SourceNode.Member, dialect: Dialect, into schema: inout Schema) {
        let value = member.node
        switch member.name {
        case "prefixItems": schema.prefixItems = schemas(value, member.name)
        case "items":
            if dialect.itemsMayBeList, let elements = value.elements {
                schema.prefixItems = elements.map(subschema)
            } else if value.elements != nil {
                log.error(
                    value,
                    "items is a list.",
                    reason: "Since 2020-12 items is one schema for all remaining elements.",
                    remedy: "Call the list prefixItems."
                )
            } else {
                schema.items = subschema(value)
            }
        case "contains": schema.contains = subschema(value)
        case "minContains": schema.minContains = count(value, member.name)
        case "maxContains": schema.maxContains = count(value, member.name)
        case "minItems": schema.minItems = count(value, member.name)
        case "maxItems": schema.maxItems = count(value, member.name)
        case "uniqueItems": schema.hasUniqueItems = bool(value, member.name)
        case "unevaluatedItems": schema.unevaluatedItems = subschema(value)

        case "properties": schema.properties = map(value, member.name)
        case "patternProperties":
            schema.patternProperties = zip(map(value, member.name), value.members ?? []).map { property, entry in
                (pattern: pattern(entry.node, text: entry.name) ?? property.name, schema: property.schema)
            }
        case "additionalProperties": schema.additionalProperties = subschema(value)
        case "propertyNames": schema.propertyNames = subschema(value)
        case "required":
            // In draft 4 and in many OpenAPI documents `required: true` stands at properties.
            schema.required = names(value, member.name)
        case "minProperties": schema.minProperties = count(value, member.name)
        case "maxProperties": schema.maxProperties = count(value, member.name)
        case "dependentRequired":
            for entry in entries(value, member.name) {
                schema.dependentRequired.append((entry.name, names(entry.node, entry.name)))
            }
        case "dependentSchemas": schema.dependentSchemas += map(value, member.name)
        case "dependencies":
            for entry in entries(value, member.name) {
                if entry.node.elements == nil {
                    schema.dependentSchemas.append((entry.name, subschema(entry.node)))
                } else {
                    schema.dependentRequired.append((entry.name, names(entry.node, entry.name)))
                    schema.dependentRequiredKeyword = member.name
                }
            }
        case "unevaluatedProperties": schema.unevaluatedProperties = subschema(value)

        case "allOf": schema.allOf = schemas(value, member.name)
        case "anyOf": schema.anyOf = schemas(value, member.name)
        case "oneOf": schema.oneOf = schemas(value, member.name)
        case "not": schema.not = subschema(value)
        case "if": schema.ifSchema = subschema(value)
        case "then": schema.thenSchema = subschema(value)
        case "else": schema.elseSchema = subschema(value)
        default: break
        }
    }

    // MARK: References

    private func reference(_ member: SourceNode.Member, into schema: inout Schema) {
        guard let text = string(member.node, member.name) else { return }
        guard let target = builder.resolve(text, base: schema.resource, at: member.node) else { return }
        let id = builder.schema(at: target.node, document: target.document)
        if member.name == "$ref" {
            schema.reference = id
        } else {
            schema.dynamicReference = DynamicReference(target: id, anchor: target.dynamicAnchor)
        }
    }

    private func discriminator(_ value: SourceNode, into schema: inout Schema) {
        guard let name = value["propertyName"]?.string else {
            log.error(
                value,
                "discriminator has no propertyName.",
                remedy: "Name the property that tells the branches apart."
            )
            return
        }
        schema.discriminator = name
        for entry in value["mapping"]?.members ?? [] {
            guard let text = string(entry.node, entry.name) else { continue }
            let isName = text.utf8.allSatisfy {
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45 || $0 == 46
                    || $0 == 95
            }
            let name = "#/components/schemas/\(text)"
            let isComponent = isName && builder.resources[document]?.node["components"]?["schemas"]?[text] != nil
            guard let target = builder.resolve(isComponent ? name : text, base: schema.resource, at: entry.node) else {
                continue
            }
            let id = builder.schema(at: target.node, document: target.document)
            schema.discriminatorMapping.append((entry.name, id))
        }
    }

    private func anchorName(_ node: SourceNode) -> String? {
        guard let name = string(node, "An anchor") else { return nil }
        let letters = Array(name.utf8)
        let isValid =
            letters.first.map { (65...90).contains($0 & 0xDF) || $0 == 95 } ?? false
            && letters.allSatisfy {
                (65...90).contains($0 & 0xDF) || (48...57).contains($0) || [45, 46, 95].contains($0)
            }
        if !isValid {
            log.error(
                node,
                "\(name) is no name of an anchor.",
                reason: "Anchors start with a letter or underscore and hold letters, digits, '-', '.' and '_'.",
                remedy: "Call it a\(String(name.filter { $0.isASCII && ($0.isLetter || $0.isNumber) })), for instance."
            )
        }
        return name
    }

    // MARK: Unknown keywords

    private func unknown(_ member: SourceNode.Member, dialect: Dialect, into schema: inout Schema) {
        let name = member.name
        if name.hasPrefix("x-") {
            schema.extensions[name] = member.node.value
            return
        }
        if SchemaKeyword.table[name] != nil, dialect.vocabularies != Dialect.openAPI.vocabularies,
            dialect.vocabularies != Dialect.standard.vocabularies
        {
            return
        }
        let policy = builder.unknownKeywordsByDocument[document] ?? builder.unknownKeywords
        guard policy != .accept else { return }
        let known = SchemaKeyword.table.filter { $0.value.drafts.contains(dialect.draft) }.keys.sorted()
        let replacement = Self.replacements[name].map { "Write \($0)." }
        let diagnostic = Diagnostic(
            policy == .refuse ? .error : .warning,
            at: member.location,
            "\(name) is no keyword of JSON Schema.",
            reason: "It would be ignored, so what it was meant to say would not hold.",
            remedy: replacement ?? NearestName.of(name, among: known).map { "Did you mean \($0)?" }
                ?? "Remove it, or call it x-\(name) if a tool reads it."
        )
        log.add(diagnostic)
    }

    /// Keywords of other dialects and what became of them.
    private static let replacements = [
        "additionalItems": "items (2020-12 calls the list before it prefixItems)",
        "$recursiveRef": "$dynamicRef", "$recursiveAnchor": "$dynamicAnchor", "id": "$id",
        "nullable": "type with \"null\" in its list (nullable is OpenAPI 3.0)",
        "example": "examples, a list", "optional": "required, a list beside properties",
    ]
}
