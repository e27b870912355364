import ContractSource

/// What a keyword's value is, as far as subschemas are concerned.
struct SchemaKeyword {
    /// Where subschemas stand in the value.
    enum Placement {
        /// Nowhere.
        case none
        /// The value is a schema.
        case schema
        /// The value is a list of schemas.
        case list
        /// The value maps names to schemas.
        case map
        /// A schema, or before 2020-12 a list of them.
        case schemaOrList
        /// A map of names to schemas or lists of names.
        case mapOfSchemasOrNames
    }

    var vocabulary: Vocabulary
    var placement: Placement
    var drafts: ClosedRange<Dialect.Draft>

    private static func key(
        _ vocabulary: Vocabulary,
        _ placement: Placement = .none,
        since first: Dialect.Draft = .draft4,
        until last: Dialect.Draft = .draft2020
    ) -> SchemaKeyword {
        SchemaKeyword(vocabulary: vocabulary, placement: placement, drafts: first...last)
    }

    /// Every keyword that is understood.
    static let table: [String: SchemaKeyword] = [
        "$id": key(.core, since: .draft6),
        "id": key(.core, until: .draft4),
        "$schema": key(.core),
        "$ref": key(.core),
        "$anchor": key(.core, since: .draft2019),
        "$dynamicRef": key(.core, since: .draft2020),
        "$dynamicAnchor": key(.core, since: .draft2020),
        "$recursiveRef": key(.core, since: .draft2019, until: .draft2019),
        "$recursiveAnchor": key(.core, since: .draft2019, until: .draft2019),
        "$vocabulary": key(.core, since: .draft2019),
        "$comment": key(.core, since: .draft7),
        "$defs": key(.core, .map, since: .draft2019),
        "definitions": key(.legacy, .map),

        "prefixItems": key(.applicator, .list, since: .draft2020),
        "items": key(.applicator, .schemaOrList),
        "additionalItems": key(.applicator, .schema, until: .draft2019),
        "contains": key(.applicator, .schema, since: .draft6),
        "properties": key(.applicator, .map),
        "patternProperties": key(.applicator, .map),
        "additionalProperties": key(.applicator, .schema),
        "propertyNames": key(.applicator, .schema, since: .draft6),
        "dependentSchemas": key(.applicator, .map, since: .draft2019),
        "dependencies": key(.legacy, .mapOfSchemasOrNames),
        "allOf": key(.applicator, .list),
        "anyOf": key(.applicator, .list),
        "oneOf": key(.applicator, .list),
        "not": key(.applicator, .schema),
        "if": key(.applicator, .schema, since: .draft7),
        "then": key(.applicator, .schema, since: .draft7),
        "else": key(.applicator, .schema, since: .draft7),

        "unevaluatedItems": key(.unevaluated, .schema, since: .draft2019),
        "unevaluatedProperties": key(.unevaluated, .schema, since: .draft2019),

        "type": key(.validation), "enum": key(.validation), "const": key(.validation, since: .draft6),
        "multipleOf": key(.validation), "maximum": key(.validation), "exclusiveMaximum": key(.validation),
        "minimum": key(.validation), "exclusiveMinimum": key(.validation),
        "maxLength": key(.validation), "minLength": key(.validation), "pattern": key(.validation),
        "maxItems": key(.validation), "minItems": key(.validation), "uniqueItems": key(.validation),
        "maxContains": key(.validation, since: .draft2019), "minContains": key(.validation, since: .draft2019),
        "maxProperties": key(.validation), "minProperties": key(.validation), "required": key(.validation),
        "dependentRequired": key(.validation, since: .draft2019),

        "format": key(.formatAnnotation),
        "contentEncoding": key(.content, since: .draft7), "contentMediaType": key(.content, since: .draft7),
        "contentSchema": key(.content, .schema, since: .draft2019),

        "title": key(.metaData), "description": key(.metaData), "default": key(.metaData),
        "deprecated": key(.metaData, since: .draft2019), "readOnly": key(.metaData, since: .draft7),
        "writeOnly": key(.metaData, since: .draft7), "examples": key(.metaData, since: .draft6),

        "discriminator": key(.openAPI), "xml": key(.openAPI), "externalDocs": key(.openAPI), "example": key(.openAPI),
    ]

    /// The subschemas in the value of a keyword.
    func subschemas(of value: SourceNode) -> [SourceNode] {
        switch placement {
        case .none: []
        case .schema: value.elements == nil ? [value] : []
        case .list: value.elements ?? []
        case .map: value.members?.map(\.node) ?? []
        case .schemaOrList: value.elements ?? [value]
        case .mapOfSchemasOrNames: value.members?.map(\.node).filter { $0.elements == nil } ?? []
        }
    }
}

/// Addresses that other stages ask for.
enum MetaSchemaAddress {
    static let standard = MetaSchema.address
    static let openAPI = MetaSchema.openAPIAddress
}
