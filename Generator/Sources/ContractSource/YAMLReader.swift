import ContractJSON
import Yams

/// Reads a YAML 1.2 document into nodes.
///
/// Anchors and aliases are expanded; duplicate keys, several documents and merge keys are refused.
struct YAMLReader {
    /// Most nodes of a document after expansion of aliases (a few lines can unfold to billions).
    static let maximumNodes = 2_000_000
    /// Deepest nesting.
    static let maximumDepth = 200

    private let file: String
    private var nodeCount = 0

    private init(file: String) { self.file = file }

    /// Reads `text`.
    static func read(_ text: String, file: String) throws(SourceError) -> SourceNode {
        let root: Node?
        do {
            root = try Yams.compose(yaml: text, .basic)
        } catch {
            throw problem(error, file: file)
        }
        guard let root else {
            throw SourceError(
                file: file,
                message: "The document is empty.",
                remedy: "Write a mapping, or delete the file."
            )
        }
        var reader = YAMLReader(file: file)
        return try reader.node(root, pointer: "", depth: 0, at: (1, 1))
    }

    private mutating func node(
        _ node: Node,
        pointer: String,
        depth: Int,
        at fallback: (line: Int, column: Int)
    ) throws(SourceError) -> SourceNode {
        let line = node.mark?.line ?? fallback.line
        let column = node.mark?.column ?? fallback.column
        func refuse(_ message: String, _ remedy: String) -> SourceError {
            SourceError(file: file, line: line, column: column, pointer: pointer, message: message, remedy: remedy)
        }
        nodeCount += 1
        guard nodeCount <= Self.maximumNodes else {
            throw refuse("The document has more than \(Self.maximumNodes) values.", "Use fewer aliases.")
        }
        guard depth <= Self.maximumDepth else {
            throw refuse("The document is nested deeper than \(Self.maximumDepth) levels.", "Name the inner parts.")
        }
        let content: SourceNode.Content
        switch node {
        case .scalar(let scalar):
            guard let value = Self.value(of: scalar) else {
                throw refuse("\(scalar.string) is no number of JSON.", "Write a finite number, or quote the text.")
            }
            content = .scalar(value)
        case .sequence(let sequence):
            var elements: [SourceNode] = []
            for (index, element) in sequence.enumerated() {
                elements.append(
                    try self.node(element, pointer: "\(pointer)/\(index)", depth: depth + 1, at: (line, column))
                )
            }
            content = .sequence(elements)
        case .mapping(let mapping):
            content = .mapping(try members(mapping, pointer: pointer, depth: depth, at: (line, column)))
        case .alias:
            throw refuse("The alias names no anchor.", "Define the anchor above the alias.")
        }
        return SourceNode(content, file: file, line: line, column: column, pointer: pointer)
    }

    private mutating func members(
        _ mapping: Node.Mapping,
        pointer: String,
        depth: Int,
        at place: (line: Int, column: Int)
    ) throws(SourceError) -> [SourceNode.Member] {
        var members: [SourceNode.Member] = []
        var lines: [String: Int] = [:]
        for (key, value) in mapping {
            let line = key.mark?.line ?? place.line
            let column = key.mark?.column ?? place.column
            func refuse(_ message: String, _ remedy: String) -> SourceError {
                SourceError(file: file, line: line, column: column, pointer: pointer, message: message, remedy: remedy)
            }
            guard case .scalar(let scalar) = key else {
                throw refuse("A key is no scalar.", "Keys of a contract are names; write one.")
            }
            let name = scalar.string
            if name == "<<", scalar.style == .plain {
                throw refuse(
                    "Merge keys (<<) are not part of YAML 1.2.",
                    "Repeat the members, or refer to a schema with $ref."
                )
            }
            if let first = lines.updateValue(line, forKey: name) {
                throw Self.duplicate(name, file, line, column, "\(pointer)/\(JSONPointer.escape(name))", first: first)
            }
            let inner = "\(pointer)/\(JSONPointer.escape(name))"
            let node = try self.node(value, pointer: inner, depth: depth + 1, at: (line, column))
            members.append(SourceNode.Member(name: name, line: line, column: column, node: node))
        }
        return members
    }

    private static func value(of scalar: Node.Scalar) -> JSONValue? {
        switch scalar.style {
        case .plain, .any:
            if scalar.tag.description == Tag.Name.str.rawValue { return .string(scalar.string) }
            return YAMLScalar.value(scalar.string)
        default: return .string(scalar.string)
        }
    }

    private static func duplicate(
        _ name: String,
        _ file: String,
        _ line: Int,
        _ column: Int,
        _ pointer: String,
        first: Int
    ) -> SourceError {
        SourceError(
            file: file,
            line: line,
            column: column,
            pointer: pointer,
            message: "The key \(name) stands here twice.",
            reason: "The first one stands in line \(first); only one of the two values could count.",
            remedy: "Remove or rename one of them."
        )
    }

    private static func problem(_ error: any Error, file: String) -> SourceError {
        guard let error = error as? YamlError else { return SourceError(file: file, message: "Not YAML: \(error).") }
        switch error {
        case .scanner(let context, let problem, let mark, let text),
            .parser(let context, let problem, let mark, let text):
            let advice = YAMLAdvice(
                problem: problem, line: mark.line, beginning: context.map { ($0.mark.line, $0.mark.column) }, text: text
            )
            return SourceError(
                file: file,
                line: mark.line,
                column: mark.column,
                message: "Not YAML: \(problem).",
                reason: advice.reason,
                remedy: advice.remedy
            )
        case .composer(_, let problem, let mark, _):
            return SourceError(
                file: file,
                line: mark.line,
                column: mark.column,
                message: problem.contains("alias") ? "The alias names no anchor." : "The file holds a second document.",
                remedy: problem.contains("alias") ? "Define the anchor above the alias." : "Keep one document a file."
            )
        case .duplicatedKeysInMapping(let names, let context):
            let name = names.first ?? ""
            let line = secondLine(of: name, after: context.mark, in: context.text) ?? context.mark.line
            let pointer = YAMLPlace.pointer(of: name, line: line, column: context.mark.column, in: context.text)
            return duplicate(name, file, line, context.mark.column, pointer, first: context.mark.line)
        case .reader(let problem, let offset, _, let text):
            let before = text.prefix(offset ?? 0)
            let line = before.count { $0.isNewline } + 1
            let column = before.reversed().prefix { !$0.isNewline }.count + 1
            return SourceError(file: file, line: line, column: column, message: "Not YAML: \(problem).")
        default: return SourceError(file: file, message: "Not YAML: \(error).")
        }
    }

    /// The line below a key where the same key stands at the same column.
    private static func secondLine(of name: String, after mark: Mark, in text: String) -> Int? {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.indices.dropFirst(mark.line)
            .first { index in
                let rest = lines[index].dropFirst(mark.column - 1)
                let isThere = lines[index].prefix(mark.column - 1).allSatisfy { $0 == " " }
                return isThere && rest.hasPrefix(name) && rest.dropFirst(name.count).hasPrefix(":")
            }
            .map { $0 + 1 }
    }
}
