/// The meta-schemas of JSON Schema 2020-12 and of the drafts before, and the base vocabulary of OpenAPI 3.1, so that no
/// network is needed.
///
/// They restate what https://json-schema.org/draft/2020-12 publishes under the BSD 3-clause licence
/// (copyright 2022 JSON Schema Specification Authors), without titles.
public enum MetaSchema {
    /// Address of the standard dialect.
    public static let address = "https://json-schema.org/draft/2020-12/schema"
    /// Address of the dialect that OpenAPI 3.1 documents use where they name no other.
    public static let openAPIAddress = "https://spec.openapis.org/oas/3.1/dialect/base"

    /// The text of the meta-schema at an address without fragment.
    static func text(at address: String) -> String? { texts[address] ?? drafts[address] ?? vocabularies2019[address] }

    /// The address by which a meta-schema calls itself; many documents write the other of `http` and `https`.
    static func properAddress(_ address: String) -> String {
        guard let scheme = address.firstRange(of: "://")?.lowerBound else { return address }
        let rest = address[scheme...]
        return ["https", "http"].map { $0 + rest }.first { text(at: $0) != nil } ?? address
    }

    private static let base = "https://json-schema.org/draft/2020-12/"

    private static let texts: [String: String] = [
        address: schema,
        base + "meta/core": core,
        base + "meta/applicator": applicator,
        base + "meta/unevaluated": unevaluated,
        base + "meta/validation": validation,
        base + "meta/meta-data": metaData,
        base + "meta/format-annotation": format("format-annotation"),
        base + "meta/format-assertion": format("format-assertion"),
        base + "meta/content": content,
        openAPIAddress: openAPIDialect,
        "https://spec.openapis.org/oas/3.1/meta/base": openAPIBase,
    ]

    private static func head(_ name: String, vocabulary: String? = nil) -> String {
        """
        "$schema": "\(address)", "$id": "\(base)meta/\(name)",
        "$vocabulary": {"\(base)vocab/\(vocabulary ?? name)": true}, "$dynamicAnchor": "meta",
        """
    }

    private static let schema = """
        {
          "$schema": "\(address)",
          "$id": "\(address)",
          "$vocabulary": {
            "\(base)vocab/core": true,
            "\(base)vocab/applicator": true,
            "\(base)vocab/unevaluated": true,
            "\(base)vocab/validation": true,
            "\(base)vocab/meta-data": true,
            "\(base)vocab/format-annotation": true,
            "\(base)vocab/content": true
          },
          "$dynamicAnchor": "meta",
          "allOf": [
            {"$ref": "meta/core"},
            {"$ref": "meta/applicator"},
            {"$ref": "meta/unevaluated"},
            {"$ref": "meta/validation"},
            {"$ref": "meta/meta-data"},
            {"$ref": "meta/format-annotation"},
            {"$ref": "meta/content"}
          ],
          "type": ["object", "boolean"],
          "properties": {
            "definitions": {
              "type": "object", "additionalProperties": {"$dynamicRef": "#meta"}, "deprecated": true, "default": {}
            },
            "dependencies": {
              "type": "object",
              "additionalProperties": {
                "anyOf": [{"$dynamicRef": "#meta"}, {"$ref": "meta/validation#/$defs/stringArray"}]
              },
              "deprecated": true,
              "default": {}
            },
            "$recursiveAnchor": {"$ref": "meta/core#/$defs/anchorString", "deprecated": true},
            "$recursiveRef": {"$ref": "meta/core#/$defs/uriReferenceString", "deprecated": true}
          }
        }
        """

    private static let core = """
        {
          \(head("core"))
          "type": ["object", "boolean"],
          "properties": {
            "$id": {"$ref": "#/$defs/uriReferenceString", "pattern": "^[^#]*#?$"},
            "$schema": {"$ref": "#/$defs/uriString"},
            "$ref": {"$ref": "#/$defs/uriReferenceString"},
            "$anchor": {"$ref": "#/$defs/anchorString"},
            "$dynamicRef": {"$ref": "#/$defs/uriReferenceString"},
            "$dynamicAnchor": {"$ref": "#/$defs/anchorString"},
            "$vocabulary": {
              "type": "object",
              "propertyNames": {"$ref": "#/$defs/uriString"},
              "additionalProperties": {"type": "boolean"}
            },
            "$comment": {"type": "string"},
            "$defs": {"type": "object", "additionalProperties": {"$dynamicRef": "#meta"}}
          },
          "$defs": {
            "anchorString": {"type": "string", "pattern": "^[A-Za-z_][-A-Za-z0-9._]*$"},
            "uriString": {"type": "string", "format": "uri"},
            "uriReferenceString": {"type": "string", "format": "uri-reference"}
          }
        }
        """

    private static let applicator = """
        {
          \(head("applicator"))
          "type": ["object", "boolean"],
          "properties": {
            "prefixItems": {"$ref": "#/$defs/schemaArray"},
            "items": {"$dynamicRef": "#meta"},
            "contains": {"$dynamicRef": "#meta"},
            "additionalProperties": {"$dynamicRef": "#meta"},
            "properties": {"type": "object", "additionalProperties": {"$dynamicRef": "#meta"}, "default": {}},
            "patternProperties": {
              "type": "object",
              "additionalProperties": {"$dynamicRef": "#meta"},
              "propertyNames": {"format": "regex"},
              "default": {}
            },
            "dependentSchemas": {"type": "object", "additionalProperties": {"$dynamicRef": "#meta"}, "default": {}},
            "propertyNames": {"$dynamicRef": "#meta"},
            "if": {"$dynamicRef": "#meta"},
            "then": {"$dynamicRef": "#meta"},
            "else": {"$dynamicRef": "#meta"},
            "allOf": {"$ref": "#/$defs/schemaArray"},
            "anyOf": {"$ref": "#/$defs/schemaArray"},
            "oneOf": {"$ref": "#/$defs/schemaArray"},
            "not": {"$dynamicRef": "#meta"}
          },
          "$defs": {
            "schemaArray": {"type": "array", "minItems": 1, "items": {"$dynamicRef": "#meta"}}
          }
        }
        """

    private static let unevaluated = """
        {
          \(head("unevaluated"))
          "type": ["object", "boolean"],
          "properties": {
            "unevaluatedItems": {"$dynamicRef": "#meta"},
            "unevaluatedProperties": {"$dynamicRef": "#meta"}
          }
        }
        """

    private static let validation = """
        {
          \(head("validation"))
          "type": ["object", "boolean"],
          "properties": {
            "type": {
              "anyOf": [
                {"$ref": "#/$defs/simpleTypes"},
                {"type": "array", "items": {"$ref": "#/$defs/simpleTypes"}, "minItems": 1, "uniqueItems": true}
              ]
            },
            "const": true,
            "enum": {"type": "array", "items": true},
            "multipleOf": {"type": "number", "exclusiveMinimum": 0},
            "maximum": {"type": "number"},
            "exclusiveMaximum": {"type": "number"},
            "minimum": {"type": "number"},
            "exclusiveMinimum": {"type": "number"},
            "maxLength": {"$ref": "#/$defs/nonNegativeInteger"},
            "minLength": {"$ref": "#/$defs/nonNegativeIntegerDefault0"},
            "pattern": {"type": "string", "format": "regex"},
            "maxItems": {"$ref": "#/$defs/nonNegativeInteger"},
            "minItems": {"$ref": "#/$defs/nonNegativeIntegerDefault0"},
            "uniqueItems": {"type": "boolean", "default": false},
            "maxContains": {"$ref": "#/$defs/nonNegativeInteger"},
            "minContains": {"$ref": "#/$defs/nonNegativeInteger", "default": 1},
            "maxProperties": {"$ref": "#/$defs/nonNegativeInteger"},
            "minProperties": {"$ref": "#/$defs/nonNegativeIntegerDefault0"},
            "required": {"$ref": "#/$defs/stringArray"},
            "dependentRequired": {"type": "object", "additionalProperties": {"$ref": "#/$defs/stringArray"}}
          },
          "$defs": {
            "nonNegativeInteger": {"type": "integer", "minimum": 0},
            "nonNegativeIntegerDefault0": {"$ref": "#/$defs/nonNegativeInteger", "default": 0},
            "simpleTypes": {"enum": ["array", "boolean", "integer", "null", "number", "object", "string"]},
            "stringArray": {"type": "array", "items": {"type": "string"}, "uniqueItems": true, "default": []}
          }
        }
        """

    private static let metaData = """
        {
          \(head("meta-data"))
          "type": ["object", "boolean"],
          "properties": {
            "title": {"type": "string"},
            "description": {"type": "string"},
            "default": true,
            "deprecated": {"type": "boolean", "default": false},
            "readOnly": {"type": "boolean", "default": false},
            "writeOnly": {"type": "boolean", "default": false},
            "examples": {"type": "array", "items": true}
          }
        }
        """

    private static func format(_ name: String) -> String {
        """
        {\(head(name)) "type": ["object", "boolean"], "properties": {"format": {"type": "string"}}}
        """
    }

    private static let content = """
        {
          \(head("content"))
          "type": ["object", "boolean"],
          "properties": {
            "contentEncoding": {"type": "string"},
            "contentMediaType": {"type": "string"},
            "contentSchema": {"$dynamicRef": "#meta"}
          }
        }
        """

    private static let openAPIDialect = """
        {
          "$schema": "\(address)",
          "$id": "\(openAPIAddress)",
          "$vocabulary": {
            "\(base)vocab/core": true,
            "\(base)vocab/applicator": true,
            "\(base)vocab/unevaluated": true,
            "\(base)vocab/validation": true,
            "\(base)vocab/meta-data": true,
            "\(base)vocab/format-annotation": true,
            "\(base)vocab/content": true,
            "https://spec.openapis.org/oas/3.1/vocab/base": false
          },
          "$dynamicAnchor": "meta",
          "allOf": [{"$ref": "\(address)"}, {"$ref": "https://spec.openapis.org/oas/3.1/meta/base"}]
        }
        """

    private static let openAPIBase = """
        {
          "$schema": "\(address)",
          "$id": "https://spec.openapis.org/oas/3.1/meta/base",
          "$vocabulary": {"https://spec.openapis.org/oas/3.1/vocab/base": true},
          "$dynamicAnchor": "meta",
          "type": ["object", "boolean"],
          "properties": {
            "example": true,
            "discriminator": {
              "type": "object",
              "properties": {
                "propertyName": {"type": "string"},
                "mapping": {"type": "object", "additionalProperties": {"type": "string"}}
              },
              "required": ["propertyName"]
            },
            "externalDocs": {
              "type": "object", "properties": {"url": {"type": "string"}, "description": {"type": "string"}},
              "required": ["url"]
            },
            "xml": {"type": "object"}
          }
        }
        """
}
