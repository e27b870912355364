/// The meta-schema of JSON Schema 2019-09: one document a vocabulary, tied together by `$recursiveRef`.
extension MetaSchema {
    private static let recent = "https://json-schema.org/draft/2019-09/"

    static let vocabularies2019: [String: String] = [
        recent + "schema": draft2019,
        recent + "meta/core": core2019,
        recent + "meta/applicator": applicator2019,
        recent + "meta/validation": validation2019,
        recent + "meta/meta-data": part(
            "meta-data",
            """
            "title": {"type": "string"}, "description": {"type": "string"}, "default": true,
            "deprecated": {"type": "boolean", "default": false}, "readOnly": {"type": "boolean", "default": false},
            "writeOnly": {"type": "boolean", "default": false}, "examples": {"type": "array", "items": true}
            """),
        recent + "meta/format": part("format", #""format": {"type": "string"}"#),
        recent + "meta/content": part(
            "content",
            """
            "contentMediaType": {"type": "string"}, "contentEncoding": {"type": "string"},
            "contentSchema": {"$recursiveRef": "#"}
            """),
    ]

    private static func head2019(_ name: String) -> String {
        """
        "$schema": "\(recent)schema", "$id": "\(recent)meta/\(name)",
        "$vocabulary": {"\(recent)vocab/\(name)": true}, "$recursiveAnchor": true, "type": ["object", "boolean"],
        """
    }

    /// A vocabulary that has no definitions.
    private static func part(_ name: String, _ properties: String) -> String {
        "{\(head2019(name)) \"properties\": {\(properties)}}"
    }

    private static let draft2019 = """
        {
          "$schema": "\(recent)schema",
          "$id": "\(recent)schema",
          "$vocabulary": {
            "\(recent)vocab/core": true,
            "\(recent)vocab/applicator": true,
            "\(recent)vocab/validation": true,
            "\(recent)vocab/meta-data": true,
            "\(recent)vocab/format": false,
            "\(recent)vocab/content": true
          },
          "$recursiveAnchor": true,
          "allOf": [
            {"$ref": "meta/core"},
            {"$ref": "meta/applicator"},
            {"$ref": "meta/validation"},
            {"$ref": "meta/meta-data"},
            {"$ref": "meta/format"},
            {"$ref": "meta/content"}
          ],
          "type": ["object", "boolean"],
          "properties": {
            "definitions": {"type": "object", "additionalProperties": {"$recursiveRef": "#"}, "default": {}},
            "dependencies": {
              "type": "object",
              "additionalProperties": {
                "anyOf": [{"$recursiveRef": "#"}, {"$ref": "meta/validation#/$defs/stringArray"}]
              }
            }
          }
        }
        """

    private static let core2019 = """
        {
          \(head2019("core"))
          "properties": {
            "$id": {"type": "string", "format": "uri-reference", "pattern": "^[^#]*#?$"},
            "$schema": {"type": "string", "format": "uri"},
            "$anchor": {"type": "string", "pattern": "^[A-Za-z][-A-Za-z0-9.:_]*$"},
            "$ref": {"type": "string", "format": "uri-reference"},
            "$recursiveRef": {"type": "string", "format": "uri-reference"},
            "$recursiveAnchor": {"type": "boolean", "default": false},
            "$vocabulary": {
              "type": "object",
              "propertyNames": {"type": "string", "format": "uri"},
              "additionalProperties": {"type": "boolean"}
            },
            "$comment": {"type": "string"},
            "$defs": {"type": "object", "additionalProperties": {"$recursiveRef": "#"}, "default": {}}
          }
        }
        """

    private static let applicator2019 = """
        {
          \(head2019("applicator"))
          "properties": {
            "additionalItems": {"$recursiveRef": "#"},
            "unevaluatedItems": {"$recursiveRef": "#"},
            "items": {"anyOf": [{"$recursiveRef": "#"}, {"$ref": "#/$defs/schemaArray"}]},
            "contains": {"$recursiveRef": "#"},
            "additionalProperties": {"$recursiveRef": "#"},
            "unevaluatedProperties": {"$recursiveRef": "#"},
            "properties": {"type": "object", "additionalProperties": {"$recursiveRef": "#"}, "default": {}},
            "patternProperties": {
              "type": "object",
              "additionalProperties": {"$recursiveRef": "#"},
              "propertyNames": {"format": "regex"},
              "default": {}
            },
            "dependentSchemas": {"type": "object", "additionalProperties": {"$recursiveRef": "#"}},
            "propertyNames": {"$recursiveRef": "#"},
            "if": {"$recursiveRef": "#"},
            "then": {"$recursiveRef": "#"},
            "else": {"$recursiveRef": "#"},
            "allOf": {"$ref": "#/$defs/schemaArray"},
            "anyOf": {"$ref": "#/$defs/schemaArray"},
            "oneOf": {"$ref": "#/$defs/schemaArray"},
            "not": {"$recursiveRef": "#"}
          },
          "$defs": {
            "schemaArray": {"type": "array", "minItems": 1, "items": {"$recursiveRef": "#"}}
          }
        }
        """

    private static let validation2019 = """
        {
          \(head2019("validation"))
          "properties": {
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
            "dependentRequired": {"type": "object", "additionalProperties": {"$ref": "#/$defs/stringArray"}},
            "const": true,
            "enum": {"type": "array", "items": true},
            "type": {
              "anyOf": [
                {"$ref": "#/$defs/simpleTypes"},
                {"type": "array", "items": {"$ref": "#/$defs/simpleTypes"}, "minItems": 1, "uniqueItems": true}
              ]
            }
          },
          "$defs": {
            "nonNegativeInteger": {"type": "integer", "minimum": 0},
            "nonNegativeIntegerDefault0": {"$ref": "#/$defs/nonNegativeInteger", "default": 0},
            "simpleTypes": {"enum": ["array", "boolean", "integer", "null", "number", "object", "string"]},
            "stringArray": {"type": "array", "items": {"type": "string"}, "uniqueItems": true, "default": []}
          }
        }
        """
}
