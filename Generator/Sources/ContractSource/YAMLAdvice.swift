/// What a person can make of the YAML parser's words: why it stumbled, where the construct began, and what to look at.
struct YAMLAdvice {
    /// Why the text is no YAML; nil if the words say it.
    var reason: String?
    /// What to do; nil if nothing is known.
    var remedy: String?

    /// - Parameters:
    ///   - problem: The parser's words.
    ///   - line: Line of the problem, from 1.
    ///   - beginning: Line and column where the construct began that the parser was in.
    ///   - text: The document.
    init(problem: String, line: Int, beginning: (line: Int, column: Int)?, text: String) {
        let lines = text.split(separator: "\n", maxSplits: line, omittingEmptySubsequences: false)
        let indentation = lines.indices.contains(line - 1) ? lines[line - 1].prefix { $0 == " " || $0 == "\t" } : ""
        if indentation.contains("\t") {
            remedy = "Indent with spaces; YAML allows no tabs there."
            return
        }
        let begun = beginning.map { "line \($0.line), column \($0.column)" } ?? "a line above"
        switch problem {
        case "did not find expected key", "did not find expected <block end>", "did not find expected '-' indicator":
            let isList = problem.contains("'-'")
            reason = "The \(isList ? "list" : "mapping") that begins at \(begun) goes on only in its own column."
            let neighbours = isList ? "entries" : "keys"
            remedy =
                "Indent the line as the \(neighbours) that it belongs to; a text that begins with a quotation mark also ends with it."
        case "mapping values are not allowed in this context":
            reason = "A colon with a space behind it stands where no key can be."
            remedy = "Indent the line as its neighbours, or put a text that holds a colon in quotation marks."
        case "could not find expected ':'":
            reason = "The key at \(begun) has no colon behind it."
            remedy = "Write a colon and a space behind the key, or indent a text of several lines below its key."
        case let problem where problem.hasPrefix("did not find expected ',' or"):
            let isList = problem.contains("]")
            let (kind, bracket) = isList ? ("list", "]") : ("mapping", "}")
            reason = "The \(kind) in brackets that begins at \(begun) is not closed before this place."
            remedy =
                "Look for a missing comma or \(bracket); texts that hold , [ ] { } or a colon need quotation marks."
        case "found unexpected end of stream":
            reason = "The text in quotation marks that begins at \(begun) does not end."
            remedy = "Close it with the same quotation mark."
        case "found character that cannot start any token":
            remedy = "Put a text that begins with @, ` or % in quotation marks."
        default: break
        }
    }
}
