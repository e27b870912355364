/// Splits a text that is too long for one WhatsApp message.
enum TextParts {
    /// Most code units of one text in UTF-16, the count of the platform's own clients; Meta documents 4,096 characters
    /// (messages reference, December 2025) and not what a character is, and no way of counting gives more than this one
    /// but bytes.
    static let maximumUnits = 4_096

    /// The text in parts, in order. A part ends at a line where one ends in its second half, else behind a word, else
    /// between characters as people see them; within one only if it alone is longer than a part. Parts without anything
    /// to see are left out, since WhatsApp refuses them.
    static func split(_ text: String, maximumUnits: Int = maximumUnits) -> [String] {
        var parts: [String] = []
        var rest = text[...]
        while rest.utf16.count > maximumUnits {
            let end = end(of: rest, maximumUnits)
            parts.append(String(rest[..<end]))
            rest = rest[end...]
        }
        parts.append(String(rest))
        return parts.filter { part in !part.allSatisfy(\.isWhitespace) }
    }

    /// The longest beginning that fits, ended behind a word if there is more than one.
    static func prefix(of text: String, _ maximumUnits: Int) -> String {
        guard text.utf16.count > maximumUnits else { return text }
        return String(text[..<end(of: text[...], maximumUnits)])
    }

    private static func end(of text: Substring, _ maximumUnits: Int) -> String.Index {
        var end = text.startIndex
        var units = 0
        var lineEnd: String.Index?
        var wordEnd: String.Index?
        while end < text.endIndex {
            let character = text[end]
            units += character.utf16.count
            guard units <= maximumUnits else { break }
            end = text.index(after: end)
            if character.isNewline, units > maximumUnits / 2 { lineEnd = end }
            if character.isWhitespace { wordEnd = end }
        }
        if end == text.endIndex, units <= maximumUnits { return end }
        if let clean = lineEnd ?? wordEnd { return clean }
        return end > text.startIndex ? end : endWithinCharacter(of: text, maximumUnits)
    }

    /// Between two scalars of a first character that fits into no part.
    private static func endWithinCharacter(of text: Substring, _ maximumUnits: Int) -> String.Index {
        var end = text.startIndex
        var units = 0
        for index in text.unicodeScalars.indices {
            let scalar = text.unicodeScalars[index]
            units += Unicode.UTF16.width(scalar)
            guard units <= maximumUnits else { break }
            end = text.unicodeScalars.index(after: index)
        }
        return end > text.startIndex ? end : text.unicodeScalars.index(after: text.startIndex)
    }
}
