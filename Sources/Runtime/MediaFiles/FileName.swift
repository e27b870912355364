/// Names of files as people are shown them.
public enum FileName {
    /// A name on one line, without path, at most 255 characters; nil if nothing is left. Characters that are not seen but
    /// change what is seen are left out: controls, breaks, marks of direction (`photo_exe.jpg` may be a name that ends in
    /// `exe`).
    public static func shown(_ name: String?) -> String? {
        let scalars = (name ?? "").unicodeScalars.filter { $0 != "/" && $0 != "\\" && isSeen($0) }
        let shown = String(String.UnicodeScalarView(scalars.prefix(255)))
        return shown.allSatisfy { $0 == "." || $0.isWhitespace } ? nil : shown
    }

    private static func isSeen(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}
