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
        let codes = Codes(
            name: { PercentCoding.encode($0) },
            text: { PercentCoding.encode($0, allowsReserved: form.allowsReserved) }, space: "%20", pipe: "%7C",
            open: "%5B", close: "%5D")
        return entries(value, codes).map { "\($0.name)=\($0.text)" }
    }

    /// Names and texts of the parts of a multipart body, where nothing is percent-encoded.
    func texts(_ value: JSONValue) -> [(name: String, text: String)] {
        entries(value, Codes(name: { $0 }, text: { $0 }, space: " ", pipe: "|", open: "[", close: "]"))
    }

    /// How names, texts and what stands between them are written.
    private struct Codes {
        let name: (String) -> String
        let text: (String) -> String
        let space: String
        let pipe: String
        let open: String
        let close: String
    }

    private func entries(_ value: JSONValue, _ codes: Codes) -> [(name: String, text: String)] {
        let key = codes.name(name)
        switch (form.style, value) {
        case (.json, .array(let elements)) where form.isListOfTexts:
            return elements.map { (key, codes.text($0.jsonText)) }
        case (.json, _): return [(key, codes.text(value.jsonText))]
        case (_, .null): return []
        case (.deepObject, .object): return deep(value, key, codes)
        case (_, .array(let elements)) where form.explodes: return elements.map { (key, codes.text(Self.text($0))) }
        case (_, .object(let object)) where form.explodes:
            return object.members.filter { !$0.value.isNull }
                .map { (codes.name($0.name), codes.text(Self.text($0.value))) }
        default:
            let separator =
                switch form.style {
                case .spaceDelimited: codes.space
                case .pipeDelimited: codes.pipe
                default: ","
                }
            return [(key, joined(value, separator: separator, codes.text))]
        }
    }

    private func deep(_ value: JSONValue, _ key: String, _ codes: Codes) -> [(name: String, text: String)] {
        switch value {
        case .null: []
        case .object(let object):
            object.members.flatMap { member in
                deep(member.value, key + codes.open + codes.name(member.name) + codes.close, codes)
            }
        case .array(let elements): elements.map { (key, codes.text(Self.text($0))) }
        default: [(key, codes.text(Self.text(value)))]
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
