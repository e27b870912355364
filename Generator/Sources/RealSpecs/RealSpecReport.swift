/// What became of one document.
public struct RealSpecReport: Sendable {
    /// Path below the folder that was asked for.
    public var document: String
    /// `OpenAPI 3.1.0`, `Swagger 2.0`, `AsyncAPI 3.0.0`; empty if it is none.
    public var format = ""
    /// Lines of the document.
    public var sourceLines = 0
    /// Seconds to read, plan and emit.
    public var generationSeconds = 0.0
    /// Seconds to make the values that the types are tried on.
    public var valueSeconds = 0.0
    /// Warnings: lapses of the document, what a conversion changed, what is left out. Nothing is left out without one.
    public var warnings: [String] = []
    /// Operations and channels.
    public var operations = 0
    /// Generated files.
    public var files = 0
    /// Generated lines.
    public var lines = 0
    /// Seconds to compile, without what the build of nothing takes; nil if it was compiled together with others.
    public var compileSeconds: Double?
    /// How far it came.
    public var outcome = Outcome.read
    /// Values that were decoded and written again without change.
    public var roundTrips = 0
    /// Broken values that were refused.
    public var refusals = 0
    /// Schemas for which no value was found.
    public var withoutInstance: [String] = []
    /// Why it did not come further: diagnostics, compiler errors, failed round trips.
    public var reasons: [String] = []

    /// How far a document comes.
    public enum Outcome: String, Sendable {
        /// Read, and nothing more was asked for.
        case read
        /// The reader or the generator refuses it, with reasons.
        case refused
        /// It has none of the operations that were asked for.
        case notAskedFor = "not asked for"
        /// No document by itself, but part of another one.
        case part = "part of another"
        /// Swift was written.
        case generated
        /// The compiler refuses what was generated.
        case notCompiled = "not compiled"
        /// It compiles without a warning.
        case compiled
        /// Values were changed by decoding and encoding, or wrongly accepted or refused.
        case notRoundTripped = "not round-tripped"
        /// Everything held.
        case passed
    }

    /// A report about a document.
    public init(document: String) { self.document = document }

    /// Seconds of compilation for a thousand generated lines, if it was compiled alone.
    public var secondsPerThousandLines: Double? { compileSeconds.map { $0 * 1_000 / Double(max(lines, 1)) } }

    /// The columns of a table of reports.
    public static let columns = [
        "document", "format", "lines", "outcome", "warnings", "operations", "Swift lines", "generate s", "values s",
        "compile s", "s/1,000", "round trips", "refused values",
    ]

    /// The report as a row of that table.
    public var row: [String] {
        [
            document, format, String(sourceLines), outcome.rawValue, String(warnings.count), String(operations),
            String(lines),
            Self.decimal(generationSeconds), Self.decimal(valueSeconds),
            compileSeconds.map(Self.decimal) ?? (isCompiled ? "together" : "-"),
            secondsPerThousandLines.map(Self.decimal) ?? "-", String(roundTrips), String(refusals),
        ]
    }

    /// A table with aligned columns.
    public static func table(_ reports: [RealSpecReport]) -> String {
        let rows = [columns] + reports.map(\.row)
        let widths = columns.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            zip(row, widths).enumerated().map { index, cell in
                let padding = String(repeating: " ", count: cell.1 - cell.0.count)
                let isText = index < 2 || index == 3
                return isText ? cell.0 + padding : padding + cell.0
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }

    /// Whether the compiler took what was generated.
    private var isCompiled: Bool { [.compiled, .notRoundTripped, .passed].contains(outcome) }

    static func decimal(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}
