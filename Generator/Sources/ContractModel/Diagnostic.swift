/// Something a person must know about a spec.
public struct Diagnostic: Sendable, Hashable, Error {
    /// How bad it is.
    public enum Severity: String, Sendable, Hashable { case error, warning }

    /// How bad it is.
    public var severity: Severity
    /// Where.
    public var location: SourceLocation
    /// What is wrong, in one sentence.
    public var message: String
    /// Why it is wrong or unsupported.
    public var reason: String?
    /// What to do.
    public var remedy: String?

    /// Creates a diagnostic; what is missing of reason and remedy is filled in by the kind of mistake.
    public init(
        _ severity: Severity = .error,
        at location: SourceLocation,
        _ message: String,
        reason: String? = nil,
        remedy: String? = nil
    ) {
        self.severity = severity
        self.location = location
        self.message = message
        let advice = reason == nil || remedy == nil ? DiagnosticAdvice.advice(for: message) : nil
        self.reason = reason ?? advice?.reason
        self.remedy = remedy ?? advice?.remedy
    }

    /// `file:line:column: error: message (pointer)` with reason and remedy on lines of their own.
    public var text: String {
        var lines = ["\(location.file):\(location.line):\(location.column): \(severity.rawValue): \(message)"]
        lines.append("  at \(location.pointer.isEmpty ? "the document root" : location.pointer)")
        if let reason { lines.append("  why: \(reason)") }
        if let remedy { lines.append("  do: \(remedy)") }
        return lines.joined(separator: "\n")
    }
}
