extension String {
    /// The text with everything replaced that a terminal would obey instead of show: control characters (escape sequences start
    /// with one), line and paragraph separators, and marks that change the direction of text. Names and texts of customers may
    /// hold any of them.
    var forTerminal: String {
        guard unicodeScalars.contains(where: \.isObeyedByTerminals) else { return self }
        var shown = UnicodeScalarView()
        for scalar in unicodeScalars { shown.append(scalar.isObeyedByTerminals ? "\u{FFFD}" : scalar) }
        return String(shown)
    }
}

extension Unicode.Scalar {
    fileprivate var isObeyedByTerminals: Bool {
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: properties.isBidiControl
        }
    }
}
