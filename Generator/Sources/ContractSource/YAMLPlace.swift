import ContractJSON

/// Where a key stands in a text that could not be read as a whole: found by indentation, as in block style.
enum YAMLPlace {
    /// A line of block style.
    private struct Line {
        /// Columns of the dashes that open elements, from 0.
        var dashes: [Int] = []
        /// Column of what follows them.
        var indent: Int
        /// The key, if the line has one.
        var key: String?

        init?(_ text: Substring) {
            indent = text.prefix { $0 == " " }.count
            var rest = text.dropFirst(indent)
            while rest.hasPrefix("- ") {
                dashes.append(indent)
                let spaces = rest.dropFirst().prefix { $0 == " " }.count + 1
                indent += spaces
                rest = rest.dropFirst(spaces)
            }
            guard let first = rest.first, first != "#" else { return nil }
            let name = rest.prefix { $0 != ":" }
            key = name.count < rest.count ? name.filter { $0 != "\"" && $0 != "'" } : nil
        }
    }

    /// The JSON Pointer of a key.
    /// - Parameters:
    ///   - line: From 1.
    ///   - column: From 1.
    static func pointer(of name: String, line: Int, column: Int, in text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).prefix(line)
        var tokens = [name]
        var indent = column - 1
        /// Elements counted so far of the list that is left upwards, and the column of its dashes.
        var list: (column: Int, count: Int)?
        for (distance, text) in lines.reversed().enumerated() {
            guard let line = Line(text) else { continue }
            if let open = list {
                if line.dashes.contains(open.column) {
                    list?.count += 1
                    continue
                }
                guard line.indent <= open.column, line.key != nil else { continue }
                tokens.append(String(open.count))
                list = nil
            } else if distance == 0 || line.indent >= indent || line.key == nil {
                if line.indent == indent, let dash = line.dashes.last { list = (dash, 0) }
                continue
            }
            guard let key = line.key else { continue }
            tokens.append(key)
            indent = line.indent
            if let dash = line.dashes.last { list = (dash, 0) }
        }
        if let open = list { tokens.append(String(open.count)) }
        return tokens.reversed().map { "/" + JSONPointer.escape($0) }.joined()
    }
}
