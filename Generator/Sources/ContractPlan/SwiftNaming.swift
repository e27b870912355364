/// The one rule by which names of a contract become Swift names.
///
/// A name is cut into words at every character that is no letter or digit and before a capital that follows a small
/// letter or digit. Types join the words capitalised, members the first one in small letters. Runs of capitals stay as
/// they are (`GenesysAPI`). A name that starts with a digit gets `_` before it. A member that is a Swift keyword is
/// written in backticks; a type that would hide one of Swift's own gets `Value` behind it, `Type` becomes `Kind`.
public enum SwiftNaming {
    /// An UpperCamelCase type name.
    public static func typeName(_ name: String) -> String {
        let joined = words(name).map { capitalised($0) }.joined()
        let legal = legalised(joined, fallback: "Value")
        switch legal {
        case "Type", "Protocol", "Self": return legal == "Type" ? "Kind" : legal + "Value"
        case _
        where hiddenTypes.contains(legal) || RuntimeNames.all.contains(legal) || RuntimeNames.others.contains(legal):
            return legal + "Value"
        default: return legal
        }
    }

    /// A lowerCamelCase member name, in backticks where Swift needs them.
    public static func memberName(_ name: String) -> String {
        let plain = plainMemberName(name)
        return keywords.contains(plain) ? "`\(plain)`" : plain
    }

    /// A lowerCamelCase member name without backticks.
    public static func plainMemberName(_ name: String) -> String {
        let parts = words(name)
        guard let first = parts.first else { return legalised("", fallback: "empty") }
        let lowered = first.allSatisfy { $0.isUppercase || $0.isNumber } ? first.lowercased() : lowerFirst(first)
        let joined = lowered + parts.dropFirst().map { capitalised($0) }.joined()
        let legal = legalised(joined, fallback: "value")
        return ["self", "Self", "init", "hashValue", "unknownMembers", "additionalMembers"].contains(legal)
            ? legal + "Value" : legal
    }

    /// Whether a member must stand in backticks.
    public static func isKeyword(_ name: String) -> Bool { keywords.contains(name) }

    static func words(_ name: String) -> [String] {
        var words: [String] = []
        var current = ""
        var previous: Character?
        for character in name {
            guard character.isLetter || character.isNumber else {
                if !current.isEmpty { words.append(current) }
                current = ""
                previous = nil
                continue
            }
            if character.isUppercase, let previous, previous.isLowercase || previous.isNumber {
                words.append(current)
                current = ""
            }
            current.append(character)
            previous = character
        }
        if !current.isEmpty { words.append(current) }
        // Constants such as `ACCOUNT_REVIEW` are words, not runs of capitals.
        let isShouting = name.contains("_") && !name.contains { $0.isLowercase }
        return isShouting ? words.map { $0.lowercased() } : words
    }

    private static func capitalised(_ word: String) -> String { word.prefix(1).uppercased() + word.dropFirst() }

    private static func lowerFirst(_ word: String) -> String { word.prefix(1).lowercased() + word.dropFirst() }

    private static func legalised(_ name: String, fallback: String) -> String {
        guard let first = name.first else { return fallback }
        return first.isNumber ? "_" + name : name
    }

    private static let hiddenTypes: Set<String> = [
        "String", "Bool", "Int", "Double", "Array", "Dictionary", "Optional", "Set", "Error", "Any", "Never", "Void",
        "Result", "Duration", "Sendable", "Hashable", "Character", "Task", "Actor", "Identifiable", "Equatable",
        "Codable",
        "Sequence", "Collection", "Mirror", "Range", "Encodable", "Decodable", "Data", "URL", "UUID", "Date",
    ]

    private static let keywords: Set<String> = [
        "associatedtype", "class", "deinit", "enum", "extension", "fileprivate", "func", "import", "init", "inout",
        "internal", "let", "open", "operator", "private", "precedencegroup", "protocol", "public", "rethrows", "static",
        "struct", "subscript", "typealias", "var", "break", "case", "catch", "continue", "default", "defer", "do",
        "else",
        "fallthrough", "for", "guard", "if", "in", "repeat", "return", "throw", "switch", "where", "while", "as",
        "false",
        "is", "nil", "self", "super", "throws", "true", "try", "actor", "await", "async", "some", "any", "Any", "Self",
    ]
}
