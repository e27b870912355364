public import ContractRuntime

/// What the interpreter and generated code said about the cases of suites.
public struct ConformanceReport: Sendable {
    /// A verdict on one value.
    public enum Verdict: Sendable, Hashable {
        /// Accepted.
        case accepted
        /// Refused for these reasons.
        case refused([ContractViolation])
        /// No verdict: the schema could not be loaded, generated or compiled, or the value did not come back as it was.
        case failed(String)

        /// Whether the value was accepted; nil without a verdict.
        public var isValid: Bool? {
            switch self {
            case .accepted: true
            case .refused: false
            case .failed: nil
            }
        }
    }

    /// The verdicts on one case.
    public struct Outcome: Sendable {
        /// `file: group: case`.
        public var name: String
        /// File below `tests`.
        public var file: String
        /// What the suite says.
        public var isValid: Bool
        /// What the interpreter says.
        public var interpreted: Verdict
        /// What generated code says.
        public var generated: Verdict
        /// What is wrong with the violations that were named: pointers that lead nowhere.
        public var flaws: [String] = []
        /// Why the case may fail; nil for a case that must pass.
        public var exception: String?

        /// Whether both decided as the suite does and named places that exist.
        public var isRight: Bool { interpreted.isValid == isValid && generated.isValid == isValid && flaws.isEmpty }
        /// Whether the two decided differently.
        public var isDisagreement: Bool { interpreted.isValid != generated.isValid }
        /// Whether this is as it should be: right, or wrong and excepted.
        public var isExpected: Bool { isRight == (exception == nil) }
    }

    /// Every case, in order.
    public var outcomes: [Outcome]
    /// Swift lines that were generated.
    public var generatedLines: Int

    /// How many cases the interpreter decided as the suite does.
    public var interpretedRight: Int { outcomes.count { $0.interpreted.isValid == $0.isValid } }
    /// How many cases generated code decided as the suite does.
    public var generatedRight: Int { outcomes.count { $0.generated.isValid == $0.isValid } }
    /// Cases that the two decided differently.
    public var disagreements: [Outcome] { outcomes.filter(\.isDisagreement) }
    /// Cases that are not as they should be.
    public var unexpected: [Outcome] { outcomes.filter { !$0.isExpected } }

    /// One line for each case that is not as it should be, and the totals.
    public var lines: [String] {
        var lines = unexpected.map(Self.line)
        let excepted = outcomes.count { $0.exception != nil }
        lines.append("interpreter: \(interpretedRight) of \(outcomes.count) cases as the suite decides")
        lines.append("generated Swift (\(generatedLines) lines): \(generatedRight) of \(outcomes.count) cases")
        lines.append(
            "\(disagreements.count) disagreements, \(excepted) exceptions, \(unexpected.count) unexpected results")
        return lines
    }

    private static func line(_ outcome: Outcome) -> String {
        if outcome.isRight { return "\(outcome.name): passes now; remove its exception (\(outcome.exception ?? ""))" }
        let expected = outcome.isValid ? "valid" : "invalid"
        return "\(outcome.name): expected \(expected); interpreter: \(outcome.interpreted.spoken); "
            + "generated: \(outcome.generated.spoken)" + outcome.flaws.map { "; " + $0 }.joined()
    }
}

extension ConformanceReport.Verdict {
    /// The verdict in a line.
    var spoken: String {
        switch self {
        case .accepted: "valid"
        case .refused(let violations):
            "invalid ("
                + violations.prefix(3).map { "\($0.instancePointer) \($0.keyword) \($0.schemaPointer)" }
                .joined(separator: ", ") + ")"
        case .failed(let reason): "no verdict (\(reason))"
        }
    }
}
