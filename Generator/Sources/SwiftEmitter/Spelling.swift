import ContractJSON
import ContractModel
import ContractPlan

extension Representation {
    /// The Swift type as seen from `module`.
    func spelled(in module: String) -> String {
        switch self {
        case .any: "JSONValue"
        case .freeObject: "JSONObject"
        case .string: "String"
        case .bool: "Bool"
        case .integer: "Int"
        case .wholeNumber: "JSONNumber"
        case .number: "Double"
        case .dateTime: "DateTime"
        case .array(let element, let isIsolated):
            isIsolated ? "[Isolated<\(element.spelled(in: module))>]" : "[\(element.spelled(in: module))]"
        case .dictionary(let value): "[String: \(value.spelled(in: module))]"
        case .generated(let name): name.module == module ? name.dotted : name.module + "." + name.dotted
        case .nullable(let inner): inner.spelled(in: module) + "?"
        }
    }
}

extension Planner {
    /// An expression for a value of a generated type, where the type is an enum that has a short one.
    func expression(of value: JSONValue, as name: TypeName, in module: String) -> String? {
        guard let known = enumCase(of: value, in: name) else { return nil }
        let type = Representation.generated(name).spelled(in: module)
        let spelled = "\(type).\(SwiftNaming.isKeyword(known.name) ? "`\(known.name)`" : known.name)"
        guard known.takesValue else { return spelled }
        switch value {
        case .string(let text): return "\(spelled)(\(text.literal))"
        case .bool(let truth): return "\(spelled)(\(truth))"
        default: return nil
        }
    }
}

extension PropertyPlan {
    /// The Swift type of the stored property.
    func spelledType(in module: String) -> String {
        if isThreeState, case .nullable(let inner) = representation { return "Presence<\(inner.spelled(in: module))>" }
        let type = representation.spelled(in: module)
        return isRequired || defaultValue != nil ? type : type + "?"
    }

    /// The Swift name, in backticks if need be.
    var escapedName: String { SwiftNaming.isKeyword(swiftName) ? "`\(swiftName)`" : swiftName }

    /// The Swift name before a colon in a call.
    var argumentLabel: String { swiftName.argumentLabel }
}

extension String {
    /// A name before a colon in a call, where Swift warns of backticks that it does not need.
    var argumentLabel: String { self == "inout" ? "`inout`" : self }
}

extension SourceLocation {
    /// `file#/pointer/keyword` as a Swift literal.
    func pointer(_ keyword: String) -> String {
        (file + "#" + pointer + (keyword.isEmpty ? "" : "/" + keyword)).literal
    }
}

extension JSONValue {
    /// An expression of type `JSONValue`.
    var expression: String {
        switch self {
        case .null: ".null"
        case .bool(let value): ".bool(\(value))"
        case .number(let number):
            if let integer = number.int64, number.text == String(integer) {
                ".number(JSONNumber(\(integer)))"
            } else {
                ".number(JSONNumber(\(number.text.literal)) ?? JSONNumber(0))"
            }
        case .string(let text): ".string(\(text.literal))"
        // Nested literals cost the compiler seconds; a text costs nothing and is read once.
        case .array, .object: ".constant(\(jsonText.literal))"
        }
    }
}

extension JSONNumber {
    /// An expression of type `JSONNumber`.
    var expression: String {
        if let integer = int64, text == String(integer) { return "JSONNumber(\(integer))" }
        return "JSONNumber(\(text.literal)) ?? JSONNumber(0)"
    }
}
