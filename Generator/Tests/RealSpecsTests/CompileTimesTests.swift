import RealSpecs
import Testing

@Suite("Compile times of real documents")
struct CompileTimesTests {
    private func reports(_ measured: [(lines: Int, seconds: Double?)]) -> [RealSpecReport] {
        measured.enumerated().map { index, entry in
            var report = RealSpecReport(document: "\(index).yaml")
            report.lines = entry.lines
            report.compileSeconds = entry.seconds
            return report
        }
    }

    @Test("that grow with the lines have the power 1, quadratic ones 2")
    func growth() throws {
        let linear = CompileTimes(reports([(1_000, 2), (10_000, 20), (100_000, 200)]))
        #expect(abs(try #require(linear.exponent) - 1) < 1e-9)
        #expect(linear.secondsPerThousandLines == 2)
        let quadratic = CompileTimes(reports([(1_000, 1), (2_000, 4), (4_000, 16)]))
        #expect(abs(try #require(quadratic.exponent) - 2) < 1e-9)
    }

    @Test("count only documents that were compiled alone, and say nothing of a growth that two points cannot show")
    func few() {
        let times = CompileTimes(reports([(1_000, 1), (2_000, 3), (500, nil)]))
        #expect(times.exponent == nil)
        #expect(
            times.text == "compile seconds per 1,000 generated lines: 1.33, from 1.00 (0.yaml) to 1.50 (1.yaml)")
        #expect(CompileTimes(reports([(500, nil)])).text == "")
    }

    @Test("are a column of the table, with what was compiled together told apart")
    func table() {
        var alone = RealSpecReport(document: "large.yaml")
        (alone.lines, alone.compileSeconds, alone.outcome) = (4_000, 6, .passed)
        var together = RealSpecReport(document: "small.yaml")
        (together.lines, together.outcome) = (40, .passed)
        var refused = RealSpecReport(document: "wrong.yaml")
        refused.outcome = .refused
        let rows = RealSpecReport.table([alone, together, refused]).split(separator: "\n")
        #expect(rows.count == 4)
        #expect(rows[1].contains("6.00     1.50"))
        #expect(rows[2].contains("together") && !rows[3].contains("together"))
    }
}
