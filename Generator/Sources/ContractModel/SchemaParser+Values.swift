import ContractJSON
import ContractRuntime
import ContractSource

/// Reading and checking of keyword values.
extension SchemaParser {
    private var log: DiagnosticLog { builder.log }

    /// Reports a lapse that leaves the meaning clear: an error in a document of ours, a warning in one about others.
    private func lapse(_ node: SourceNode, _ message: String, reason: String? = nil, remedy: String? = nil) {
        if builder.isTolerant(document) {
            log.warning(node, message, reason: reason, remedy: remedy)
        } else {
            log.error(node, message, reason: reason, remedy: remedy)
        }
    }

    func subschema(_ node: SourceNode) -> SchemaID { builder.schema(at: node, document: document) }

    func schemas(_ node: SourceNode, _ keyword: String) -> [SchemaID] {
        let elements = list(node, keyword)
        if elements.isEmpty, node.elements != nil {
            log.error(node, "\(keyword) is empty.", reason: "It needs at least one schema.", remedy: "Remove it.")
        }
        return elements.map(subschema)
    }

    func map(_ node: SourceNode, _ keyword: String) -> [(name: String, schema: SchemaID)] {
        entries(node, keyword).map { ($0.name, subschema($0.node)) }
    }

    func entries(_ node: SourceNode, _ keyword: String) -> [SourceNode.Member] {
        if let members = node.members { return members }
        log.error(node, "\(keyword) is \(node.kind); it has to be a mapping.")
        return []
    }

    func list(_ node: SourceNode, _ keyword: String) -> [SourceNode] {
        if let elements = node.elements { return elements }
        log.error(node, "\(keyword) is \(node.kind); it has to be a list.")
        return []
    }

    func string(_ node: SourceNode, _ keyword: String) -> String? {
        if let string = node.string { return string }
        log.error(
            node,
            "\(keyword) is \(node.kind); it has to be a string.",
            remedy: node.elements == nil && node.members == nil ? "Put it in quotation marks." : nil
        )
        return nil
    }

    func bool(_ node: SourceNode, _ keyword: String) -> Bool {
        if let bool = node.bool { return bool }
        log.error(node, "\(keyword) is \(node.kind); it has to be true or false.")
        return false
    }

    func names(_ node: SourceNode, _ keyword: String) -> [String] {
        if keyword == "required", node.bool != nil {
            log.error(
                node,
                "required is a truth value; it has to be a list of property names.",
                remedy: "List the names of required properties beside properties."
            )
            return []
        }
        var names: [String] = []
        for element in list(node, keyword) {
            guard let name = string(element, "A name in \(keyword)") else { continue }
            if names.contains(where: { ExactText($0) == ExactText(name) }) {
                lapse(element, "\(keyword) names \(name) twice.", remedy: "Remove one.")
            } else {
                names.append(name)
            }
        }
        return names
    }

    func count(_ node: SourceNode, _ keyword: String) -> Int? {
        guard let number = node.number, number.isInteger, !number.text.hasPrefix("-") || number.int64 == 0 else {
            log.error(node, "\(keyword) is \(described(node)); it has to be a whole number from 0.")
            return nil
        }
        return number.int64.flatMap { Int(exactly: $0) } ?? .max
    }

    func positive(_ node: SourceNode) -> JSONNumber? {
        guard let number = node.number, number > JSONNumber(0) else {
            log.error(node, "multipleOf is \(described(node)); it has to be a number above 0.")
            return nil
        }
        return number
    }

    /// - Parameter siblings: The schema that the bound stands in.
    func bound(_ member: SourceNode.Member, of siblings: SourceNode, dialect: Dialect, into schema: inout Schema) {
        let node = member.node
        guard let number = node.number else {
            flag(member, of: siblings, dialect: dialect, into: &schema)
            return
        }
        switch member.name {
        case "maximum": schema.maximum = number
        case "exclusiveMaximum": schema.exclusiveMaximum = number
        case "minimum": schema.minimum = number
        default: schema.exclusiveMinimum = number
        }
    }

    /// Up to draft 4 the exclusive bounds say how the plain ones are meant. Foreign documents of later dialects still write
    /// them so.
    private func flag(
        _ member: SourceNode.Member, of siblings: SourceNode, dialect: Dialect, into schema: inout Schema
    ) {
        let node = member.node
        let plain = ["exclusiveMaximum": "maximum", "exclusiveMinimum": "minimum"][member.name]
        guard let plain, let isExclusive = node.bool, dialect.draft == .draft4 || builder.isTolerant(document) else {
            log.error(
                node,
                "\(member.name) is \(node.kind); it has to be a number.",
                remedy: node.bool == true ? "Since draft 6 the limit itself stands here." : nil
            )
            return
        }
        if dialect.draft != .draft4 {
            log.warning(
                node,
                "\(member.name) is \(node.kind); it has to be a number.",
                reason: isExclusive
                    ? "It is read as in draft 4: \(plain) itself is not allowed."
                    : "It is read as in draft 4: it says nothing.",
                remedy: isExclusive ? "Since draft 6 the limit itself stands here." : "Remove it."
            )
        }
        guard isExclusive, let limit = siblings[plain]?.number else { return }
        if plain == "maximum" { schema.exclusiveMaximum = limit } else { schema.exclusiveMinimum = limit }
    }

    /// A text for people; what is none in a document about others is left out with a warning.
    func prose(_ node: SourceNode, _ keyword: String) -> String? {
        guard node.string == nil, builder.isTolerant(document) else { return string(node, keyword) }
        if let number = node.number { return number.text }
        log.warning(
            node, "\(keyword) is \(node.kind); it has to be a string.", reason: "It is left out.",
            remedy: "Write the text itself here.")
        return nil
    }

    func types(_ node: SourceNode) -> Set<JSONType>? {
        let elements = node.elements ?? [node]
        if elements.isEmpty {
            log.error(node, "type is an empty list.", remedy: "Leave type out to allow every type.")
        }
        var types: Set<JSONType> = []
        for element in elements {
            guard let name = element.string else {
                log.error(
                    element,
                    "A type is \(element.kind); it has to be a string.",
                    remedy: element.value == .null ? "Write \"null\" in quotation marks." : nil
                )
                continue
            }
            guard let type = JSONType(rawValue: name) else {
                let known = JSONType.allCases.map(\.rawValue)
                let nearest = Self.foreignTypes[name] ?? NearestName.of(name, among: known)
                log.error(
                    element,
                    "\(name) is no type of JSON Schema.",
                    reason: "The types are \(known.joined(separator: ", ")).",
                    remedy: nearest.map { "Did you mean \($0)?" }
                )
                continue
            }
            if !types.insert(type).inserted { lapse(element, "type names \(name) twice.", remedy: "Remove one.") }
        }
        return types.isEmpty ? nil : types
    }

    private static let foreignTypes = [
        "int": "integer", "long": "integer", "float": "number", "double": "number", "bool": "boolean", "str": "string",
        "text": "string", "list": "array", "map": "object", "dict": "object", "date": "string with format: date",
        "datetime": "string with format: date-time", "file": "string with contentMediaType",
    ]

    func enumeration(_ node: SourceNode) -> [JSONValue]? {
        guard node.elements != nil else {
            log.error(node, "enum is \(node.kind); it has to be a list.")
            return nil
        }
        var values: [JSONValue] = []
        var known: Set<JSONValue> = []
        for element in list(node, "enum") {
            let value = element.value
            if known.insert(value).inserted {
                values.append(value)
            } else {
                log.warning(element, "enum lists the same value twice.", remedy: "Remove one.")
            }
        }
        return values
    }

    /// A regular expression; an invalid one is in the log.
    func pattern(_ node: SourceNode, text: String?) -> String? {
        guard let text else {
            log.error(node, "pattern is \(node.kind); it has to be a string.")
            return nil
        }
        do throws(PatternError) {
            _ = try ContractPattern.validated(text)
        } catch {
            if builder.isTolerant(document), let relaxed = Self.withoutNeedlessBackslashes(text) {
                log.warning(
                    node,
                    "\(text) has backslashes before characters that need none.",
                    reason: "With the u flag ECMA-262 refuses them (2020-12 core, 6.4); it is read as \(relaxed).",
                    remedy: "Leave these backslashes out."
                )
                return relaxed
            }
            log.error(
                node,
                "\(text) is no regular expression of ECMA-262: \(error.reason).",
                reason:
                    "The error is at character \(error.offset + 1). Patterns are read with the u flag (2020-12 core, 6.4)."
            )
            return nil
        }
        return text
    }

    /// The expression as it is read without the u flag, where `\:` and the like mean the character; nil if it is wrong for
    /// another reason. Backslashes that say something, such as `\-` in a class, are no errors and stay.
    private static func withoutNeedlessBackslashes(_ text: String) -> String? {
        var scalars = Array(text.unicodeScalars)
        while true {
            let expression = String(String.UnicodeScalarView(scalars))
            do throws(PatternError) {
                _ = try ContractPattern.validated(expression)
                return expression
            } catch {
                guard scalars.indices.contains(error.offset + 1), scalars[error.offset] == "\\" else { return nil }
                let next = scalars[error.offset + 1]
                guard next.isASCII, next.value >= 0x20, !next.properties.isAlphabetic, !("0"..."9").contains(next)
                else {
                    return nil
                }
                scalars.remove(at: error.offset)
            }
        }
    }

    /// The examples of a schema; a single one without its list is a lapse that does no harm.
    func examples(_ node: SourceNode) -> [JSONValue] {
        guard node.elements == nil, builder.isTolerant(document) else { return list(node, "examples").map(\.value) }
        log.warning(
            node, "examples is no list.", reason: "It is taken for the only example.", remedy: "Put it in brackets.")
        return [node.value]
    }

    /// Formats of OpenAPI's registry that say how wide a number is or how bytes are written; they are not checked.
    private static let registeredFormats: Set<String> = [
        "int32", "int64", "float", "double", "byte", "binary", "password",
    ]

    func format(_ node: SourceNode) -> String? {
        guard let name = string(node, "format") else { return nil }
        let policy = builder.unknownKeywordsByDocument[document] ?? builder.unknownKeywords
        if policy == .refuse, !ContractFormat.isKnown(name), !Self.registeredFormats.contains(name) {
            log.error(
                node,
                "\(name) is no format of JSON Schema.",
                reason: "It would not be checked.",
                remedy: NearestName.of(name, among: ContractFormat.names).map { "Did you mean \($0)?" }
                    ?? "Write a pattern, or leave it out."
            )
        }
        if policy == .warn, !ContractFormat.isKnown(name), !Self.registeredFormats.contains(name),
            let near = NearestName.of(name, among: ContractFormat.names)
        {
            log.warning(
                node, "\(name) is no format of JSON Schema.",
                reason: "It is not checked; formats of others may have any name.",
                remedy: "Did you mean \(near)?")
        }
        return name
    }

    private func described(_ node: SourceNode) -> String { node.number?.text ?? node.kind }
}
