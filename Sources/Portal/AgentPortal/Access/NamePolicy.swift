/// What the name of a new user must be like.
enum NamePolicy {
    /// Most characters.
    static let maximumLength = 100
    /// What may stand in a name beside letters, marks and digits of any script.
    private static let signs: Set<Unicode.Scalar> = [".", "-", "_", "@", "+", "'"]

    /// What is wrong with a name, for the person who chose it; nil: nothing.
    ///
    /// Two names that look alike, or one that turns the text around it, would hide who did what in the audit log: letters,
    /// marks, digits and a few signs are enough for names and for addresses of e-mail.
    static func objection(to name: String) -> String? {
        if name.count < 2 { return "A name has at least two characters." }
        if name.unicodeScalars.count > maximumLength { return "A name has at most \(maximumLength) characters." }
        for scalar in name.unicodeScalars where !isAllowed(scalar) {
            if scalar.properties.isWhitespace {
                return "A name has no spaces; join words with a full stop or a hyphen."
            }
            if isInvisible(scalar) {
                return "The name holds a character that can't be seen (U+\(hexadecimal(scalar))); type it anew."
            }
            return "A name has letters, digits and the signs . - _ @ + ' only, for example ada@example.org."
        }
        return nil
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .otherLetter, .modifierLetter, .nonspacingMark,
            .spacingMark, .decimalNumber:
            !scalar.properties.isDefaultIgnorableCodePoint
        default: signs.contains(scalar)
        }
    }

    /// Controls, and what changes the direction or the joining of text.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: true
        default: scalar.properties.isDefaultIgnorableCodePoint
        }
    }

    private static func hexadecimal(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
