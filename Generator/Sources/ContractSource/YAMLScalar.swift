import ContractJSON

/// Typing of plain scalars by the core schema of YAML 1.2 §10.3.2; timestamps and `yes`/`no` stay strings.
enum YAMLScalar {
    /// The value of a plain scalar; nil if it is a number that JSON cannot hold (infinity, not a number).
    static func value(_ text: String) -> JSONValue? {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF", ".nan", ".NaN", ".NAN":
            return nil
        default: return number(text).map(JSONValue.number) ?? .string(text)
        }
    }

    private static func number(_ text: String) -> JSONNumber? {
        guard let first = text.utf8.first, first < 0x3A else { return nil }
        if let exact = JSONNumber(text) { return exact }
        if text.hasPrefix("0o") { return wholeNumber(text.dropFirst(2), radix: 8) }
        if text.hasPrefix("0x") { return wholeNumber(text.dropFirst(2), radix: 16) }
        return decimal(text)
    }

    private static func wholeNumber(_ digits: Substring, radix: Int) -> JSONNumber? {
        UInt64(digits, radix: radix).map { JSONNumber($0) }
    }

    /// Forms of YAML that JSON does not have: a plus sign, leading zeros, no digit before or after the point.
    private static func decimal(_ text: String) -> JSONNumber? {
        var rest = Substring(text)
        var result = ""
        if rest.hasPrefix("-") { result = "-" }
        if rest.hasPrefix("-") || rest.hasPrefix("+") { rest = rest.dropFirst() }
        let whole = rest.prefix { $0.isASCII && $0.isNumber }
        rest = rest.dropFirst(whole.count)
        var fraction: Substring = ""
        if rest.hasPrefix(".") {
            fraction = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(1 + fraction.count)
        }
        guard !whole.isEmpty || !fraction.isEmpty else { return nil }
        let significant = whole.drop { $0 == "0" }
        result += significant.isEmpty ? "0" : significant
        if !fraction.isEmpty { result += "." + fraction }
        return JSONNumber(result + rest)
    }
}
