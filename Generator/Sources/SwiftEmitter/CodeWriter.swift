/// Builds Swift source line by line with indentation.
struct CodeWriter {
    private(set) var lines: [String] = []
    private var depth = 0

    /// Adds a line, or several if `text` has line breaks.
    mutating func line(_ text: String = "") {
        // Nearly all texts are one line; finding that in bytes is many times quicker than splitting characters.
        guard text.utf8.contains(UInt8(ascii: "\n")) else { return add(text[...]) }
        for part in text.split(separator: "\n", omittingEmptySubsequences: false) {
            add(part)
        }
    }

    private mutating func add(_ part: Substring) {
        lines.append(part.isEmpty ? "" : String(repeating: "    ", count: depth) + part)
    }

    /// Adds `head {`, the lines of `body` one level deeper, and `}`.
    mutating func block(_ head: String, closing: String = "}", _ body: (inout CodeWriter) -> Void) {
        line(head + " {")
        depth += 1
        body(&self)
        depth -= 1
        line(closing)
    }

    /// Adds `head {`, the lines of another writer one level deeper, and `}`; nothing if it has none.
    mutating func block(_ head: String, ifAny body: CodeWriter) {
        guard !body.lines.isEmpty else { return }
        block(head) { for line in body.lines { $0.line(line) } }
    }

    /// Adds the lines of `body` one level deeper.
    mutating func indented(_ body: (inout CodeWriter) -> Void) {
        depth += 1
        body(&self)
        depth -= 1
    }

    /// Adds a documentation comment, wrapped at 120 columns.
    mutating func documentation(_ text: String?, fallback: String) {
        let source = text.flatMap { $0.isEmpty ? nil : $0 } ?? fallback
        let width = 120 - depth * 4 - 4
        var isFirst = true
        for paragraph in source.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            if paragraph.allSatisfy(\.isWhitespace) {
                if !isFirst { line("///") }
                continue
            }
            isFirst = false
            var current = ""
            for word in paragraph.split(whereSeparator: { $0.isWhitespace || $0.asciiValue.map { $0 < 0x20 } ?? false })
            {
                if !current.isEmpty, current.count + word.count + 1 > width {
                    line("/// " + current)
                    current = ""
                }
                current += current.isEmpty ? String(word) : " " + word
            }
            if !current.isEmpty { line("/// " + current) }
        }
        while lines.last?.hasSuffix("///") == true { lines.removeLast() }
    }

    /// The source text, ending in one line break, a statement a line however long.
    var text: String { lines.joined(separator: "\n") + "\n" }

    /// The source text with long lines broken.
    var laidOut: String { lines.flatMap { CodeLayout.lines(of: $0) }.joined(separator: "\n") + "\n" }
}

extension String {
    /// A Swift string literal.
    var literal: String {
        var result = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            default:
                if scalar.isPlain {
                    result.unicodeScalars.append(scalar)
                } else {
                    result += "\\u{" + String(scalar.value, radix: 16) + "}"
                }
            }
        }
        return result + "\""
    }
}

extension Unicode.Scalar {
    /// Whether it can stand in source text and is seen there: no control, no mark that joins what is before it.
    fileprivate var isPlain: Bool {
        if value < 0x7F { return value >= 0x20 }
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator,
            .nonspacingMark, .spacingMark, .enclosingMark:
            return false
        default: return true
        }
    }
}
