/// Why a process refuses to start: every variable that is missing or wrong.
public struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One variable that is missing or wrong.
    public struct Problem: Sendable, Hashable, CustomStringConvertible {
        /// The variable.
        public let variable: String
        /// What is wrong and which form is needed. Contains no value.
        public let reason: String

        /// Creates a problem.
        public init(variable: String, reason: String) {
            self.variable = variable
            self.reason = reason
        }

        /// `NAME: reason`.
        public var description: String { "\(variable): \(reason)" }
    }

    /// Everything that is wrong, sorted by variable.
    public let problems: [Problem]

    /// - Parameter problems: What is wrong.
    public init(_ problems: [Problem]) {
        self.problems = problems.sorted { $0.variable < $1.variable }
    }

    /// One line a problem.
    public var description: String {
        "the configuration is not usable:\n" + problems.map { "  \($0)" }.joined(separator: "\n")
    }
}
