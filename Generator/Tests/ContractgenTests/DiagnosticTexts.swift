import Foundation

/// The messages of diagnostics that the generator's sources hold.
///
/// Read from the sources, so that nobody can add a diagnostic without a document that provokes it.
struct DiagnosticTexts {
    /// A message with what stands between its interpolations.
    struct Message: CustomStringConvertible {
        var file: String
        var line: Int
        var parts: [String]
        var description: String { "\(file):\(line): \(parts.joined(separator: "…"))" }

        /// Whether a line shows the message.
        func matches(_ line: Substring) -> Bool {
            var rest = line
            for part in parts where !part.isEmpty {
                guard let range = rest.range(of: part) else { return false }
                rest = rest[range.upperBound...]
            }
            return true
        }
    }

    private static let calls = [
        ".error(", ".warning(", "lapse(", "Diagnostic(", "report(", "SourceError(", ".problem(", "refuse(",
    ]
    private static let otherLabels = ["reason:", "remedy:", "file:", "pointer:", "as:", "?"]

    /// Every message of the Swift files below a folder.
    static func messages(in folder: URL) throws -> [Message] {
        let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return try names.filter { $0.hasSuffix(".swift") }.sorted().flatMap { name in
            try messages(of: String(contentsOf: folder.appending(path: name), encoding: .utf8), file: name)
        }
    }

    static func messages(of source: String, file: String) -> [Message] {
        let scalars = Array(source.unicodeScalars)
        var found: [Message] = []
        var line = 1
        for index in scalars.indices {
            if scalars[index] == "\n" { line += 1 }
            guard scalars[index] == "(" else { continue }
            let before = String(String.UnicodeScalarView(scalars[max(0, index - 15)...index]))
            guard calls.contains(where: { before.hasSuffix($0) }), !before.contains("func ") else { continue }
            // What generated code says about values is no diagnostic of a spec.
            if before.hasSuffix("context.refuse(") { continue }
            if let parts = firstText(scalars, after: index + 1), parts.joined().contains(" "),
                parts.joined().count >= 10
            {
                found.append(Message(file: file, line: line, parts: parts))
            }
        }
        return found
    }

    /// The first text among the arguments that is neither labelled as something else nor part of a longer expression.
    private static func firstText(_ scalars: [Unicode.Scalar], after start: Int) -> [String]? {
        var index = start
        var depth = 1
        var label = ""
        while index < scalars.count, depth > 0 {
            switch scalars[index] {
            case "(", "[", "{": depth += 1
            case ")", "]", "}": depth -= 1
            case ",": label = ""
            case "\"":
                let (parts, end) = text(scalars, at: index)
                if depth == 1, !otherLabels.contains(where: { label.contains($0) }) { return parts }
                index = end
            default: break
            }
            if scalars[index] != "," { label.unicodeScalars.append(scalars[index]) }
            index += 1
        }
        return nil
    }

    /// A string literal in parts between interpolations, and where it ends.
    private static func text(_ scalars: [Unicode.Scalar], at start: Int) -> (parts: [String], end: Int) {
        var parts = [""]
        var index = start + 1
        while index < scalars.count, scalars[index] != "\"" {
            guard scalars[index] == "\\" else {
                parts[parts.count - 1].unicodeScalars.append(scalars[index])
                index += 1
                continue
            }
            guard scalars[index + 1] == "(" else {
                parts[parts.count - 1].unicodeScalars.append(scalars[index + 1])
                index += 2
                continue
            }
            var depth = 1
            index += 2
            while index < scalars.count, depth > 0 {
                if scalars[index] == "\"" { index = text(scalars, at: index).end }
                if scalars[index] == "(" { depth += 1 }
                if scalars[index] == ")" { depth -= 1 }
                index += 1
            }
            parts.append("")
        }
        return (parts, index)
    }
}
