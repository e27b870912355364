/// Splits a text that is too long for one message of Genesys.
enum TextParts {
    /// Most Unicode scalars of one text (`GenesysMessageDraft.text`; Genesys itself documents no maximum).
    static let maximumScalars = 100_000
    /// Most bytes of one text in UTF-8. A request to Genesys may have 512,000 bytes (Platform API limits,
    /// `request.bytes.max`); the rest is for what stands around the text and for escapes within.
    static let maximumBytes = 400_000

    /// The text in parts, in order, whole when they are put together. No part ends within a character as people see it,
    /// unless that character alone is longer than a part.
    static func split(
        _ text: String,
        maximumScalars: Int = maximumScalars,
        maximumBytes: Int = maximumBytes
    ) -> [String] {
        if text.utf8.count <= min(maximumScalars, maximumBytes) { return [text] }
        var parts: [String] = []
        var part = String.UnicodeScalarView()
        var scalars = 0
        var bytes = 0
        func fits(_ moreScalars: Int, _ moreBytes: Int) -> Bool {
            scalars + moreScalars <= maximumScalars && bytes + moreBytes <= maximumBytes
        }
        func finish() {
            if !part.isEmpty { parts.append(String(part)) }
            part = String.UnicodeScalarView()
            scalars = 0
            bytes = 0
        }
        for character in text {
            let piece = character.unicodeScalars
            if !fits(piece.count, character.utf8.count) { finish() }
            if fits(piece.count, character.utf8.count) {
                part.append(contentsOf: piece)
                scalars += piece.count
                bytes += character.utf8.count
                continue
            }
            for scalar in piece {
                let width = scalar.utf8.count
                if !fits(1, width) { finish() }
                part.append(scalar)
                scalars += 1
                bytes += width
            }
        }
        finish()
        return parts
    }
}

extension Unicode.Scalar {
    /// Its code units in UTF-8.
    fileprivate var utf8: Unicode.UTF8.EncodedScalar {
        Unicode.UTF8.encode(self) ?? Unicode.UTF8.encodedReplacementCharacter
    }
}
