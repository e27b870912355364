import ContractJSON
import ContractModel
import ContractRuntime

extension Evaluation {
    /// `type`, `const`, `enum` and everything about numbers and strings.
    mutating func checkScalar(_ value: JSONValue, _ schema: Schema, _ prepared: PreparedSchema) -> Bool {
        var isValid = true
        if let types = schema.types, !Self.has(value, types) {
            let expected = JSONType.allCases.filter(types.contains).map(\.spoken).joined(separator: " or ")
            refuse(schema, "type", "expected \(expected), found \(value.spoken)")
            isValid = false
        }
        if let constant = schema.constant, constant != value {
            refuse(schema, "const", "expected exactly \(constant.shown), found \(value.shown)")
            isValid = false
        }
        if let allowed = schema.enumeration, !allowed.contains(value) {
            refuse(schema, "enum", "expected \(Self.choice(allowed)), found \(value.shown)")
            isValid = false
        }
        switch value {
        case .number(let number): isValid = checkNumber(number, schema) && isValid
        case .string(let string): isValid = checkString(string, schema, prepared) && isValid
        default: break
        }
        return isValid
    }

    private static func has(_ value: JSONValue, _ types: Set<JSONType>) -> Bool {
        switch value {
        case .null: types.contains(.null)
        case .bool: types.contains(.boolean)
        case .number(let number): types.contains(.number) || (types.contains(.integer) && number.isInteger)
        case .string: types.contains(.string)
        case .array: types.contains(.array)
        case .object: types.contains(.object)
        }
    }

    private static func choice(_ allowed: [JSONValue]) -> String {
        let shown = allowed.prefix(12).map(\.shown).joined(separator: ", ")
        return allowed.isEmpty ? "nothing at all" : "one of \(shown)\(allowed.count > 12 ? ", …" : "")"
    }

    private mutating func checkNumber(_ number: JSONNumber, _ schema: Schema) -> Bool {
        var isValid = true
        func found() -> String { "found \(JSONValue.number(number).shown)" }
        if let limit = schema.minimum, number < limit {
            refuse(schema, "minimum", "expected at least \(limit), \(found())")
            isValid = false
        }
        if let limit = schema.maximum, number > limit {
            refuse(schema, "maximum", "expected at most \(limit), \(found())")
            isValid = false
        }
        if let limit = schema.exclusiveMinimum, number <= limit {
            refuse(schema, "exclusiveMinimum", "expected more than \(limit), \(found())")
            isValid = false
        }
        if let limit = schema.exclusiveMaximum, number >= limit {
            refuse(schema, "exclusiveMaximum", "expected less than \(limit), \(found())")
            isValid = false
        }
        if let divisor = schema.multipleOf, !number.isMultiple(of: divisor) {
            refuse(schema, "multipleOf", "expected a multiple of \(divisor), \(found())")
            isValid = false
        }
        if let format = schema.format, schema.assertsFormat, !Self.fits(number, format) {
            refuse(schema, "format", "expected the format \(format), \(found())")
            isValid = false
        }
        return isValid
    }

    /// Whether an integer is in the range of OpenAPI's `int32` and `int64`; other numbers and formats do not care.
    private static func fits(_ number: JSONNumber, _ format: String) -> Bool {
        switch format {
        case "int32": !number.isInteger || number.int64.map { Int32(exactly: $0) != nil } ?? false
        case "int64": !number.isInteger || number.int64 != nil
        default: true
        }
    }

    private mutating func checkString(_ string: String, _ schema: Schema, _ prepared: PreparedSchema) -> Bool {
        var isValid = true
        if schema.minLength != nil || schema.maxLength != nil {
            let count = string.unicodeScalars.count
            if let minimum = schema.minLength, count < minimum {
                refuse(schema, "minLength", "expected at least \(minimum) characters, found \(count)")
                isValid = false
            }
            if let maximum = schema.maxLength, count > maximum {
                refuse(schema, "maxLength", "expected at most \(maximum) characters, found \(count)")
                isValid = false
            }
        }
        if let pattern = prepared.pattern, !pattern.matches(string) {
            refuse(
                schema,
                "pattern",
                "expected text that matches \(pattern.source), found \(JSONValue.string(string).shown)"
            )
            isValid = false
        }
        if let format = schema.format, schema.assertsFormat, ContractFormat.isValid(format, string) == false {
            refuse(schema, "format", "expected the format \(format), found \(JSONValue.string(string).shown)")
            isValid = false
        }
        return isValid
    }
}

extension JSONType {
    /// The type in a sentence.
    fileprivate var spoken: String {
        switch self {
        case .null: "null"
        case .boolean: "a truth value"
        case .integer: "an integer"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

extension JSONValue {
    /// Most characters of a value that a message repeats.
    private static let shownCount = 64

    /// The value in a message: its text, cut where it is long.
    var shown: String {
        switch self {
        case .array, .object: return spoken
        default:
            let text = jsonText
            return text.unicodeScalars.count <= Self.shownCount ? text : "\(text.prefix(Self.shownCount - 1))…"
        }
    }

    /// The kind of value in a sentence.
    var spoken: String {
        switch self {
        case .null: "null"
        case .bool: "a truth value"
        case .number(let number): number.isInteger ? "an integer" : "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
