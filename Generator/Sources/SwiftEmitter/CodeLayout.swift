/// Breaks the long lines of emitted code, so that `swift format` finds nothing to change.
///
/// `swift format` keeps line breaks where it would allow one itself. So one form is enough: what does not fit one line puts each
/// condition, each argument and each element on a line of its own. See `Docs/decisions/0043-break-long-lines-in-the-emitter.md`.
struct CodeLayout {
    /// Most characters of a line, as in `.swift-format`.
    static let width = 120

    /// `swift format` keeps room for the comma that a broken list would end in, for each list of a line.
    private static let roomForCommas = 4

    private var lines: [String] = []

    /// A line of code, broken if it is too long.
    static func lines(of line: String) -> [String] {
        // Characters are at most as many as bytes.
        guard line.utf8.count > width - roomForCommas else { return [line] }
        let spaces = line.prefix { $0 == " " }.count
        let text = CodeText(line.utf8.dropFirst(spaces))
        guard !text.isComment else { return [line] }
        var layout = CodeLayout()
        layout.add(text, spaces)
        return layout.lines
    }

    private mutating func append(_ text: CodeText, _ spaces: Int) {
        lines.append(String(repeating: " ", count: spaces) + text.string)
    }

    /// Adds one statement, argument or element.
    /// - Parameter goesOn: Whether it goes on from a line before it, behind whose equals sign or colon it was broken.
    private mutating func add(_ text: CodeText, _ spaces: Int, goesOn: Bool = false) {
        if spaces + text.width <= Self.width - (text.hasList ? Self.roomForCommas : 0) { return append(text, spaces) }
        if addGuard(text, spaces) || addCase(text, spaces) || addBlock(text, spaces) || addParts(text, spaces)
            || addGroup(text, spaces, goesOn) || addRest(text, spaces)
        {
            return
        }
        append(text, spaces)
    }

    /// `case` with its statement: the statement goes to a line of its own.
    private mutating func addCase(_ text: CodeText, _ spaces: Int) -> Bool {
        guard text.hasPrefix("case "), let colon = text.first(": ") else { return false }
        append(text[0..<colon + 1], spaces)
        add(text[colon + 2..<text.count], spaces + 4)
        return true
    }

    /// Several arguments, as they stand in brackets that the emitter broke.
    private mutating func addParts(_ text: CodeText, _ spaces: Int) -> Bool {
        let parts = text.parts
        guard parts.count > 1 else { return false }
        addList(parts, spaces, comma: text.hasSuffix(",") ? .all : .between)
        return true
    }

    /// What has no brackets to break: a value behind `??`, a value with a label.
    private mutating func addRest(_ text: CodeText, _ spaces: Int) -> Bool {
        if let operation = text.last(" ?? ") {
            append(text[0..<operation], spaces)
            append(text[operation + 1..<text.count], spaces + 4)
            return true
        }
        return addBehind(":", of: text, text.count, spaces)
    }

    /// Breaks a line behind a colon or an equals sign that stands before `end`.
    private mutating func addBehind(_ sign: String, of text: CodeText, _ end: Int, _ spaces: Int) -> Bool {
        guard let place = text.first(sign + " "), place < end else { return false }
        append(text[0..<place + sign.utf8.count], spaces)
        add(text[place + sign.utf8.count + 1..<text.count], spaces + 4, goesOn: true)
        return true
    }

    /// `guard` with conditions: each on a line, then `else`.
    private mutating func addGuard(_ text: CodeText, _ spaces: Int) -> Bool {
        guard text.hasPrefix("guard "), let otherwise = text.outermost(" else {") else { return false }
        append(CodeText("guard"), spaces)
        addList(text[6..<otherwise].parts, spaces + 4, comma: .between)
        let rest = text[otherwise + 1..<text.count]
        if rest.hasSuffix("}") { add(rest, spaces) } else { append(rest, spaces) }
        return true
    }

    /// Something with braces at its end: what is inside them goes to lines of its own.
    private mutating func addBlock(_ text: CodeText, _ spaces: Int) -> Bool {
        let ending = text.hasSuffix("},") ? "," : ""
        let whole = ending.isEmpty ? text : text[0..<text.count - 1]
        if whole.hasSuffix(" {") {
            return addHead(whole[0..<whole.count - 2], "{", spaces)
        }
        guard let group = whole.groups.last, group.isBraces, group.upperBound == whole.count - 1 else { return false }
        let parameters = whole.parameters(after: group.lowerBound)
        let head = whole[0..<group.lowerBound].trimmed
        let body = whole[parameters..<group.upperBound].trimmed
        let opening = whole[group.lowerBound..<parameters].trimmed.string
        if head.isEmpty {
            append(CodeText(opening), spaces)
        } else if spaces + head.width + opening.count + 1 <= Self.width {
            append(CodeText(head.string + " " + opening), spaces)
        } else if !addHead(head, opening, spaces) {
            return false
        }
        add(body, spaces + 4)
        append(CodeText("}" + ending), spaces)
        return true
    }

    /// What stands before braces and does not fit a line with them.
    private mutating func addHead(_ head: CodeText, _ opening: String, _ spaces: Int) -> Bool {
        if head.hasPrefix("if ") {
            let conditions = head.parts
            guard conditions.count > 1 else { return addGroup(CodeText(head.string + " " + opening), spaces) }
            append(CodeText(conditions[0].string + ","), spaces)
            addList(Array(conditions.dropFirst()), spaces + 4, comma: .between)
            append(CodeText(opening), spaces)
            return true
        }
        return addGroup(CodeText(head.string + " " + opening), spaces)
    }

    /// Brackets: what is inside them goes to lines of its own.
    private mutating func addGroup(_ text: CodeText, _ spaces: Int, _ goesOn: Bool = false) -> Bool {
        let candidates = text.groups.filter { !$0.isBraces && !text[$0.inside].isEmpty }
        guard let group = candidates.max(by: { $0.inside.count < $1.inside.count }) else { return false }
        if spaces + group.lowerBound + 1 > Self.width {
            if addBehind(" =", of: text, group.lowerBound, spaces) || addBehind(":", of: text, group.lowerBound, spaces)
            {
                return true
            }
            let head = text[0..<group.lowerBound]
            if let stop = head.last("."), stop > 0 {
                append(text[0..<stop], spaces)
                add(text[stop..<text.count], goesOn ? spaces : spaces + 4, goesOn: true)
                return true
            }
        }
        append(text[0..<group.lowerBound + 1], spaces)
        let isList = text.isLiteral(group)
        let parts = text[group.inside].parts
        addList(parts, spaces + 4, comma: isList && parts.count > 1 ? .all : .between)
        append(text[group.upperBound..<text.count], spaces)
        return true
    }

    private enum Comma { case between, all }

    private mutating func addList(_ parts: [CodeText], _ spaces: Int, comma: Comma) {
        for (index, part) in parts.enumerated() {
            let isLast = index == parts.count - 1 && comma == .between
            add(isLast ? part : CodeText(part.string + ","), spaces)
        }
    }
}
