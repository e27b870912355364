/// Splits a text that is too long for one message of Genesys.
enum TextParts {
    /// Most Unicode scalars of one text (`GenesysMessageDraft.text`; Genesys itself documents no maximum).
    static let maximumScalars = 100_000
    /// Most bytes of one text in UTF-8. A request to Genesys may have 512,000 bytes (Platform API limits,
    /// `request.bytes.max`); the rest is for what stands around the text and for escapes within.
    static let maximumBytes = 400_000

    /// The text in parts, in order, whole when they are put together. A part ends behind a word where it can, never
    /// within a character as people see it, unless that character alone is longer than a part.
    static func split(
        _ text: String,
        maximumScalars: Int = maximumScalars,
        maximumBytes: Int = maximumBytes
    ) -> [String] {
        var parts: [String] = []
        var rest = text[...]
        while let end = end(of: rest, maximumScalars, maximumBytes) {
            parts.append(String(rest[..<end]))
            rest = rest[end...]
        }
        parts.append(String(rest))
        return parts
    }

    /// Where the first part ends; nil if all of it fits.
    private static func end(of text: Substring, _ maximumScalars: Int, _ maximumBytes: Int) -> String.Index? {
        if text.utf8.count <= min(maximumScalars, maximumBytes) { return nil }
        var end = text.startIndex
        var wordEnd: String.Index?
        var scalars = 0
        var bytes = 0
        while end < text.endIndex {
            let character = text[end]
            scalars += character.unicodeScalars.count
            bytes += character.utf8.count
            guard scalars <= maximumScalars, bytes <= maximumBytes else {
                return wordEnd ?? (end > text.startIndex ? end : endWithinCharacter(text, maximumScalars, maximumBytes))
            }
            end = text.index(after: end)
            if character.isWhitespace { wordEnd = end }
        }
        return nil
    }

    /// Between two scalars of a first character that fits into no part.
    private static func endWithinCharacter(_ text: Substring, _ maximumScalars: Int, _ maximumBytes: Int)
        -> String.Index
    {
        var end = text.startIndex
        var bytes = 0
        for (scalars, index) in text.unicodeScalars.indices.enumerated() {
            bytes += text.unicodeScalars[index].utf8.count
            guard scalars < maximumScalars, bytes <= maximumBytes else { break }
            end = text.unicodeScalars.index(after: index)
        }
        return end > text.startIndex ? end : text.unicodeScalars.index(after: text.startIndex)
    }
}

extension Unicode.Scalar {
    /// Its code units in UTF-8.
    fileprivate var utf8: Unicode.UTF8.EncodedScalar {
        Unicode.UTF8.encode(self) ?? Unicode.UTF8.encodedReplacementCharacter
    }
}
