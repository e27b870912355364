/// Names of files as people are shown them.
public enum FileName {
    /// A name on one line, without path, at most 255 characters; nil if nothing is left. A longer one is cut before its
    /// extension, by which devices know how to open it. Characters that are not seen but
    /// change what is seen are left out: controls, breaks, marks of direction (`photo_exe.jpg` may be a name that ends in
    /// `exe`).
    public static func shown(_ name: String?) -> String? {
        let scalars = (name ?? "").unicodeScalars.filter { $0 != "/" && $0 != "\\" && isSeen($0) }
        let shown = cut(String(String.UnicodeScalarView(scalars)))
        return shown.allSatisfy { $0 == "." || $0.isWhitespace } ? nil : shown
    }

    private static let maximumScalars = 255

    /// The name within its limit, cut between characters as people see them.
    private static func cut(_ name: String) -> String {
        guard name.unicodeScalars.count > maximumScalars else { return name }
        let ending = name.lastIndex(of: ".").map { name[$0...] } ?? ""
        // What is longer is no extension.
        let kept = ending.unicodeScalars.count <= 16 ? String(ending) : ""
        var stem = ""
        var left = maximumScalars - kept.unicodeScalars.count
        for character in name {
            left -= character.unicodeScalars.count
            guard left >= 0 else { break }
            stem.append(character)
        }
        return stem + kept
    }

    private static func isSeen(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}
