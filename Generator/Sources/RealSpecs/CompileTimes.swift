import Foundation

/// How the time to compile grows with what is generated.
public struct CompileTimes: Sendable {
    private let measured: [(document: String, lines: Double, seconds: Double)]

    /// - Parameter reports: Reports of one run; those that were compiled alone count.
    public init(_ reports: [RealSpecReport]) {
        measured = reports.compactMap { report in
            guard let seconds = report.compileSeconds, seconds > 0, report.lines > 0 else { return nil }
            return (report.document, Double(report.lines), seconds)
        }
    }

    /// Seconds for a thousand generated lines, over all documents; nil if none was compiled alone.
    public var secondsPerThousandLines: Double? {
        let lines = measured.reduce(0) { $0 + $1.lines }
        return lines > 0 ? measured.reduce(0) { $0 + $1.seconds } * 1_000 / lines : nil
    }

    /// The power of the number of lines with which the time grows: 1 is linear, 2 quadratic; nil with less than three
    /// documents. It is the slope of the straight line through the logarithms.
    public var exponent: Double? {
        guard measured.count >= 3 else { return nil }
        let points = measured.map { (x: log($0.lines), y: log($0.seconds)) }
        let count = Double(points.count)
        let middle = (x: points.reduce(0) { $0 + $1.x } / count, y: points.reduce(0) { $0 + $1.y } / count)
        let spread = points.reduce(0) { $0 + ($1.x - middle.x) * ($1.x - middle.x) }
        guard spread > 0 else { return nil }
        return points.reduce(0) { $0 + ($1.x - middle.x) * ($1.y - middle.y) } / spread
    }

    /// What there is to say, for people; empty if no document was compiled alone.
    public var text: String {
        guard let average = secondsPerThousandLines else { return "" }
        let each = measured.map { ($0.document, $0.seconds * 1_000 / $0.lines) }.sorted { $0.1 < $1.1 }
        var text = "compile seconds per 1,000 generated lines: \(RealSpecReport.decimal(average))"
        if let least = each.first, let most = each.last, each.count > 1 {
            text +=
                ", from \(RealSpecReport.decimal(least.1)) (\(least.0)) to \(RealSpecReport.decimal(most.1)) (\(most.0))"
        }
        if let exponent {
            text += "; the time grows with the lines to the power of \(RealSpecReport.decimal(exponent)), 1 is linear"
        }
        return text
    }
}
