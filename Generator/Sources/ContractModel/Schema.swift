public import ContractJSON

/// Names one schema of a ``SchemaGraph``.
public struct SchemaID: Sendable, Hashable, Comparable {
    /// Position in ``SchemaGraph/schemas``.
    public let index: Int

    /// - Parameter index: Position in the graph.
    public init(index: Int) { self.index = index }

    /// Order of discovery.
    public static func < (left: SchemaID, right: SchemaID) -> Bool { left.index < right.index }
}

/// A place in a source file, for people.
public struct SourceLocation: Sendable, Hashable {
    /// Path of the file as given, relative to the project where it is inside.
    public var file: String
    /// Line from 1.
    public var line: Int
    /// Column from 1.
    public var column: Int
    /// JSON Pointer from the root of the file (RFC 6901).
    public var pointer: String

    /// Creates a location.
    public init(file: String, line: Int, column: Int, pointer: String) {
        self.file = file
        self.line = line
        self.column = column
        self.pointer = pointer
    }
}

/// JSON types of the `type` keyword.
public enum JSONType: String, Sendable, Hashable, CaseIterable {
    case null, boolean, integer, number, string, array, object

    /// The type of a value; an integral number is an integer.
    public init(of value: JSONValue) {
        self =
            switch value {
            case .null: .null
            case .bool: .boolean
            case .number(let number): number.isInteger ? .integer : .number
            case .string: .string
            case .array: .array
            case .object: .object
            }
    }
}

/// One JSON Schema 2020-12 schema with every keyword parsed and every subschema and reference resolved to a ``SchemaID``.
///
/// A keyword that is absent is nil or empty. `true` and `{}` have no assertion; `false` has ``isNever``.
public struct Schema: Sendable {
    /// Where it stands.
    public var location: SourceLocation
    /// Absolute URI with fragment, `BASE#/pointer`; the schema pointer of violations is its fragment.
    public var uri: String
    /// Whether it is the boolean schema `false`.
    public var isNever = false

    /// `type`; nil where any type is allowed.
    public var types: Set<JSONType>?
    /// `const`.
    public var constant: JSONValue?
    /// `enum`.
    public var enumeration: [JSONValue]?

    /// `multipleOf`.
    public var multipleOf: JSONNumber?
    /// `maximum`.
    public var maximum: JSONNumber?
    /// `exclusiveMaximum`.
    public var exclusiveMaximum: JSONNumber?
    /// `minimum`.
    public var minimum: JSONNumber?
    /// `exclusiveMinimum`.
    public var exclusiveMinimum: JSONNumber?

    /// `maxLength`, in Unicode scalars.
    public var maxLength: Int?
    /// `minLength`, in Unicode scalars.
    public var minLength: Int?
    /// `pattern`, an ECMA-262 expression.
    public var pattern: String?
    /// `format`.
    public var format: String?
    /// `contentEncoding`.
    public var contentEncoding: String?
    /// `contentMediaType`.
    public var contentMediaType: String?
    /// `contentSchema`, an annotation.
    public var contentSchema: SchemaID?

    /// `prefixItems`.
    public var prefixItems: [SchemaID] = []
    /// `items`.
    public var items: SchemaID?
    /// `contains`.
    public var contains: SchemaID?
    /// `minContains`.
    public var minContains: Int?
    /// `maxContains`.
    public var maxContains: Int?
    /// `minItems`.
    public var minItems: Int?
    /// `maxItems`.
    public var maxItems: Int?
    /// `uniqueItems: true`.
    public var hasUniqueItems = false
    /// `unevaluatedItems`.
    public var unevaluatedItems: SchemaID?

    /// `properties`, in document order.
    public var properties: [(name: String, schema: SchemaID)] = []
    /// `patternProperties`, in document order.
    public var patternProperties: [(pattern: String, schema: SchemaID)] = []
    /// `additionalProperties`.
    public var additionalProperties: SchemaID?
    /// `propertyNames`.
    public var propertyNames: SchemaID?
    /// `required`, in document order.
    public var required: [String] = []
    /// `minProperties`.
    public var minProperties: Int?
    /// `maxProperties`.
    public var maxProperties: Int?
    /// `dependentRequired`, in document order.
    public var dependentRequired: [(name: String, required: [String])] = []
    /// The keyword that ``dependentRequired`` was written as: the former `dependencies`, where the dialect asks for it.
    public var dependentRequiredKeyword = "dependentRequired"
    /// `dependentSchemas` (and the schema form of the former `dependencies`, where the dialect asks for it).
    public var dependentSchemas: [(name: String, schema: SchemaID)] = []
    /// `unevaluatedProperties`.
    public var unevaluatedProperties: SchemaID?

    /// `allOf`.
    public var allOf: [SchemaID] = []
    /// `anyOf`.
    public var anyOf: [SchemaID] = []
    /// `oneOf`.
    public var oneOf: [SchemaID] = []
    /// `not`.
    public var not: SchemaID?
    /// `if`.
    public var ifSchema: SchemaID?
    /// `then`.
    public var thenSchema: SchemaID?
    /// `else`.
    public var elseSchema: SchemaID?

    /// `$ref`, resolved.
    public var reference: SchemaID?
    /// `$dynamicRef`.
    public var dynamicReference: DynamicReference?
    /// `$dynamicAnchor` of this schema.
    public var dynamicAnchor: String?
    /// Base URI of the schema resource that it belongs to (dynamic scope is a list of these).
    public var resource: String
    /// Whether `format` is an assertion in this schema's dialect or by option.
    public var assertsFormat = true

    /// `title`.
    public var title: String?
    /// `description`.
    public var summary: String?
    /// `default`.
    public var defaultValue: JSONValue?
    /// `examples`, and OpenAPI's `example` behind them.
    public var examples: [JSONValue] = []
    /// `deprecated`.
    public var isDeprecated = false
    /// `readOnly`.
    public var isReadOnly = false
    /// `writeOnly`.
    public var isWriteOnly = false
    /// OpenAPI's `discriminator.propertyName`.
    public var discriminator: String?
    /// OpenAPI's `discriminator.mapping`, in document order.
    public var discriminatorMapping: [(value: String, schema: SchemaID)] = []
    /// Members starting with `x-`.
    public var extensions: JSONObject = JSONObject()

    /// An unconstrained schema at a place.
    public init(location: SourceLocation, uri: String, resource: String) {
        self.location = location
        self.uri = uri
        self.resource = resource
    }
}

extension Schema {
    /// Every schema that checking a value may lead to from here in one step.
    public var subschemas: [SchemaID] {
        let single = [
            items, contains, unevaluatedItems, additionalProperties, propertyNames, unevaluatedProperties, not,
            ifSchema, thenSchema, elseSchema, reference,
            dynamicReference?.target,
        ]
        let lists = prefixItems + allOf + anyOf + oneOf
        let named = properties.map(\.schema) + patternProperties.map(\.schema) + dependentSchemas.map(\.schema)
        return single.compactMap(\.self) + lists + named
    }
}

/// A `$dynamicRef`: the schema it names statically and, if that is a dynamic anchor, the anchor to look for in the
/// dynamic scope from the outside in.
public struct DynamicReference: Sendable, Hashable {
    /// The static target.
    public var target: SchemaID
    /// The anchor to search dynamically; nil if the reference behaves like `$ref`.
    public var anchor: String?

    /// Creates a reference.
    public init(target: SchemaID, anchor: String?) {
        self.target = target
        self.anchor = anchor
    }
}

/// Every schema reachable from the loaded documents.
public struct SchemaGraph: Sendable {
    /// All schemas; a ``SchemaID`` is a position here.
    public var schemas: [Schema] = []
    /// Schemas by their absolute URI with fragment (canonical pointer form).
    public var byURI: [String: SchemaID] = [:]
    /// Dynamic anchors of a resource: resource URI to anchor to schema.
    public var dynamicAnchors: [String: [String: SchemaID]] = [:]

    /// An empty graph.
    public init() {}

    /// The schema of an identifier.
    public subscript(id: SchemaID) -> Schema {
        get { schemas[id.index] }
        set { schemas[id.index] = newValue }
    }
}
