import ContractSource

/// Collects what there is to say about a set of documents; says each thing once.
final class DiagnosticLog {
    private(set) var diagnostics: [Diagnostic] = []
    private var known: Set<Diagnostic> = []

    /// Adds a diagnostic.
    func add(_ diagnostic: Diagnostic) {
        if known.insert(diagnostic).inserted { diagnostics.append(diagnostic) }
    }

    /// Adds an error at a node.
    func error(_ node: SourceNode, _ message: String, reason: String? = nil, remedy: String? = nil) {
        add(Diagnostic(.error, at: node.location, message, reason: reason, remedy: remedy))
    }

    /// Adds a warning at a node.
    func warning(_ node: SourceNode, _ message: String, reason: String? = nil, remedy: String? = nil) {
        add(Diagnostic(.warning, at: node.location, message, reason: reason, remedy: remedy))
    }

    /// Adds an error at the key of a mapping's entry.
    func error(_ member: SourceNode.Member, _ message: String, reason: String? = nil, remedy: String? = nil) {
        add(Diagnostic(.error, at: member.location, message, reason: reason, remedy: remedy))
    }

    /// Adds a warning at the key of a mapping's entry.
    func warning(_ member: SourceNode.Member, _ message: String, reason: String? = nil, remedy: String? = nil) {
        add(Diagnostic(.warning, at: member.location, message, reason: reason, remedy: remedy))
    }

    /// Adds what the source stage found.
    func error(_ problem: SourceError) { add(Diagnostic(problem)) }

    /// Whether there is an error.
    var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    /// Everything, in order of file and place.
    var sorted: [Diagnostic] {
        diagnostics.sorted { left, right in
            let first = left.location
            let second = right.location
            return (first.file, first.line, first.column, left.message)
                < (second.file, second.line, second.column, right.message)
        }
    }
}

extension Diagnostic {
    /// What the source stage found.
    public init(_ problem: SourceError) {
        self.init(
            .error,
            at: SourceLocation(
                file: problem.file,
                line: problem.line,
                column: problem.column,
                pointer: problem.pointer
            ),
            problem.message,
            reason: problem.reason,
            remedy: problem.remedy
        )
    }
}

extension SourceNode {
    /// The place of the node.
    public var location: SourceLocation {
        SourceLocation(file: file, line: line, column: column, pointer: writtenPointer)
    }
}

extension SourceNode.Member {
    /// The place of the key.
    public var location: SourceLocation {
        SourceLocation(file: node.file, line: line, column: column, pointer: node.writtenPointer)
    }
}
