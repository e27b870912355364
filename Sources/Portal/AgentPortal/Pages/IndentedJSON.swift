import ContractJSON

/// JSON for people: a member a line.
enum IndentedJSON {
    /// Longest text shown; a payload may have 16 MiB.
    private static let maximumLength = 100_000

    /// The text, cut where it is too long to be read.
    static func text(_ value: JSONValue) -> String {
        var lines = ""
        write(value, indent: "", to: &lines)
        return lines.utf8.count > maximumLength ? lines.prefix(maximumLength) + "\n…" : lines
    }

    private static func write(_ value: JSONValue, indent: String, to text: inout String) {
        let inner = indent + "  "
        switch value {
        case .object(let object) where !object.isEmpty:
            text += "{\n"
            for (index, member) in object.enumerated() {
                text += "\(index == 0 ? "" : ",\n")\(inner)\(JSONValue.string(member.name).jsonText): "
                write(member.value, indent: inner, to: &text)
            }
            text += "\n\(indent)}"
        case .array(let elements) where !elements.isEmpty:
            text += "[\n"
            for (index, element) in elements.enumerated() {
                text += "\(index == 0 ? "" : ",\n")\(inner)"
                write(element, indent: inner, to: &text)
            }
            text += "\n\(indent)]"
        default: text += value.jsonText
        }
    }
}
