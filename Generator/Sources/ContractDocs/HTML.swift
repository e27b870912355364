/// Pieces of HTML. Whatever comes from a contract goes through ``escape(_:)``.
enum HTML {
    /// Text for content and attributes.
    static func escape(_ text: some StringProtocol) -> String {
        var result = ""
        for character in text {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.append(character)
            }
        }
        return result
    }

    /// A text of a contract: paragraphs, and code between backticks.
    static func prose(_ text: String?) -> String {
        guard let text, !text.isEmpty else { return "" }
        return text.split(separator: "\n\n").map { "<p>\(inline(String($0)))</p>" }.joined()
    }

    /// One paragraph without its tags.
    static func inline(_ text: String) -> String {
        let parts = text.split(separator: "`", omittingEmptySubsequences: false)
        // An odd mark at the end is a mark.
        guard parts.count % 2 == 1 else { return escape(text) }
        return parts.enumerated().map { $0.offset % 2 == 1 ? code($0.element) : escape($0.element) }.joined()
    }

    static func code(_ text: some StringProtocol) -> String { "<code>\(escape(text))</code>" }

    static func link(_ target: String, _ text: String) -> String { "<a href=\"\(escape(target))\">\(text)</a>" }

    static func badge(_ text: String, _ kind: String = "") -> String {
        "<span class=\"badge \(kind)\">\(escape(text))</span>"
    }

    /// A name as part of an address.
    static func anchor(_ name: String) -> String {
        var result = ""
        for scalar in name.unicodeScalars {
            let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
            result += isPlain || scalar == "-" || scalar == "_" || scalar == "." ? String(scalar) : "-"
        }
        return result
    }
}
