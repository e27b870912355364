import ContractJSON

/// Writes one value in the form of its parameter. Absent values and `null` write nothing.
struct ParameterEncoding {
    let name: String
    let form: ParameterForm

    /// A path segment.
    func segment(_ value: JSONValue) -> String {
        let encode: (String) -> String = { PercentCoding.encode($0) }
        let separator = form.explodes ? (form.style == .label ? "." : form.style == .matrix ? ";" : ",") : ","
        switch form.style {
        case .json: return encode(value.jsonText)
        case .label: return "." + joined(value, separator: separator, encode)
        case .matrix: return ";" + matrix(value, encode)
        default: return joined(value, separator: separator, encode)
        }
    }

    private func matrix(_ value: JSONValue, _ encode: (String) -> String) -> String {
        let key = encode(name)
        switch value {
        case .array(let elements) where form.explodes:
            return elements.map { "\(key)=\(encode(Self.text($0)))" }.joined(separator: ";")
        case .object where form.explodes: return joined(value, separator: ";", encode)
        default: return "\(key)=\(joined(value, separator: ",", encode))"
        }
    }

    /// Elements or members with a separator between them; a scalar as it is.
    private func joined(_ value: JSONValue, separator: String, _ encode: (String) -> String) -> String {
        switch value {
        case .array(let elements): return elements.map { encode(Self.text($0)) }.joined(separator: separator)
        case .object(let object):
            let equals = form.explodes ? "=" : separator
            return object.members.filter { !$0.value.isNull }
                .map { "\(encode($0.name))\(equals)\(encode(Self.text($0.value)))" }.joined(separator: separator)
        default: return encode(Self.text(value))
        }
    }

    /// A header field, which has no percent-encoding.
    func header(_ value: JSONValue) -> String {
        form.style == .json ? value.jsonText : joined(value, separator: ",") { $0 }
    }

    /// `name=value` pairs of a query, form body or cookie.
    func pairs(_ value: JSONValue) -> [String] {
        let encode: (String) -> String = { PercentCoding.encode($0, allowsReserved: form.allowsReserved) }
        let key = PercentCoding.encode(name)
        switch (form.style, value) {
        case (.json, _): return ["\(key)=\(encode(value.jsonText))"]
        case (_, .null): return []
        case (.deepObject, .object): return deep(value, key, encode)
        case (_, .array(let elements)) where form.explodes: return elements.map { "\(key)=\(encode(Self.text($0)))" }
        case (_, .object(let object)) where form.explodes:
            return object.members.filter { !$0.value.isNull }
                .map { "\(PercentCoding.encode($0.name))=\(encode(Self.text($0.value)))" }
        default:
            let separator =
                switch form.style {
                case .spaceDelimited: "%20"
                case .pipeDelimited: "%7C"
                default: ","
                }
            return ["\(key)=\(joined(value, separator: separator, encode))"]
        }
    }

    private func deep(_ value: JSONValue, _ key: String, _ encode: (String) -> String) -> [String] {
        switch value {
        case .null: []
        case .object(let object):
            object.members.flatMap { deep($0.value, "\(key)%5B\(PercentCoding.encode($0.name))%5D", encode) }
        case .array(let elements): elements.map { "\(key)=\(encode(Self.text($0)))" }
        default: ["\(key)=\(encode(Self.text(value)))"]
        }
    }

    /// A scalar as text; a container, which no style but `deepObject` has a place for, as JSON.
    private static func text(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): text
        case .null: ""
        default: value.jsonText
        }
    }
}
